package send_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// TestLookedInto: what holds something private, or cannot be looked into, stays here, with
// the reason; pictures go where somebody means them.
func TestLookedInto(t *testing.T) {
	t.Parallel()
	b, w := guarded(t)
	w.found["xifrat"] = bridge.Inspection{Opaque: bridge.OpaqueEncrypted}
	for _, image := range []string{"imatge", "imatge esmentada", "document amb imatges", "document esmentat"} {
		w.found[image] = bridge.Inspection{Opaque: bridge.OpaqueImage}
	}
	b.issue.Description += "Vegeu !esmentada.png! i informe2.docx\n"
	b.upload("1", "net.log", "net")
	b.upload("2", "privat.log", "clau "+secret)
	b.upload("3", "xifrat.7z", "xifrat")
	b.upload("4", "foto.bmp", "imatge")
	b.upload("5", "esmentada.png", "imatge esmentada")
	b.upload("6", "informe.docx", "document amb imatges")
	b.upload("7", "informe2.docx", "document esmentat")
	r, o := b.settled(t, composing())
	if diff := cmp.Diff(map[string]string{"net.log": "net", "esmentada.png": "imatge esmentada", "informe2.docx": "document esmentat"}, b.content(t)); diff != "" {
		t.Error(diff)
	}
	want := map[string]bridge.LeftOut{"privat.log": bridge.LeftPrivate, "xifrat.7z": bridge.LeftClosed, "foto.bmp": bridge.LeftImage, "informe.docx": bridge.LeftImage}
	if diff := cmp.Diff(want, reasons(r.Notice.Omitted)); diff != "" {
		t.Error(diff)
	}
	for _, f := range r.Notice.Omitted {
		if looked := f.Why == bridge.LeftPrivate || f.Why == bridge.LeftClosed; looked != (f.Inspection != nil) {
			t.Errorf("%+v", f)
		}
	}
	slices.Sort(w.opened)
	if len(slices.Compact(slices.Clone(w.opened))) != len(w.opened) {
		t.Errorf("looked into twice: %q", w.opened)
	}
	text := b.mail(t).Text
	for _, says := range []string{"privat.log (18 bytes): no se adjunta: puede contener datos confidenciales", "xifrat.7z (6 bytes): no se adjunta: no hemos podido revisar su contenido"} {
		if !strings.Contains(text, says) {
			t.Errorf("no %q in\n%s", says, text)
		}
	}
	if strings.Contains(text, "foto.bmp") {
		t.Errorf("the desk is told of a picture:\n%s", text)
	}
	b.c = o.Case
	end := b.transmitter.Settle(b.c, o.Effects[0], bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"answer"}`)})
	_, comment := told(t, end)
	for _, says := range []string{"privat.log (18 bytes): 1 contrasenya (conf/app.yml, línia 3)", "està xifrat i no s’ha pogut revisar", "foto.bmp"} {
		if !strings.Contains(comment, says) {
			t.Errorf("no %q in\n%s", says, comment)
		}
	}
	if strings.Contains(b.written(t, r, end), secret) {
		t.Error("the value is told")
	}

	b.c = end.Case // and once more: of pictures was told
	r, o = b.settled(t, about(2, bridge.ComposeBody{Serial: 2, About: bridge.AboutAgain}))
	b.c = o.Case
	end = b.transmitter.Settle(b.c, o.Effects[0], bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"answer"}`)})
	if _, comment := told(t, end); strings.Contains(comment, "foto.bmp") {
		t.Errorf("told of a picture again:\n%s", comment)
	}
	if diff := cmp.Diff([]string{"2", "3"}, b.c.Withheld()); diff != "" {
		t.Error(diff)
	}
	b.c.Allowed.Files = b.c.Withheld()
	b.c.Notices[0].SentAt = day
	r = b.run(t, about(3, bridge.ComposeBody{Serial: 3, Files: []string{"2", "3", "4"}}))
	if diff := cmp.Diff(map[string]string{"privat.log": "clau " + secret, "xifrat.7z": "xifrat", "foto.bmp": "imatge"}, b.content(t)); diff != "" || len(r.Notice.Omitted) > 0 {
		t.Errorf("at a person's word: %+v\n%s", r.Notice.Omitted, diff)
	}
	b.c.Notices = append(b.c.Notices, r.Notice) // and what they have been sent goes again with the rest
	if b.run(t, about(4, bridge.ComposeBody{Serial: 4, About: bridge.AboutAgain})); b.content(t)["foto.bmp"] != "imatge" {
		t.Errorf("once more without what they had: %v", b.content(t))
	}
}

// TestWithheldAlone: who asks for files that may not go hears why, and the case knows them.
func TestWithheldAlone(t *testing.T) {
	t.Parallel()
	b, _ := guarded(t)
	b.has(t)
	b.upload("4", "app.log", "pass "+secret)
	r, o := b.settled(t, about(2, bridge.ComposeBody{Serial: 2, Files: []string{"4"}}))
	_, comment := told(t, o)
	if !r.Nothing || !strings.Contains(comment, "app.log (18 bytes): 1 contrasenya (conf/app.yml, línia 3)") || !strings.Contains(comment, "escalat envia-igualment MOTIU") {
		t.Errorf("%+v\n%s", r, comment)
	}
	if diff := cmp.Diff([]string{"4"}, o.Case.Withheld()); diff != "" {
		t.Error(diff)
	}
}

// TestLookedIntoInVain: a file that Jira does not give is treated as when it is attached.
func TestLookedIntoInVain(t *testing.T) {
	t.Parallel()
	away := errors.New("503")
	for name, test := range map[string]struct {
		lost  error
		tries int
		goes  bool
	}{
		"refused": {bridge.Permanent(errors.New("403")), 1, true}, "away": {away, 1, false}, "away the second time": {away, 2, false}, "away the third time": {away, 3, true},
	} {
		b, _ := guarded(t)
		b.upload("1", "a.log", "evidence")
		b.upload("2", "b.log", "else")
		b.lost["1"], b.c.FileTries = test.lost, test.tries-1
		raw, err := b.composer.Do(t.Context(), b.c, composing())
		if !test.goes {
			if !bridge.IsNotDone(err) || bridge.IsPermanent(err) {
				t.Errorf("%s: %s, %v", name, raw, err)
			}
			continue
		}
		var r bridge.ComposeResult
		if err != nil || json.Unmarshal(raw, &r) != nil || r.Notice.Omitted[0].Why != bridge.LeftUnreadable || len(b.content(t)) != 1 {
			t.Errorf("%s: %s, %v", name, raw, err)
		}
	}
}

// stalling is a Jira whose downloads stall, so many of them: the time of who waits is over
// then.
type stalling struct {
	*bench

	over *bool
	left int
}

// Attachment takes as long as there is.
func (s *stalling) Attachment(ctx context.Context, a bridge.Attachment) (io.ReadCloser, error) {
	if s.left > 0 {
		s.left--
		*s.over = true
		return nil, context.DeadlineExceeded
	}
	return s.bench.Attachment(ctx, a)
}

// TestLookingTakesTooLong: a download that stalls holds no incident up.
func TestLookingTakesTooLong(t *testing.T) {
	t.Parallel()
	for stalls, goes := range map[int]int{0: 3, 1: 2, 2: 0} {
		b, _ := guarded(t)
		b.upload("1", "a.log", "evidence")
		b.upload("2", "b.log", "else")
		b.upload("3", "c.log", "more")
		over := false
		b.composer.Files = &stalling{b, &over, stalls}
		b.composer.Within = func(ctx context.Context, _ time.Duration) (context.Context, context.CancelFunc) {
			over = false
			return mortal{ctx, &over}, func() {}
		}
		r := b.run(t, composing())
		for _, why := range reasons(r.Notice.Omitted) {
			if why != bridge.LeftUnreadable {
				t.Errorf("%d stalls: %s", stalls, why)
			}
		}
		if len(b.content(t)) != goes || len(r.Notice.Files) != goes || len(r.Notice.Omitted) != 3-goes {
			t.Errorf("%d stalls: %+v", stalls, r.Notice)
		}
	}
}

// TestTicketLookedInto: the content of a file stands in a ticket only when there is nothing
// private in it.
func TestTicketLookedInto(t *testing.T) {
	t.Parallel()
	b := newOVH(t, "incidencia", bridge.ByPortal)
	b.guard()
	b.uploadText("1", "net.txt", "net")
	b.uploadText("2", "privat.txt", "clau "+secret)
	r, o := b.settled(t, composing())
	if !strings.Contains(r.Notice.Body, "Contenido de net.txt") || strings.Contains(r.Notice.Body, "privat.txt") || strings.Contains(b.written(t, r, o), secret) {
		t.Errorf("the ticket:\n%s", r.Notice.Body)
	}
	if diff := cmp.Diff(map[string]bridge.LeftOut{"privat.txt": bridge.LeftPrivate}, reasons(r.Notice.Omitted)); diff != "" {
		t.Error(diff)
	}
	if _, comment := told(t, o); !strings.Contains(comment, "privat.txt") || !strings.Contains(comment, "1 contrasenya (conf/app.yml, línia 3)") {
		t.Errorf("the comment:\n%s", comment)
	}
	b.c.Allowed.Files = []string{"2"}
	if r := b.run(t, composing()); !strings.Contains(r.Notice.Body, secret) {
		t.Errorf("allowed:\n%s", r.Notice.Body)
	}
}
