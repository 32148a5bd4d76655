package inside

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/message"
)

// maxAgain bounds how many bytes are gone through to reach the parts of a mail, of which
// each is looked for from the beginning.
const maxAgain = 1 << 30

// mail walks a mail: its header, its texts, which have no lines as they are decoded, and
// its parts.
func (w *walker) mail(p place, r io.Reader) {
	raw, whole := w.hold(r)
	if !whole {
		return
	}
	lim := message.Limits{Bytes: w.lim.Held, Text: 8 << 20, Parts: w.lim.Entries, Depth: 2 * w.lim.Depth}
	m, err := message.Read(bytes.NewReader(raw), lim)
	w.note(err)
	if m.Sealed {
		w.say(bridge.OpaqueEncrypted)
	}
	for _, cut := range []string{message.Oversized, message.HeaderCut, message.TextCut, message.PartsCut, "parts nested too deeply", "too many reports"} {
		if m.Has(cut) {
			w.say(bridge.OpaqueTooLarge)
		}
	}
	s := w.sink(p.path, 0)
	for _, f := range m.Header {
		s.put(f.Name + ": " + message.Words(f.Value) + "\n")
	}
	s.end(0)
	for _, piece := range m.Pieces {
		if piece.PlainCut || piece.HTMLCut {
			w.say(bridge.OpaqueTooLarge)
		}
		s.put(piece.Plain + "\n")
		s.end(0)
		s.put(piece.HTML)
		s.end(0)
	}
	w.parts(p, raw, m.Parts, lim)
}

// parts walks what is attached to a mail.
func (w *walker) parts(p place, raw []byte, parts []message.Part, lim message.Limits) {
	if int64(len(parts))*int64(len(raw)) > maxAgain {
		w.say(bridge.OpaqueTooLarge)
		return
	}
	for _, part := range parts {
		if part.Signature && !strings.HasPrefix(part.Type, "text/") {
			continue // what signs says nothing
		}
		if slices.Contains([]string{"application/pgp-encrypted", "application/pkcs7-mime"}, part.Type) {
			continue // of what is sealed
		}
		if !w.enter() {
			return
		}
		in, err := message.Open(bytes.NewReader(raw), part.Index, lim)
		if err != nil {
			w.note(err)
			continue
		}
		name := part.Name
		if name == "" {
			name = fmt.Sprintf("%d", part.Index+1)
		}
		below := p.below(name)
		below.mime = part.Type
		w.file(below, unpacked{w, in})
	}
}
