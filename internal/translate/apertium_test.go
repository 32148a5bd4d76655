package translate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/bridge/sentence"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// plain is a sentence without anything fixed.
func plain(text string) sentence.Sentence { return sentence.Sentence{{Text: text}} }

// fake is an Apertium whose pipelines are scripts, each a program of the mode.
func fake(t *testing.T, cfg ApertiumConfig, scripts ...string) *Apertium {
	t.Helper()
	cfg.Modes = t.TempDir()
	var programs []string
	for i, s := range scripts {
		path := filepath.Join(cfg.Modes, fmt.Sprintf("program%d", i))
		script(t, path, s)
		programs = append(programs, path)
	}
	mode := filepath.Join(cfg.Modes, "cat-spa.mode")
	if err := os.WriteFile(mode, []byte(strings.Join(programs, " | ")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a := NewApertium(cfg)
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// script writes a program. No other goroutine may start one meanwhile, or the file
// would be open for writing in its child when we run it.
func script(t *testing.T, path, text string) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil { //nolint:gosec // it is a program
		t.Fatal(err)
	}
}

// echo says what it is told.
const echo = `exec cat`

func TestTranslate(t *testing.T) {
	t.Parallel()
	a := real(t, 1)
	for name, test := range map[string]struct {
		source sentence.Sentence
		want   string
	}{
		"free":            {plain("Reinicieu el servei, si us plau."), "Reinicien el servicio, por favor."},
		"no full stop":    {plain("tallafoc caigut"), "cortafuegos caído"},
		"question":        {plain("Ens podeu ajudar?"), "¿Nos pueden ayudar?"},
		"blanks":          {plain("  La xarxa no va. "), "  La red no va. "},
		"fixed":           {sentence.Sentence{{Text: "El servidor "}, {Text: "api.conf", Fixed: true}, {Text: " cau"}}, "El servidor api.conf cae"},
		"fixed is hidden": {sentence.Sentence{{Text: "Envieu "}, {Text: "[]{}^$/\\@<>*~\x01", Fixed: true}, {Text: " avui."}}, "Envíen []{}^$/\\@<>*~\x01 hoy."},
		"markup":          {sentence.Sentence{{Text: "*", Fixed: true}, {Text: "urgent"}, {Text: "*", Fixed: true}, {Text: " la xarxa"}}, "*urgente* la red"},
		"glued":           {sentence.Sentence{{Text: "sub"}, {Text: "10", Fixed: true}, {Text: "xarxa"}}, "sub10red"},
		"elision":         {sentence.Sentence{{Text: "L'"}, {Text: "ERP", Fixed: true}, {Text: " cau."}}, "El ERP cae."},
		"no words":        {sentence.Sentence{{Text: "10.1.2.3", Fixed: true}, {Text: " - "}}, "10.1.2.3 - "},
		"signs":           {plain("el ^servidor$ [principal] {web} a/b <casa> c@d * # ~ \\ | ="), "el ^servidor$ [principal] {web} a/b <casa> c@d * # ~ \\ | ="},
		"our own word":    {plain("la xqzb i la XQZ cauen"), "la xqzb y la XQZ caen"},
		"unknown":         {plain("el flonquiblat cau"), "el flonquiblat cae"},
		"dots of ela":     {plain("la instaŀlació i l’equip"), "la instalación y el equipo"},
		"torn letters":    {plain("la porta\xff oberta"), "la puerta? abierta"},
		"capitals":        {plain("EL SERVIDOR NO RESPON"), "EL SERVIDOR NO RESPONDE"},
	} {
		got, err := a.Translate(t.Context(), "ca", "es", []sentence.Sentence{test.source})
		if err != nil || len(got) != 1 || got[0].String() != test.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, test.want)
		}
	}
	if got, err := a.Check(t.Context()); err != nil || !strings.Contains(got, "192.0.2.1 no responde") {
		t.Errorf("check: %q, %v", got, err)
	}
	if s := a.Status(); s.Started != 1 || s.Running != 1 || s.Failed != 0 || s.Remote {
		t.Errorf("status: %+v", s)
	}
}

// TestManySentences: more than a pipeline is given at once, in order.
func TestManySentences(t *testing.T) {
	t.Parallel()
	a := real(t, 2)
	var in []sentence.Sentence
	for i := range 450 {
		in = append(in, sentence.Sentence{{Text: "La xarxa "}, {Text: fmt.Sprint(i), Fixed: true}, {Text: " cau"}})
	}
	in = append(in, plain(strings.Repeat("la porta està oberta i ", 500)), plain(strings.Repeat("porta ", 5000)))
	out, err := a.Translate(t.Context(), "ca", "es", in)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range out[:450] {
		if want := fmt.Sprintf("La red %d cae", i); s.String() != want {
			t.Errorf("%q, want %q", s, want)
		}
	}
	if n := strings.Count(out[450].String(), "la puerta está abierta y"); n != 500 || out[451] != nil {
		t.Errorf("%d", n)
	}
}

// TestFixedSurvives: whatever stands around them, pieces come back once and as they
// were, or the sentence does not.
func TestFixedSurvives(t *testing.T) {
	t.Parallel()
	a := real(t, 1)
	free := rapid.OneOf(rapid.StringMatching(`( ?(la|el|servidor|de|no|xarxa|cau|l'|[a-z]{1,6}|[.,:;()"«»!?-])){0,6} ?`), rapid.String())
	rapid.Check(t, func(r *rapid.T) {
		var in []sentence.Sentence
		for range rapid.IntRange(1, 5).Draw(r, "sentences") {
			var s sentence.Sentence
			for range rapid.IntRange(1, 5).Draw(r, "pieces") {
				s = append(s, sentence.Piece{Text: free.Draw(r, "free")}, sentence.Piece{Text: rapid.String().Draw(r, "fixed"), Fixed: true})
			}
			in = append(in, s)
		}
		out, err := a.Translate(t.Context(), "ca", "es", in)
		if err != nil || len(out) != len(in) {
			r.Fatalf("%d, %v", len(out), err)
		}
		for i, s := range out {
			if s != nil && !sameFixed(in[i], s) {
				r.Fatalf("%q became %q", in[i], s)
			}
		}
	})
	if s := a.Status(); s.Lost*20 > s.Sentences {
		t.Errorf("of %d sentences %d were lost", s.Sentences, s.Lost)
	}
}

// sameFixed says whether both have the same fixed pieces, in any order.
func sameFixed(a, b sentence.Sentence) bool {
	count := map[string]int{}
	for _, p := range a {
		if p.Fixed {
			count[p.Text]++
		}
	}
	for _, p := range b {
		if p.Fixed {
			count[p.Text]--
		}
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func TestNotInstalled(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	a := NewApertium(ApertiumConfig{Modes: folder})
	defer func() { _ = a.Close() }()
	missing := func() {
		t.Helper()
		if err := Installed(folder); !errors.Is(err, ErrNotInstalled) {
			t.Errorf("%v", err)
		}
		_, err := a.Check(t.Context())
		if !errors.Is(err, ErrNotInstalled) || !bridge.IsPermanent(err) || !strings.Contains(err.Error(), packages) {
			t.Errorf("%v", err)
		}
	}
	missing()
	mode := filepath.Join(folder, "cat-spa.mode")
	if err := os.WriteFile(mode, []byte("cat | no-such-program-here 'x.bin'"), 0o600); err != nil {
		t.Fatal(err)
	}
	missing()
	if err := os.WriteFile(mode, []byte("cat; rm -rf /"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Check(t.Context()); !errors.Is(err, errMode) || !bridge.IsPermanent(err) {
		t.Errorf("%v", err)
	}
	for _, pair := range [][2]string{{"ca", "ca"}, {"", "es"}, {"ca", "en"}, {"ca", "../../etc"}} {
		if _, err := a.Translate(t.Context(), pair[0], pair[1], nil); !errors.Is(err, ErrPair) || !bridge.IsPermanent(err) {
			t.Errorf("%q: %v", pair, err)
		}
	}
	if _, err := a.Translate(t.Context(), "ca", "es", []sentence.Sentence{plain(strings.Repeat("x", maxText+1))}); !errors.Is(err, errTooMuch) {
		t.Error(err)
	}
}

// TestParallel: never more pipelines than are allowed, each with one call.
func TestParallel(t *testing.T) {
	t.Parallel()
	a := fake(t, ApertiumConfig{Parallel: 3, Idle: time.Hour}, echo)
	var calls sync.WaitGroup
	for i := range 60 {
		calls.Go(func() {
			want := fmt.Sprintf("porta %d", i)
			out, err := a.Translate(t.Context(), "ca", "es", []sentence.Sentence{plain(want)})
			if err != nil || out[0].String() != want {
				t.Errorf("%q, %v; want %q", out, err, want)
			}
		})
	}
	calls.Wait()
	s := a.Status()
	if s.Started < 1 || s.Started > 3 || int64(s.Running) != s.Started || s.Calls != 60 {
		t.Errorf("%+v", s)
	}
}

// TestIdle: what is not needed any more is ended, but for one.
func TestIdle(t *testing.T) {
	t.Parallel()
	a := fake(t, ApertiumConfig{Parallel: 2, Idle: time.Hour}, echo)
	first, err := a.take("cat-spa")
	if err != nil {
		t.Fatal(err)
	}
	second, err := a.take("cat-spa")
	if err != nil {
		t.Fatal(err)
	}
	a.give(first, true)
	a.give(second, true)
	a.reap()
	if s := a.Status(); s.Running != 1 || !first.ended() || second.ended() {
		t.Errorf("%+v", s)
	}
}

// TestEnds: a call ends with its context, and with Close.
func TestEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(a *Apertium, cancel func()){
		"context": func(_ *Apertium, cancel func()) { cancel() },
		"close":   func(a *Apertium, _ func()) { _ = a.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := fake(t, ApertiumConfig{Parallel: 1}, `sleep 1000`)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := make(chan error, 2)
			for range 2 { // the second one waits for the first
				go func() {
					_, err := a.Translate(ctx, "ca", "es", []sentence.Sentence{plain("casa")})
					done <- err
				}()
			}
			for a.Status().Running == 0 {
				if t.Context().Err() != nil {
					t.Fatal("it never ran")
				}
			}
			end(a, cancel)
			for range 2 {
				if err := <-done; !errors.Is(err, context.Canceled) && !errors.Is(err, errClosed) {
					t.Error(err)
				}
			}
			if s := a.Status(); s.Running != 0 {
				t.Errorf("%+v", s)
			}
			_ = a.Close()
			if _, err := a.Check(t.Context()); !errors.Is(err, errClosed) {
				t.Error(err)
			}
		})
	}
}

func TestParseMode(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"a -w '/x/y z.bin' | b $1 'q' | c -g $2 'p'": "[[a -z -w /x/y z.bin] [b -z -n q] [c -z -g p]]",
		"a|b":                    "[[a -z] [b -z]]",
		"":                       "",
		"a |":                    "",
		"a | | b":                "",
		"a > b":                  "",
		"a $(b)":                 "",
		"a 'b":                   "",
		"a b'c'":                 "",
		"a `b`":                  "",
		"a && b":                 "",
		"a $3":                   "",
		strings.Repeat("a|", 99): "",
	} {
		got, err := parseMode(line)
		if (err == nil) != (want != "") || err == nil && fmt.Sprint(got) != want {
			t.Errorf("%q: %q, %v", line, got, err)
		}
	}
}
