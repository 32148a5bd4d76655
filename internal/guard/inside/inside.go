// Package inside walks a file that a stranger uploaded and hands its text on: of texts in
// any charset, office documents, PDF, mails, archives of them, and of what pictures say
// beside what they show.
//
// What a file is its content says, never its name alone. Everything is bounded by Limits;
// nothing is written anywhere, so that a path in an archive leads nowhere. What a walk
// could not look into it tells as an Opaque, beside whatever text it found: one picture in
// a document makes the document one, and so does one encrypted file in an archive.
package inside

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"escalat/bridge"
)

// File is what is said of a file.
type File struct {
	Name, MIMEType string
	Size           int64
}

// Limits bounds a walk. A zero field means its default.
type Limits struct {
	File     int64 // bytes read of the file
	Unpacked int64 // bytes of all that is unpacked from it, whatever it is
	Held     int64 // bytes of one file that must be held in memory: zip, PDF, mail, picture
	Entries  int   // files in archives and documents, in all
	Depth    int   // files inside each other
	XMLDepth int   // elements inside each other
}

// DefaultLimits are for what people attach to an issue.
func DefaultLimits() Limits {
	return Limits{File: 64 << 20, Unpacked: 256 << 20, Held: 32 << 20, Entries: 5000, Depth: 6, XMLDepth: 200}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	l.File, l.Unpacked, l.Held = orDefault(l.File, d.File), orDefault(l.Unpacked, d.Unpacked), orDefault(l.Held, d.Held)
	l.Entries, l.Depth, l.XMLDepth = orDefault(l.Entries, d.Entries), orDefault(l.Depth, d.Depth), orDefault(l.XMLDepth, d.XMLDepth)
	return l
}

func orDefault[N int | int64](n, d N) N {
	if n <= 0 {
		return d
	}
	return n
}

// Walk hands the text of a file to scan, in pieces that are valid UTF-8, have at most 64
// KiB, and begin with the last 4 KiB of the one before. Path leads to the file within
// archives and documents, its names joined by “!/”; it is empty for the file itself. Line
// is the number of the piece's first line, of a sheet the row; 0 where there are none. Of
// a PDF it is the page with a minus before it: all of the piece stands on that page,
// however many lines it has.
//
// The error is that of r, or of ctx, which bounds the time.
func Walk(ctx context.Context, f File, r io.Reader, limits Limits, scan func(path string, line int, text string)) (bridge.Opaque, error) {
	limits = limits.withDefaults()
	if f.Size > limits.File {
		return bridge.OpaqueTooLarge, ctx.Err()
	}
	w := &walker{ctx: ctx, lim: limits, scan: scan, left: limits.Unpacked, entries: limits.Entries}
	top := &source{w: w, r: r, left: limits.File}
	w.file(place{name: f.Name, mime: f.MIMEType}, top)
	if w.err == nil { // what came after the end of what the file is
		_, err := io.CopyN(io.Discard, top, 1)
		w.note(err)
	}
	if w.err != nil {
		return "", fmt.Errorf("inside: reading %q: %w", f.Name, w.err)
	}
	return w.opaque, nil
}

// place is where a file stands, and what is said of it.
type place struct {
	path, name, mime string
	depth            int
}

// below is the place of a file within another.
func (p place) below(name string) place {
	name = tidy(name)
	path := name
	if p.path != "" {
		path = p.path + "!/" + name
	}
	return place{path: path, name: name, depth: p.depth + 1}
}

const maxName = 200 // bytes of a name that is told

// tidy is a name as it may be shown.
func tidy(name string) string {
	name = string(utf8Of([]byte(name[:min(len(name), maxName)])))
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '_'
		}
		return r
	}, name)
}

var (
	errBound = errors.New("inside: over a bound")
	errShort = errors.New("inside: it ends too early")
)

type walker struct {
	ctx     context.Context //nolint:containedctx // it lives no longer than the call
	lim     Limits
	scan    func(path string, line int, text string)
	left    int64 // of what may be unpacked
	entries int   // that are left
	opaque  bridge.Opaque
	err     error // of the file's reader, or of ctx
}

// say keeps the weightiest reason: what a person can do most about stands first.
func (w *walker) say(o bridge.Opaque) {
	order := []bridge.Opaque{"", bridge.OpaqueImage, bridge.OpaqueUnknown, bridge.OpaqueBroken, bridge.OpaqueTooLarge, bridge.OpaqueEncrypted}
	if slices.Index(order, o) > slices.Index(order, w.opaque) {
		w.opaque = o
	}
}

// note says what an error of reading means. The end is none.
func (w *walker) note(err error) {
	switch {
	case err == nil, errors.Is(err, io.EOF), w.err != nil:
	case errors.Is(err, errBound):
		w.say(bridge.OpaqueTooLarge)
	default:
		w.say(bridge.OpaqueBroken)
	}
}

// over reports whether the walk has ended.
func (w *walker) over() bool {
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	return w.err != nil
}

// enter counts a file of an archive.
func (w *walker) enter() bool {
	if w.over() {
		return false
	}
	if w.entries <= 0 || w.left <= 0 {
		w.say(bridge.OpaqueTooLarge)
		return false
	}
	w.entries--
	return true
}

// source reads the file itself.
type source struct {
	w    *walker
	r    io.Reader
	left int64
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	if s.w.over() {
		return 0, s.w.err
	}
	if s.left <= 0 { // is there more?
		p = p[:min(1, len(p))]
	}
	n, err := s.r.Read(p[:min(int64(len(p)), max(s.left, 1))])
	if s.left -= int64(n); s.left < 0 {
		return 0, errBound
	}
	if err != nil && !errors.Is(err, io.EOF) {
		s.w.err = err
	}
	return n, err
}

// unpacked counts what comes out of an archive.
type unpacked struct {
	w *walker
	r io.Reader
}

// Read implements io.Reader.
func (u unpacked) Read(p []byte) (int, error) {
	if u.w.over() {
		return 0, u.w.err
	}
	if u.w.left <= 0 {
		return 0, errBound
	}
	n, err := u.r.Read(p[:min(int64(len(p)), u.w.left)])
	u.w.left -= int64(n)
	if errors.Is(err, io.ErrUnexpectedEOF) { // which to others is only an end
		err = errShort
	}
	return n, err
}

// hold reads a file into memory.
func (w *walker) hold(r io.Reader) ([]byte, bool) {
	raw, err := io.ReadAll(io.LimitReader(r, w.lim.Held+1))
	if err == nil && int64(len(raw)) > w.lim.Held {
		err = errBound
	}
	w.note(err)
	return raw[:min(int64(len(raw)), w.lim.Held)], err == nil
}

// file walks one file.
func (w *walker) file(p place, r io.Reader) {
	if w.over() {
		return
	}
	if p.depth > w.lim.Depth {
		w.say(bridge.OpaqueTooLarge)
		return
	}
	b := bufio.NewReaderSize(r, peeked)
	head, err := b.Peek(peeked)
	if len(head) == 0 {
		w.note(err)
		return
	}
	switch kindOf(head, p) {
	case isText:
		w.text(p, b)
	case isUTF16Little, isUTF16Big:
		w.utf16(p, b, kindOf(head, p) == isUTF16Little)
	case isMail:
		w.mail(p, b)
	case isRTF:
		w.rtf(p, b)
	case isGzip, isBzip2:
		w.compressed(p, b)
	case isTar:
		w.tar(p, b)
	case isPNG, isImage:
		w.picture(p, b)
	case isZip, isPDF, isOLE:
		w.held(p, b, kindOf(head, p))
	case isEncrypted:
		w.say(bridge.OpaqueEncrypted)
	case isUnknown:
		w.say(bridge.OpaqueUnknown)
	}
}

// held walks what cannot be read from its beginning to its end.
func (w *walker) held(p place, r io.Reader, k kind) {
	raw, whole := w.hold(r)
	if !whole {
		return
	}
	switch k {
	case isZip:
		w.zip(p, raw)
	case isPDF:
		w.pdf(p, raw[max(0, bytes.Index(raw, []byte("%PDF-"))):])
	default:
		w.ole(p, raw)
	}
}
