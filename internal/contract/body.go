package contract

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
)

// most is how much of a body is kept, in bytes. What is larger is not checked.
const most = 8 << 20

// body is what was read of a request.
type body struct {
	io.ReadCloser
	copied bytes.Buffer
	length int64 // as the header says; -1: not known
	ended  bool
	over   bool
	broken bool // the client broke it off: nobody hears the answer
}

// takeBody puts a body that remembers what is read of it into r. JSON is read
// at once, so that it is checked whatever the handler does with it; a file goes
// on streaming.
func takeBody(r *http.Request) *body {
	b := &body{ReadCloser: r.Body, length: r.ContentLength}
	if r.Body == nil || r.Body == http.NoBody {
		b.ended = true
		return b
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") && r.ContentLength >= 0 && r.ContentLength <= most {
		raw, err := io.ReadAll(r.Body)
		b.copied.Write(raw)
		b.ended, b.broken = err == nil, err != nil
		r.Body = &replayed{Reader: bytes.NewReader(raw), Closer: r.Body, err: err}
		return b
	}
	r.Body = b
	return b
}

// replayed is a body that was read before, with how it ended.
type replayed struct {
	*bytes.Reader
	io.Closer
	err error
}

// Read reads on.
func (b *replayed) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) && b.err != nil {
		err = b.err
	}
	return n, err
}

// WriteTo is Read for io.Copy, which would not see how the body ended.
func (b *replayed) WriteTo(w io.Writer) (int64, error) {
	n, err := b.Reader.WriteTo(w)
	if err == nil {
		err = b.err
	}
	return n, err
}

// Read reads on and remembers.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.copied.Len()+n > most {
		b.over = true
	}
	if !b.over {
		b.copied.Write(p[:n])
	}
	// Who reads a form stops at its last boundary.
	b.ended = b.ended || errors.Is(err, io.EOF) || int64(b.copied.Len()) == b.length
	b.broken = b.broken || err != nil && !errors.Is(err, io.EOF)
	return n, err
}

// taken returns the body, and whether that is all of it.
func (b *body) taken() ([]byte, bool) { return b.copied.Bytes(), b.ended && !b.over }

// recorder remembers an answer on its way.
type recorder struct {
	http.ResponseWriter
	code   int
	copied bytes.Buffer
	over   bool

	onPurpose bool
}

// OnPurpose says that this answer is wrong on purpose, or made by hand. It is
// not checked; the request is.
func OnPurpose(w http.ResponseWriter) {
	if seen, ok := w.(*recorder); ok {
		seen.onPurpose = true
	}
}

func (w *recorder) status() int {
	if w.code == 0 {
		return http.StatusOK
	}
	return w.code
}

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(code int) {
	if w.code == 0 && code >= http.StatusOK {
		w.code = code
	}
	w.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(p []byte) (int, error) {
	if w.code == 0 {
		w.code = http.StatusOK
	}
	if w.copied.Len()+len(p) > most {
		w.over = true
	}
	if !w.over {
		w.copied.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
