package inside

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// pull hands on the texts that stand in a binary file, each on a line: those of one byte a
// letter, and those of two.
func pull(s *sink, raw []byte, shortest int) {
	pullBytes(s, raw, shortest)
	pullUnits(s, raw, max(shortest, 3), 0)
	pullUnits(s, raw, max(shortest, 3), 1)
}

func pullBytes(s *sink, raw []byte, shortest int) {
	from := 0
	for i := 0; i <= len(raw); i++ {
		if i < len(raw) && isLetter(raw[i]) {
			continue
		}
		if i-from >= shortest {
			s.write(utf8Of(raw[from:i]))
			s.put("\n")
		}
		from = i + 1
	}
}

func isLetter(c byte) bool {
	return c >= ' ' && c != 0x7f || c == '\t' || c == '\n' || c == '\r'
}

// pullUnits takes the Latin letters of UTF-16 (little endian) that begin at an even or at
// an odd byte.
func pullUnits(s *sink, raw []byte, shortest, odd int) {
	var run []byte
	n := 0
	flush := func() {
		if n >= shortest {
			s.write(append(run, '\n'))
		}
		run, n = run[:0], 0
	}
	for i := odd; i+1 < len(raw); i += 2 {
		r := rune(raw[i]) | rune(raw[i+1])<<8
		if raw[i+1] == 0 && isLetter(raw[i]) && (raw[i] < 0x80 || raw[i] >= 0xa0) || r >= 0x100 && r < 0x180 || r >= 0x2010 && r <= 0x20ac {
			run = utf8.AppendRune(run, r)
			if n++; len(run) >= pieceSize {
				s.write(run)
				run = run[:0]
			}
			continue
		}
		flush()
	}
	flush()
}

// latin is a text of one byte a letter.
func latin(raw []byte) string {
	out, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil {
		return ""
	}
	return string(out)
}
