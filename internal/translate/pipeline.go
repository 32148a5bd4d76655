package translate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// What an exchange may end in, besides the end of its context.
var (
	// errBroken means that a program ended, or that answers no longer belong to what was
	// asked. Another pipeline may do it.
	errBroken = errors.New("the pipeline broke")
	errFlood  = errors.New("the pipeline says far more than it was given")
	errSilent = errors.New("the pipeline gives nothing; Debian's packages are " + packages)
)

// An answer may be this many times as long as what was asked, and a bit.
const (
	floodTimes = 8
	floodMore  = 4 << 10
)

// pipeline is running programs, each of which reads what the one before it says. One goroutine uses it at a time.
type pipeline struct {
	in   *os.File // what the first program reads
	out  *os.File // what the last one says
	cmds []*exec.Cmd
	said int // texts that were given to it

	stop sync.Once
	gone sync.WaitGroup // who waits for its programs

	mu    sync.Mutex
	over  bool
	cause string // the program that ended first, and how
}

// startPipeline starts programs.
func startPipeline(commands []command) (*pipeline, error) {
	p := &pipeline{}
	err := p.start(commands)
	for _, cmd := range p.cmds {
		p.gone.Go(func() { p.watch(cmd) })
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// start joins the programs by pipes. They get nothing of our environment, which holds
// secrets, and nothing that they complain about is kept: it may quote the text.
func (p *pipeline) start(commands []command) (err error) {
	if p.out, p.in, err = os.Pipe(); err != nil {
		return err
	}
	for _, c := range commands {
		next, to, err := os.Pipe()
		if err != nil {
			return err
		}
		cmd := exec.Command(c[0], c[1:]...) //nolint:gosec,noctx // the mode file is configuration; the program outlives a call
		cmd.Env = []string{"LC_ALL=C.UTF-8"}
		cmd.Dir = "/"
		cmd.Stdin, cmd.Stdout = p.out, to
		apart(cmd)
		err = cmd.Start()
		_, _ = p.out.Close(), to.Close()
		p.out = next
		if err != nil {
			return err
		}
		p.cmds = append(p.cmds, cmd)
	}
	return nil
}

// watch waits for a program. When one ends, the others are of no use.
func (p *pipeline) watch(cmd *exec.Cmd) {
	err := cmd.Wait()
	if err == nil {
		err = errors.New("exit status 0")
	}
	p.end(filepath.Base(cmd.Path) + ": " + err.Error())
}

// end ends all programs. What waits for them is let go.
func (p *pipeline) end(cause string) {
	p.stop.Do(func() {
		p.mu.Lock()
		p.over, p.cause = true, cause
		p.mu.Unlock()
		for _, cmd := range p.cmds {
			endGroup(cmd)
		}
		for _, f := range []*os.File{p.in, p.out} {
			if f != nil {
				_ = f.Close()
			}
		}
	})
}

// ended reports whether its programs have ended, or are ending.
func (p *pipeline) ended() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.over
}

// close ends all programs and waits until they have ended.
func (p *pipeline) close() {
	p.end("")
	p.gone.Wait()
}

// exchange gives texts in stream format and returns what becomes of each. After an
// error the pipeline is of no more use.
func (p *pipeline) exchange(ctx context.Context, texts []string) ([]string, error) {
	answers, err := p.ask(ctx, texts)
	if err == nil {
		return answers, nil
	}
	p.close()
	if ended := context.Cause(ctx); ended != nil {
		return nil, ended
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cause != "" && errors.Is(err, errBroken) {
		err = fmt.Errorf("%w (%s)", errBroken, p.cause)
	}
	return nil, err
}

// ask writes all texts while it reads the answers. Each text ends in a mark of its own,
// so that nobody ever gets another's answer.
func (p *pipeline) ask(ctx context.Context, texts []string) ([]string, error) {
	stop := context.AfterFunc(ctx, func() { p.end("") })
	defer stop()
	var asked bytes.Buffer
	first := p.said
	for _, text := range texts {
		asked.WriteString(text + "[" + p.mark(p.said) + "]\x00")
		p.said++
	}
	wrote := make(chan error, 1)
	go func() {
		_, err := p.in.Write(asked.Bytes())
		wrote <- err
	}()
	raw, err := p.read(len(texts), floodTimes*asked.Len()+floodMore)
	if err != nil {
		p.end("")
	}
	if failed := <-wrote; err == nil && failed != nil {
		err = errBroken
	}
	if err != nil {
		return nil, err
	}
	answers := strings.Split(strings.TrimSuffix(string(raw), "\x00"), "\x00")
	for i, a := range answers {
		text, found := strings.CutSuffix(a, "["+p.mark(first+i)+"]")
		if strings.TrimSpace(text) == "" {
			return nil, errSilent
		}
		if !found {
			return nil, fmt.Errorf("%w: an answer is not what was asked for", errBroken)
		}
		answers[i] = text
	}
	return answers, nil
}

func (*pipeline) mark(n int) string { return "e" + strconv.Itoa(n) }

// read reads n answers, and nothing after them.
func (p *pipeline) read(n, most int) ([]byte, error) {
	var raw []byte
	chunk := make([]byte, 16<<10)
	for got := 0; got < n; {
		k, err := p.out.Read(chunk)
		raw = append(raw, chunk[:k]...)
		got += bytes.Count(chunk[:k], []byte{0})
		switch {
		case len(raw) > most:
			return nil, errFlood
		case got > n, got == n && raw[len(raw)-1] != 0:
			return nil, fmt.Errorf("%w: it says more than was asked for", errBroken)
		case err != nil && got < n:
			return nil, errBroken
		}
	}
	return raw, nil
}

// line is all that a text passes: the programs up to the generator, what we do to the
// words, and the rest of the programs, which there may be none of.
type line struct {
	mode        string
	front, back *pipeline
}

func startLine(mode string, commands []command) (*line, error) {
	cut := len(commands)
	if strings.HasSuffix(mode, "-spa") {
		cut = generator(commands)
	}
	l := &line{mode: mode}
	var err error
	if l.front, err = startPipeline(commands[:cut]); err != nil || cut == len(commands) {
		return l, err
	}
	if l.back, err = startPipeline(commands[cut:]); err != nil {
		l.front.close()
	}
	return l, err
}

func (l *line) exchange(ctx context.Context, texts []string) ([]string, error) {
	answers, err := l.front.exchange(ctx, texts)
	if err == nil && l.back != nil {
		for i, a := range answers {
			answers[i] = polish(a)
		}
		answers, err = l.back.exchange(ctx, answers)
	}
	if err != nil {
		l.close()
	}
	return answers, err
}

func (l *line) ended() bool {
	return l.front.ended() || l.back != nil && l.back.ended()
}

func (l *line) close() {
	l.front.close()
	if l.back != nil {
		l.back.close()
	}
}
