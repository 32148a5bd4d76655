package demo

import (
	"bytes"
	"encoding/json"
	"io"
	"sync"
)

// daemonLog passes on the daemon's log and learns from it where the daemon can
// be asked whether it is ready.
type daemonLog struct {
	out    io.Writer
	listen chan string // receives the address, once

	once sync.Once
}

func newLog(out io.Writer) *daemonLog { return &daemonLog{out: out, listen: make(chan string, 1)} }

// Write implements io.Writer. A log writes whole lines.
func (l *daemonLog) Write(p []byte) (int, error) {
	for line := range bytes.Lines(p) {
		var entry struct{ Msg, Addr string }
		if json.Unmarshal(line, &entry) == nil && entry.Msg == "listening" {
			l.once.Do(func() { l.listen <- entry.Addr })
		}
	}
	return l.out.Write(p)
}
