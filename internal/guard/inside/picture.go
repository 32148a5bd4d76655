package inside

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"

	"escalat/bridge"
)

// picture hands on what a picture says beside what it shows.
func (w *walker) picture(p place, r io.Reader) {
	w.say(bridge.OpaqueImage)
	raw, whole := w.hold(r)
	if !whole {
		return
	}
	s := w.sink(p.path, 0)
	switch {
	case bytes.HasPrefix(raw, []byte("\x89PNG")):
		w.png(s, raw[8:])
	case bytes.HasPrefix(raw, []byte("\xff\xd8")):
		jpeg(s, raw[2:])
	default:
		pull(s, raw, 12) // shorter ones stand by chance in what is compressed
	}
	s.hand()
}

// png hands on the chunks of text (PNG, section 11.3).
func (w *walker) png(s *sink, raw []byte) {
	for len(raw) >= 12 {
		size := uint64(binary.BigEndian.Uint32(raw))
		if size > uint64(len(raw)-12) {
			return
		}
		sort, data := string(raw[4:8]), raw[8:8+size]
		raw = raw[12+size:]
		switch sort {
		case "tEXt", "eXIf", "iTXt":
			pull(s, data, 1)
		}
		if sort == "zTXt" || sort == "iTXt" {
			w.inflated(s, data)
		}
	}
}

// inflated hands on what is compressed in a chunk, where zlib begins after the key.
func (w *walker) inflated(s *sink, data []byte) {
	for at := 0; at < min(len(data), 200); at++ {
		if data[at] != 0x78 {
			continue
		}
		z, err := zlib.NewReader(bytes.NewReader(data[at:]))
		if err != nil {
			continue
		}
		text, err := io.ReadAll(io.LimitReader(unpacked{w, z}, 1<<20))
		if err != nil && len(text) == 0 {
			continue
		}
		pull(s, text, 1)
		return
	}
}

// jpeg hands on what the segments before the picture say.
func jpeg(s *sink, raw []byte) {
	for len(raw) >= 4 && raw[0] == 0xff && raw[1] != 0xda {
		size := int(binary.BigEndian.Uint16(raw[2:]))
		if size < 2 || size > len(raw)-2 {
			return
		}
		if sort := raw[1]; sort == 0xfe || sort >= 0xe0 && sort <= 0xef {
			pull(s, raw[4:2+size], 6)
		}
		raw = raw[2+size:]
	}
}
