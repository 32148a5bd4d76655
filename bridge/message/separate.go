package message

import (
	"bufio"
	"bytes"
	"io"
)

// separate prepares for a mail of which no line ends in a line feed: old Macintosh
// ends, which are taken for line ends only there. Elsewhere a carriage return alone
// must not begin a line: what a border did not see as a field is none.
func (p *parser) separate() {
	const enough = 4096
	ahead, _ := p.br.Peek(enough) // the next read tells the error
	if bytes.IndexByte(ahead, '\r') < 0 || bytes.IndexByte(ahead, '\n') >= 0 {
		return
	}
	p.defect(defectReturns)
	p.br = bufio.NewReaderSize(&returns{r: p.br}, 32<<10)
}

// returns reads each carriage return as a line feed, and one that a line feed
// follows as nothing.
type returns struct {
	r     io.Reader
	after bool // the last byte was a carriage return
}

// Read implements io.Reader.
func (r *returns) Read(dst []byte) (int, error) {
	n, err := r.r.Read(dst)
	kept := 0
	for _, c := range dst[:n] {
		after := r.after
		if r.after = c == '\r'; r.after {
			c = '\n'
		} else if after && c == '\n' {
			continue
		}
		dst[kept] = c
		kept++
	}
	return kept, err
}
