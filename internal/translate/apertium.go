package translate

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"escalat/bridge"
	"escalat/bridge/sentence"
)

// Defaults of ApertiumConfig.
const (
	defaultModes    = "/usr/share/apertium/modes"
	defaultParallel = 2
	defaultTimeout  = 20 * time.Second
	defaultIdle     = 5 * time.Minute
)

// Bounds of one exchange with a pipeline. Whoever has more waits in line again, so that
// a long text does not hold up the short ones.
const (
	maxExchange = 16 << 10 // bytes
	maxAtOnce   = 100      // sentences
)

// ApertiumConfig says where Apertium is and how much of the machine it may take.
type ApertiumConfig struct {
	// Modes is the folder of the mode files; empty: where Debian installs them.
	Modes string
	// Parallel is how many pipelines may run at a time, 2 when 0. Each serves one call
	// and is started when it is first needed.
	Parallel int
	// Timeout bounds one exchange of at most 16 kB, 20 s when 0. A pipeline that takes
	// longer is ended.
	Timeout time.Duration
	// Idle is after how long without a call all pipelines but one are ended; 5 minutes
	// when 0.
	Idle time.Duration
	// Now is the clock of the status; time.Now when nil.
	Now func() time.Time
}

// Apertium translates on this machine by persistent pipelines. It may be used by
// several goroutines. Close must be called.
type Apertium struct {
	cfg    ApertiumConfig
	ctx    context.Context //nolint:containedctx // ends the calls that run when it is closed
	cancel context.CancelFunc
	seats  chan struct{} // one for each pipeline that is in use
	record record

	mu     sync.Mutex
	modes  map[string][]command
	idle   []*line // the last one was used last
	busy   int     // pipelines in use
	starts int64
	reaper *time.Timer // ends those that were not needed
	calls  sync.WaitGroup
	closed bool
}

// Installed says whether Apertium can translate from Catalan into Spanish here: its mode
// and all programs of it are there. The error says what is missing. modes is as in
// ApertiumConfig.
func Installed(modes string) error {
	if modes == "" {
		modes = defaultModes
	}
	_, err := readMode(filepath.Join(modes, "cat-spa.mode"))
	if err != nil {
		return fmt.Errorf("apertium: %w", err)
	}
	return nil
}

// NewApertium starts nothing yet.
func NewApertium(cfg ApertiumConfig) *Apertium {
	if cfg.Modes == "" {
		cfg.Modes = defaultModes
	}
	if cfg.Parallel <= 0 {
		cfg.Parallel = defaultParallel
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = defaultTimeout
	}
	if cfg.Idle <= 0 {
		cfg.Idle = defaultIdle
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	a := &Apertium{cfg: cfg, seats: make(chan struct{}, cfg.Parallel), modes: map[string][]command{}}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	a.record = record{now: cfg.Now, status: Status{Name: "Apertium"}}
	return a
}

// Translate translates sentences. A sentence that would lose something fixed, or is of
// more than 16 kB, comes back as nil, one without a word to translate as it is.
func (a *Apertium) Translate(ctx context.Context, from, to string, sentences []sentence.Sentence) ([]sentence.Sentence, error) {
	out, err := a.translate(ctx, from, to, sentences)
	if err != nil {
		err = fmt.Errorf("apertium: %w", err)
	}
	a.record.call(out, err)
	return out, err
}

func (a *Apertium) translate(ctx context.Context, from, to string, sentences []sentence.Sentence) ([]sentence.Sentence, error) {
	mode, err := modeOf(from, to)
	if err != nil {
		return nil, err
	}
	if err := bounded(sentences); err != nil {
		return nil, bridge.Permanent(err)
	}
	if !a.enter() {
		return nil, errClosed
	}
	defer a.calls.Done()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(a.ctx, func() { cancel(errClosed) })
	defer stop()

	out := make([]sentence.Sentence, len(sentences))
	var streams []*stream
	var places []int
	size := 0
	for i, s := range sentences {
		if sizeOf(s) > maxExchange {
			continue
		}
		st, words := encode(s)
		if !words {
			out[i] = slices.Clone(s)
			continue
		}
		if len(streams) > 0 && (size+len(st.text) > maxExchange || len(streams) == maxAtOnce) {
			if err := a.exchange(ctx, mode, streams, places, out); err != nil {
				return nil, err
			}
			streams, places, size = nil, nil, 0
		}
		streams, places, size = append(streams, st), append(places, i), size+len(st.text)
	}
	if len(streams) > 0 {
		err = a.exchange(ctx, mode, streams, places, out)
	}
	if err != nil {
		return nil, err
	}
	for i, s := range out {
		if to == "es" {
			s = opened(s)
		}
		out[i] = trimmed(sentences[i], s)
	}
	return out, nil
}

// modeOf is what Apertium calls a pair of languages.
func modeOf(from, to string) (string, error) {
	code := func(tongue string) string {
		switch tongue {
		case "ca":
			return "cat"
		case "es":
			return "spa"
		}
		return ""
	}
	if code(from) == "" || code(to) == "" || from == to {
		return "", bridge.Permanent(fmt.Errorf("%w: %q to %q", ErrPair, from, to))
	}
	return code(from) + "-" + code(to), nil
}

// enter counts a call, unless it is closed.
func (a *Apertium) enter() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed {
		a.calls.Add(1)
	}
	return !a.closed
}

// exchange has streams translated by one pipeline, or by another one if that breaks:
// somebody may have ended it.
func (a *Apertium) exchange(ctx context.Context, mode string, streams []*stream, places []int, out []sentence.Sentence) error {
	texts := make([]string, len(streams))
	for i, st := range streams {
		texts[i] = st.text
	}
	answers, err := a.ask(ctx, mode, texts)
	if errors.Is(err, errBroken) || errors.Is(err, errSilent) { // a program whose input ends says nothing first
		answers, err = a.ask(ctx, mode, texts)
	}
	if err != nil {
		return err
	}
	for i, st := range streams {
		out[places[i]] = st.decode(answers[i])
	}
	return nil
}

func (a *Apertium) ask(ctx context.Context, mode string, texts []string) ([]string, error) {
	select {
	case a.seats <- struct{}{}:
		defer func() { <-a.seats }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	p, err := a.take(mode)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, a.cfg.Timeout, errTooSlow)
	defer cancel()
	answers, err := p.exchange(ctx, texts)
	a.give(p, err == nil)
	return answers, err
}

// take gives the pipeline of the mode that was used last, or a new one.
func (a *Apertium) take(mode string) (*line, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.idle = slices.DeleteFunc(a.idle, func(l *line) bool { // ended by somebody else, perhaps in part
		over := l.ended()
		if over {
			l.close()
		}
		return over
	})
	for i, p := range slices.Backward(a.idle) {
		if p.mode == mode {
			a.idle = slices.Delete(a.idle, i, i+1)
			a.busy++
			return p, nil
		}
	}
	for len(a.idle) > 0 && len(a.idle)+a.busy >= a.cfg.Parallel { // those of another mode
		a.idle[0].close()
		a.idle = slices.Delete(a.idle, 0, 1)
	}
	commands, known := a.modes[mode]
	if !known {
		var err error
		if commands, err = readMode(filepath.Join(a.cfg.Modes, mode+".mode")); err != nil {
			return nil, err
		}
		a.modes[mode] = commands
	}
	p, err := startLine(mode, commands)
	if err != nil {
		delete(a.modes, mode) // it may be installed anew meanwhile
		return nil, fmt.Errorf("starting the pipeline: %w", err)
	}
	a.busy++
	a.starts++
	return p, nil
}

// give puts a pipeline back. Those that are not needed for a while are ended.
func (a *Apertium) give(p *line, good bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.busy--
	if !good {
		return
	}
	if a.closed {
		p.close()
		return
	}
	a.idle = append(a.idle, p)
	if a.reaper != nil {
		a.reaper.Reset(a.cfg.Idle)
	} else {
		a.reaper = time.AfterFunc(a.cfg.Idle, a.reap)
	}
}

// reap ends all idle pipelines but the one that was used last.
func (a *Apertium) reap() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.idle) > 1 {
		a.idle[0].close()
		a.idle = slices.Delete(a.idle, 0, 1)
	}
}

// Check translates a sentence and returns what came of it.
func (a *Apertium) Check(ctx context.Context) (string, error) {
	return check(ctx, a.Translate, "apertium")
}

// Status says what was done so far.
func (a *Apertium) Status() Status {
	status := a.record.read()
	a.mu.Lock()
	defer a.mu.Unlock()
	status.Running = len(a.idle) + a.busy
	status.Started = a.starts
	return status
}

// Close ends the calls that run and all pipelines, and waits for both.
func (a *Apertium) Close() error {
	a.mu.Lock()
	a.closed = true
	if a.reaper != nil {
		a.reaper.Stop()
	}
	a.mu.Unlock()
	a.cancel()
	a.calls.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range a.idle {
		p.close()
	}
	a.idle = nil
	return nil
}

// trimmed gives a translation the blanks of its source at both ends.
func trimmed(source, result sentence.Sentence) sentence.Sentence {
	if len(source) == 0 || len(result) == 0 {
		return result
	}
	if first := source[0]; !first.Fixed && !result[0].Fixed {
		lead := first.Text[:len(first.Text)-len(strings.TrimLeftFunc(first.Text, unicode.IsSpace))]
		result[0].Text = lead + strings.TrimLeftFunc(result[0].Text, unicode.IsSpace)
	}
	last, end := source[len(source)-1], len(result)-1
	if !last.Fixed && !result[end].Fixed {
		trail := last.Text[len(strings.TrimRightFunc(last.Text, unicode.IsSpace)):]
		result[end].Text = strings.TrimRightFunc(result[end].Text, unicode.IsSpace) + trail
	}
	return result
}
