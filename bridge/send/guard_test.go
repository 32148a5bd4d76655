package send_test

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/send"
)

// secret is what nobody may see; framed is one that only the label before it gives away.
const (
	secret = "s3cr3t-KANARI"
	framed = "obre-KANARI"
)

// watchman is a guard that knows few things.
type watchman struct {
	stops  bridge.Private
	labels []string                     // what stands before framed where it is given away
	found  map[string]bridge.Inspection // by the content of files
	opened []string                     // contents
}

// Text finds the word secret and what begins with it, and framed behind its label.
func (w *watchman) Text(text string) []bridge.Hit {
	var hits []bridge.Hit
	add := func(value string, from int) {
		hits = append(hits, bridge.Hit{Kind: bridge.PrivatePassword, Start: from, End: from + len(value), Print: "print of " + value})
	}
	for from := 0; ; {
		at := strings.Index(text[from:], secret)
		if at < 0 {
			break
		}
		start := from + at
		end := start + len(secret)
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		add(text[start:end], start)
		from = end
	}
	for _, label := range w.labels {
		if at := strings.Index(text, label+framed); at >= 0 {
			add(framed, at+len(label))
		}
	}
	return hits
}

// File knows contents.
func (w *watchman) File(_ context.Context, _, _ string, _ int64, r io.Reader) (bridge.Inspection, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return bridge.Inspection{}, err
	}
	w.opened = append(w.opened, string(data))
	if strings.Contains(string(data), secret) {
		return bridge.Inspection{Inside: []bridge.Inside{{Kind: bridge.PrivatePassword, Path: "conf/app.yml", Line: 3}}}, nil
	}
	return w.found[string(data)], nil
}

// Stops says of one kind that it stops.
func (w *watchman) Stops(kind bridge.Private) bool { return w.stops != "" && kind == w.stops }

// screening reads the issue as it is screened.
type screening struct {
	*bench

	find func(text string) []bridge.Hit
}

func (s screening) Issue(ctx context.Context, id string) (bridge.Issue, error) {
	issue, err := s.bench.Issue(ctx, id)
	return issue.Screened(s.find), err
}

// guarded is a bench with a guard.
func guarded(t *testing.T) (*bench, *watchman) {
	t.Helper()
	b := newBench(t)
	return b, b.guard()
}

func (b *bench) guard() *watchman {
	w := &watchman{found: map[string]bridge.Inspection{}}
	b.composer.Guard = w
	b.composer.Issues, b.transmitter.Issues = screening{b, w.Text}, screening{b, w.Text}
	return w
}

// written is everything that a result, an outcome and a mail say.
func (b *bench) written(t *testing.T, r bridge.ComposeResult, o bridge.Outcome) string {
	t.Helper()
	raw, err := json.Marshal([]any{r, o, o.Case, o.Effects, o.Audit})
	if err != nil {
		t.Fatal(err)
	}
	all := string(raw)
	for _, blob := range b.blobs {
		all += string(blob)
	}
	if b.blobs["b1"] != nil {
		m := b.mail(t)
		all += m.Subject + m.Text + b.html(t)
		for name, content := range b.content(t) {
			all += name + content
		}
	}
	return all
}

// settled composes and settles.
func (b *bench) settled(t *testing.T, e bridge.Effect) (bridge.ComposeResult, bridge.Outcome) {
	t.Helper()
	r := b.run(t, e)
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return r, b.composer.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
}

// TestHidden: what was masked is noted with its place and its line, and told; nothing that
// is stored or leaves says it, unless a person lets it leave.
func TestHidden(t *testing.T) {
	t.Parallel()
	hidden := func(place string, line int) bridge.Hidden {
		return bridge.Hidden{Kind: bridge.PrivatePassword, Place: place, Line: line}
	}
	for name, test := range map[string]struct {
		change func(*bench)
		body   bridge.ComposeBody
		want   []bridge.Hidden
		told   string
	}{
		"summary": {change: func(b *bench) { b.issue.Summary = "Portal " + secret }, want: []bridge.Hidden{hidden("summary", 1)}, told: "1 contrasenya (títol)."},
		"field": {
			change: func(b *bench) {
				b.issue.Description = strings.Replace(complete, "40 ajuntaments", "40 ajuntaments ("+secret+")", 1)
			},
			want: []bridge.Hidden{hidden("impact", 1)}, told: "(Impacte en negoci, línia 1)",
		},
		"custom field": {
			change: func(b *bench) {
				p := *b.composer.Providers["claranet"].Profile
				p.Jira = map[string]string{"impact": "customfield_7"}
				b.composer.Providers = map[string]send.Provider{"claranet": {Profile: &p, To: []string{"css@claranet.es"}}}
				b.issue.Fields = map[string]bridge.FieldValue{"customfield_7": {Markup: "un\n" + secret, At: day}}
			},
			want: []bridge.Hidden{hidden("impact", 2)}, told: "(Impacte en negoci, línia 2)",
		},
		"rest": {
			change: func(b *bench) {
				b.issue.Description += "\nA més:\n\nl'usuari prova amb " + secret + " i " + secret + "\n"
			},
			want: []bridge.Hidden{hidden("rest", 3), hidden("rest", 3)}, told: "S’hi han amagat 2 contrasenyes (resta de la descripció, línia 3).",
		},
		"words": {
			change: func(b *bench) { b.has(t); b.says("7", "Per a Claranet: entreu amb "+secret) },
			body:   bridge.ComposeBody{Serial: 2, About: bridge.AboutWords, Comment: "7", Digest: bridge.Digest("entreu amb (contraseña oculta)")},
			want:   []bridge.Hidden{hidden("words", 1)}, told: "(el vostre text, línia 1)",
		},
		"said": {
			change: func(b *bench) { b.has(t); b.says("7", "escalat reclama: entreu amb "+secret) },
			body:   bridge.ComposeBody{Serial: 2, About: bridge.AboutClaim, Comment: "7", Said: "entreu amb (contraseña oculta)"},
			want:   []bridge.Hidden{hidden("words", 1)}, told: "(el vostre text, línia 1)",
		},
		"addition": {
			change: func(b *bench) {
				b.has(t)
				b.issue.Description = strings.Replace(complete, "40 ajuntaments", secret, 1)
			},
			body: bridge.ComposeBody{Serial: 2, Fields: []string{"impact"}},
			want: []bridge.Hidden{hidden("impact", 1)}, told: "(Impacte en negoci, línia 1)",
		},
		"nothing that leaves": {change: func(b *bench) { b.says("7", "Entre nosaltres: "+secret) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, _ := guarded(t)
			test.change(b)
			test.body.Serial = max(test.body.Serial, 1)
			e := about(test.body.Serial, test.body)
			r, o := b.settled(t, e)
			if diff := cmp.Diff(test.want, r.Notice.Hidden); diff != "" {
				t.Errorf("hidden (-want +got):\n%s", diff)
			}
			if len(o.Effects) != 1 || o.Effects[0].Kind != bridge.TransmitMail {
				t.Fatalf("not sent: %+v", o)
			}
			if all := b.written(t, r, o); strings.Contains(all, secret) || len(test.want) > 0 && !strings.Contains(b.mail(t).Subject+b.mail(t).Text, "(contraseña oculta)") {
				t.Errorf("it is in\n%s", all)
			}
			b.c = o.Case
			end := b.transmitter.Settle(b.c, o.Effects[0], bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"answer"}`)})
			_, comment := told(t, end)
			if !strings.Contains(comment, test.told) || strings.Contains(comment, secret) || strings.Contains(comment, "escalat envia-igualment MOTIU") != (len(test.want) > 0) {
				t.Errorf("the comment:\n%s", comment)
			}

			b.c = bridge.Case{} // what a person allowed leaves as it is written
			fresh, _ := guarded(t)
			test.change(fresh)
			fresh.c.Allowed.Prints = []string{"print of " + secret}
			if test.body.Digest != "" {
				test.body.Digest = bridge.Digest("entreu amb " + secret)
			}
			r, o = fresh.settled(t, about(test.body.Serial, test.body))
			if said := test.body.Said != ""; !said && (len(r.Notice.Hidden) > 0 || len(test.want) > 0 && !strings.Contains(fresh.written(t, r, o), secret)) {
				t.Errorf("allowed: %+v", r.Notice.Hidden)
			}
		})
	}
}

// TestFramed: what only the notice's own words give away is masked wherever it stands, in
// text and in HTML and in the subject, and holds nothing up.
func TestFramed(t *testing.T) {
	t.Parallel()
	for name, markup := range map[string]string{
		"plain": framed, "in bold": "*" + framed + "*", "in code": "{{" + framed + "}}", "with marks within": "obre-*KANARI*", "twice": framed + " o " + framed,
	} {
		for _, stops := range []bridge.Private{"", bridge.PrivatePassword} {
			b, w := guarded(t)
			w.labels, w.stops = []string{"Aplicación afectada: "}, stops
			b.issue.Description = strings.Replace(complete, "Portal de tramitació", markup, 1)
			r, o := b.settled(t, composing())
			want := []bridge.Hidden{{Kind: bridge.PrivatePassword, Place: "application", Line: 1}}
			if diff := cmp.Diff(want, r.Notice.Hidden); diff != "" || r.Notice.Framed["print of "+framed] != "application" {
				t.Errorf("%s: %v\n%s", name, r.Notice.Framed, diff)
			}
			all := b.written(t, r, o)
			for _, where := range []string{b.mail(t).Subject, b.mail(t).Text, b.html(t)} {
				if !strings.Contains(where, "(contraseña oculta)") {
					t.Errorf("%s: not masked in\n%s", name, where)
				}
			}
			if strings.Contains(strings.ReplaceAll(all, "print of "+framed, ""), "KANARI") {
				t.Errorf("%s: it is in\n%s", name, all)
			}
			b.c.Allowed.Prints = []string{"print of " + framed}
			if r, _ := b.settled(t, composing()); len(r.Notice.Hidden) > 0 || !strings.Contains(b.mail(t).Subject, framed) {
				t.Errorf("%s, allowed: %+v, %s", name, r.Notice.Hidden, b.mail(t).Subject)
			}
		}
	}
}

// TestStopped: a kind that stops holds the notice, says once what to do, and goes when it
// is taken out or allowed.
func TestStopped(t *testing.T) {
	t.Parallel()
	b, w := guarded(t)
	w.stops = bridge.PrivatePassword
	b.issue.Description = strings.Replace(complete, "40 ajuntaments", secret, 1)
	b.now = night
	r, o := b.settled(t, composing())
	want := []bridge.Hidden{{Kind: bridge.PrivatePassword, Place: "impact", Line: 1}}
	if diff := cmp.Diff(want, r.Stopped); diff != "" {
		t.Fatal(diff)
	}
	_, text := told(t, o)
	if o.Case.State != bridge.Asked || o.Case.Rounds != 1 || len(o.Case.Notices) > 0 || !o.Case.DueAt.Equal(day) || !strings.Contains(text, "NO s’ha enviat res") {
		t.Errorf("%+v\n%s", o.Case, text)
	}
	if all := b.written(t, r, o); strings.Contains(all, secret) {
		t.Errorf("it is in\n%s", all)
	}
	b.c = o.Case
	b.c.State = bridge.Sending // somebody has edited something else
	if _, again := b.settled(t, composing()); len(again.Effects) > 0 || again.Case.State != bridge.Asked {
		t.Errorf("told again: %+v", again)
	}
	b.c.Forced = bridge.Forced{CommentID: "9"}
	if _, forced := b.settled(t, composing()); len(forced.Effects) != 1 || forced.Effects[0].Key != "stopped/10001/claranet/1/9" {
		t.Errorf("who wants it sent hears nothing: %+v", forced)
	}
	b.c.Allowed.Prints = []string{"print of " + secret}
	r, o = b.settled(t, composing())
	if r.Stopped != nil || len(o.Case.Stopped) > 0 || o.Effects[0].Kind != bridge.TransmitMail || !strings.Contains(b.mail(t).Text, secret) {
		t.Errorf("allowed: %+v", o)
	}
}

// TestStoppedLater: what comes after the first notice is held likewise, and nothing of it is
// tried again and again.
func TestStoppedLater(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body bridge.ComposeBody
		want string
	}{
		"fields": {bridge.ComposeBody{Serial: 2, Fields: []string{"impact", "anomaly"}}, "els canvis NO s’han enviat"},
		"words":  {bridge.ComposeBody{Serial: 2, About: bridge.AboutWords, Comment: "7", Digest: bridge.Digest("és (contraseña oculta)")}, "el vostre text NO"},
		"claim":  {bridge.ComposeBody{Serial: 2, About: bridge.AboutClaim, Comment: "8", Said: "és (contraseña oculta)"}, "el que heu demanat NO"},
	} {
		b, w := guarded(t)
		w.stops = bridge.PrivatePassword
		b.has(t)
		b.says("7", "Per a Claranet: és "+secret)
		b.says("8", "escalat reclama: és "+secret)
		if len(test.body.Fields) > 0 {
			b.issue.Description = strings.Replace(complete, "40 ajuntaments", secret, 1)
			delete(b.c.Notices[0].Told, "impact")
		}
		b.c.Relay("7", test.body.Digest)
		r, o := b.settled(t, about(2, test.body))
		_, text := told(t, o)
		if len(r.Stopped) == 0 || o.Case.State != bridge.Sent || len(o.Case.Notices) != 1 || !strings.Contains(text, test.want) || strings.Contains(b.written(t, r, o), secret) {
			t.Errorf("%s: %+v\n%s", name, o, text)
		}
		switch name {
		case "fields":
			if !slices.Equal(o.Case.Pending, []string{"impact", "anomaly"}) || !o.Case.DueAt.Equal(day) || len(o.Case.Stopped) != 1 {
				t.Errorf("%s: pending %q, %v, %+v", name, o.Case.Pending, o.Case.DueAt, o.Case.Stopped)
			}
		case "words":
			if !o.Case.GivenUp("7", test.body.Digest) {
				t.Errorf("%s: %v", name, o.Case.Relayed)
			}
		}
	}
}

// TestNewSecret: what a person allowed is what stood there; what is written later is
// masked again.
func TestNewSecret(t *testing.T) {
	t.Parallel()
	b, _ := guarded(t)
	b.c.Allowed.Prints = []string{"print of " + secret}
	b.issue.Description = strings.Replace(complete, "40 ajuntaments", secret+" i després "+secret+"77", 1)
	r, _ := b.settled(t, composing())
	if text := b.mail(t).Text; !strings.Contains(text, secret+" i después (contraseña oculta)") && !strings.Contains(text, secret+" i després (contraseña oculta)") || len(r.Notice.Hidden) != 1 {
		t.Errorf("%+v\n%s", r.Notice.Hidden, text)
	}
}

// TestAllowedBeforeItLeft: a notice that was composed masked is composed anew when a person
// lets leave what it masks.
func TestAllowedBeforeItLeft(t *testing.T) {
	t.Parallel()
	for name, allowed := range map[string]bridge.Allowed{"nothing": {}, "the value": {Prints: []string{"print of " + secret}}, "a file": {Files: []string{"4"}}} {
		b, _ := guarded(t)
		b.issue.Description = strings.Replace(complete, "40 ajuntaments", secret, 1)
		e := b.transmitting(t)
		b.c.Allowed = allowed
		raw, err := b.transmitter.Do(t.Context(), b.c, e)
		var r bridge.TransmitResult
		if err != nil || json.Unmarshal(raw, &r) != nil || r.Changed != (name != "nothing") {
			t.Errorf("%s: %s, %v", name, raw, err)
		}
	}
}

// TestAnyway: what was masked goes as an addition, with the further description and what was
// withheld, also what the provider was told already as far as the case knows.
func TestAnyway(t *testing.T) {
	t.Parallel()
	b, w := guarded(t)
	w.labels = []string{"Aplicación afectada: "}
	b.issue.Description = strings.Replace(strings.Replace(complete, "40 ajuntaments", secret, 1), "Portal de tramitació", framed, 1) + "\nA més, " + secret + "\n"
	b.issue.Summary = "Portal " + secret
	b.upload("4", "app.log", "pass "+secret)
	r, o := b.settled(t, composing())
	if len(r.Notice.Files) > 0 {
		t.Fatalf("%+v", r.Notice.Files)
	}
	b.c = o.Case
	b.c.Notices[0].SentAt, b.c.State = day, bridge.Sent
	b.c.Allowed = bridge.Allowed{Prints: []string{"print of " + secret, "print of " + framed}, Files: b.c.Withheld()}
	body := bridge.ComposeBody{
		Serial: 2, Fields: []string{"application", "impact"}, Anyway: []string{"application", "impact", "summary", "rest"}, Files: []string{"4"},
	}
	r, o = b.settled(t, about(2, body))
	n := r.Notice
	if diff := cmp.Diff(body, n.Recompose()); diff != "" || len(n.Hidden) > 0 {
		t.Errorf("%+v\n%s", n.Hidden, diff)
	}
	if text := b.mail(t).Text; strings.Count(text, secret) != 3 || !strings.Contains(text, framed) || !strings.Contains(b.content(t)["app.log"], secret) {
		t.Errorf("the mail:\n%s", text)
	}
	b.c = o.Case
	end := b.transmitter.Settle(b.c, o.Effects[0], bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"answer"}`)})
	if _, comment := told(t, end); !strings.Contains(comment, "el que s’havia amagat o retingut ja s’ha enviat") {
		t.Errorf("the comment:\n%s", comment)
	}
	b.c = o.Case
	b.c.Notices = b.c.Notices[:1]
	if r, _ := b.settled(t, about(2, bridge.ComposeBody{Serial: 2, Anyway: []string{"summary"}})); r.Nothing || !strings.Contains(b.mail(t).Text, "Portal "+secret) {
		t.Errorf("the summary alone: %+v", r)
	}
}
