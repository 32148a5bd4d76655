package inside

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"

	"escalat/bridge"
)

// ole walks a file of Office before 2007, a mail of Outlook, or a document that a password
// encrypts: a small file system whose files are pulled apart for texts.
func (w *walker) ole(p place, raw []byte) {
	c, ok := openCompound(raw)
	if !ok {
		w.say(bridge.OpaqueBroken)
		w.pulled(p, raw)
		return
	}
	for _, f := range c.files {
		if f.name == "EncryptedPackage" || f.name == "EncryptedSummary" {
			w.say(bridge.OpaqueEncrypted)
			return
		}
	}
	for i, f := range c.files {
		if !w.enter() {
			return
		}
		content, whole := c.content(f)
		if !whole {
			w.say(bridge.OpaqueBroken)
		}
		if w.left -= int64(len(content)); w.left < 0 {
			w.say(bridge.OpaqueTooLarge)
			return
		}
		w.stream(p, i, f.name, content)
	}
}

// stream walks a file of the file system.
func (w *walker) stream(p place, i int, name string, content []byte) {
	k := magic(content[:min(len(content), peeked)])
	switch {
	case name == "WordDocument" && len(content) > 12 && binary.LittleEndian.Uint16(content[10:])&0x100 != 0,
		(name == "Workbook" || name == "Book") && sealedBook(content):
		w.say(bridge.OpaqueEncrypted)
	case name == "Pictures" && len(content) > 0:
		w.say(bridge.OpaqueImage)
	case k != isUnknown && k != isOLE:
		w.file(p.below(fmt.Sprintf("%s %d", name, i)), bytes.NewReader(content))
	case strings.HasPrefix(name, "__substg1.0_") && strings.HasSuffix(name, "001F"), strings.HasPrefix(name, "__substg1.0_") && strings.HasSuffix(name, "001E"):
		s := w.sink(p.path, 0) // a text of a mail, whole with its lines
		if strings.HasSuffix(name, "F") {
			s.put(units(content))
		} else {
			s.write(utf8Of(content))
		}
		s.hand()
	case strings.HasPrefix(name, "__substg1.0_3701"):
		w.file(p.below(fmt.Sprintf("%s %d", name, i)), bytes.NewReader(content))
	default:
		w.pulled(p, content)
	}
}

func (w *walker) pulled(p place, raw []byte) {
	s := w.sink(p.path, 0)
	pull(s, raw, 4)
	s.hand()
}

// units is a text in UTF-16, little endian.
func units(raw []byte) string {
	all := make([]uint16, len(raw)/2)
	for i := range all {
		all[i] = binary.LittleEndian.Uint16(raw[2*i:])
	}
	return string(utf8Of([]byte(string(utf16.Decode(all)))))
}

// sealedBook reports whether a workbook has the record FILEPASS among its first.
func sealedBook(raw []byte) bool {
	for n := 0; n < 20 && len(raw) >= 4; n++ {
		sort, size := binary.LittleEndian.Uint16(raw), int(binary.LittleEndian.Uint16(raw[2:]))
		if sort == 0x2f {
			return true
		}
		raw = raw[min(len(raw), 4+size):]
	}
	return false
}
