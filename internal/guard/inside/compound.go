package inside

import "encoding/binary"

// compound is a Compound File Binary ([MS-CFB]).
type compound struct {
	raw    []byte
	sector int
	table  []uint32 // the sector after each
	mini   []uint32 // of the small ones
	small  []byte   // where the files below cutoff lie
	cutoff uint64
	files  []compoundFile
}

type compoundFile struct {
	name  string
	start uint32
	size  uint64
}

const (
	miniSector = 64
	lastSector = 0xfffffffa // from here on it is no number of a sector
)

// openCompound reads the tables and the directory. Chains have at most as many sectors as
// the file, so that one that goes round ends.
func openCompound(raw []byte) (*compound, bool) {
	if len(raw) < 512 {
		return nil, false
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(raw[at:]) }
	shift := binary.LittleEndian.Uint16(raw[30:])
	if shift != 9 && shift != 12 {
		return nil, false
	}
	c := &compound{raw: raw, sector: 1 << shift, cutoff: uint64(u32(56))}
	var fats []uint32
	for i := range 109 {
		fats = append(fats, u32(76+4*i))
	}
	next := u32(68)
	for n := 0; next < lastSector && n <= len(raw)/c.sector; n++ {
		more := numbers(c.at(next))
		if len(more) == 0 {
			return nil, false
		}
		fats = append(fats, more[:len(more)-1]...)
		next = more[len(more)-1]
	}
	for _, f := range fats {
		if len(c.table) > len(raw)/c.sector {
			break
		}
		if f < lastSector {
			c.table = append(c.table, numbers(c.at(f))...)
		}
	}
	directory, ok := c.chain(u32(48), uint64(len(raw)))
	mini, _ := c.chain(u32(60), uint64(len(raw)))
	c.mini = numbers(mini)
	c.list(directory)
	return c, ok && len(c.files) > 0
}

// at is a sector.
func (c *compound) at(n uint32) []byte {
	from := (uint64(n) + 1) * uint64(c.sector)
	if from >= uint64(len(c.raw)) {
		return nil
	}
	return c.raw[from:min(from+uint64(c.sector), uint64(len(c.raw)))]
}

func numbers(raw []byte) []uint32 {
	out := make([]uint32, len(raw)/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(raw[4*i:])
	}
	return out
}

// chain puts the sectors from start together, up to size.
func (c *compound) chain(start uint32, size uint64) ([]byte, bool) {
	var out []byte
	for n := 0; start < lastSector; n++ {
		sector := c.at(start)
		if sector == nil || n > len(c.table) || uint64(start) >= uint64(len(c.table)) {
			return out, false
		}
		out = append(out, sector...)
		if uint64(len(out)) >= size {
			return out[:size], true
		}
		start = c.table[start]
	}
	return out, true
}

// list reads the directory, whose tree says nothing that is needed.
func (c *compound) list(directory []byte) {
	for ; len(directory) >= 128; directory = directory[128:] {
		e := directory[:128]
		size := binary.LittleEndian.Uint64(e[120:])
		if c.sector == 512 {
			size &= 0xffffffff
		}
		f := compoundFile{start: binary.LittleEndian.Uint32(e[116:]), size: size}
		length := int(binary.LittleEndian.Uint16(e[64:]))
		f.name = units(e[:max(0, min(length-2, 64))])
		switch e[66] {
		case 2:
			c.files = append(c.files, f)
		case 5:
			c.small, _ = c.chain(f.start, min(f.size, uint64(len(c.raw))))
		}
	}
}

// content is a file, as far as it is there.
func (c *compound) content(f compoundFile) ([]byte, bool) {
	if f.size == 0 {
		return nil, true
	}
	if f.size >= c.cutoff {
		out, ok := c.chain(f.start, min(f.size, uint64(len(c.raw))))
		return out, ok && uint64(len(out)) == f.size
	}
	var out []byte
	for at, n := f.start, 0; at < lastSector && uint64(len(out)) < f.size && n <= len(c.mini); n++ {
		from := uint64(at) * miniSector
		if from >= uint64(len(c.small)) || uint64(at) >= uint64(len(c.mini)) {
			return out, false
		}
		out = append(out, c.small[from:min(from+miniSector, uint64(len(c.small)))]...)
		at = c.mini[at]
	}
	return out[:min(uint64(len(out)), f.size)], uint64(len(out)) >= f.size
}
