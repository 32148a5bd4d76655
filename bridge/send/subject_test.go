package send_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/mapping"
)

func TestSubject(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("paraula ", 40)
	tests := map[string]struct {
		application, summary string
		references           []string
		written              string
		want                 string
	}{
		"plain":                          {"e-NOTUM", "no respon", nil, "", "[AOC AOC-1] Sistemas – e-NOTUM – no respon"},
		"the summary says it":            {"e-NOTUM", "L’E-Notum no respon", nil, "", "[AOC AOC-1] Sistemas – L’E-Notum no respon"},
		"the summary is it":              {"e-NOTUM", "e-NOTUM", nil, "", "[AOC AOC-1] Sistemas – e-NOTUM"},
		"it says the summary":            {"el portal e-NOTUM", "e-NOTUM", nil, "", "[AOC AOC-1] Sistemas – el portal e-NOTUM"},
		"only a part of a word":          {"VPN", "VPNs caigudes", nil, "", "[AOC AOC-1] Sistemas – VPN – VPNs caigudes"},
		"no summary":                     {"e-NOTUM", " ", nil, "", "[AOC AOC-1] Sistemas – e-NOTUM"},
		"the summary has our mark":       {"e-NOTUM", "[AOC AOC-1] caigut", nil, "", "[AOC AOC-1] Sistemas – e-NOTUM – caigut"},
		"a ticket that a person told":    {"e-NOTUM", "caigut", []string{"40017"}, "", "[AOC AOC-1] [Ticket#40017] Sistemas – e-NOTUM – caigut"},
		"the newest":                     {"e-NOTUM", "caigut", []string{"40017", "40018"}, "", "[AOC AOC-1] [Ticket#40018] Sistemas – e-NOTUM – caigut"},
		"as the provider writes it":      {"e-NOTUM", "caigut", []string{"40017"}, "[CLA:40017]", "[AOC AOC-1] [CLA:40017] Sistemas – e-NOTUM – caigut"},
		"it stands in the summary":       {"e-NOTUM", "caigut, com [ticket#40017]", []string{"40017"}, "", "[AOC AOC-1] Sistemas – e-NOTUM – caigut, com [ticket#40017]"},
		"too long":                       {"e-NOTUM", long, nil, "", "[AOC AOC-1] Sistemas – e-NOTUM – " + strings.TrimSpace(long[:8*14]) + "…"},
		"what does not show":             {"e-NOTUM", "cai\u202egut\x00 \ufeffara", nil, "", "[AOC AOC-1] Sistemas – e-NOTUM – caigut ara"},
		"the application ends in a sign": {"e-NOTUM – PRO:", "caigut", nil, "", "[AOC AOC-1] Sistemas – e-NOTUM – PRO – caigut"},
		"it ends as a sentence does":     {"e-NOTUM (PRO).", "caigut", nil, "", "[AOC AOC-1] Sistemas – e-NOTUM (PRO) – caigut"},
		"the same in other letters, too": {"ÀGORA", "l’àgora cau", nil, "", "[AOC AOC-1] Sistemas – l’àgora cau"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.issue.Description = strings.Replace(complete, "Portal de tramitació", test.application, 1)
			b.issue.Summary, b.c.References, b.c.Written = test.summary, test.references, test.written
			if got := b.compose(t).Notice.Subject; got != test.want || utf8.RuneCountInString(got) > 150 {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestSubjectByTheProfile: which field stands in the subject is the profile's to say, and
// none may.
func TestSubjectByTheProfile(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"":       "[AOC AOC-1] Sistemas – L’e-NOTUM no respon",
		"impact": "[AOC AOC-1] Sistemas – 40 ajuntaments no poden tramitar – L’e-NOTUM no respon",
	} {
		b := newBench(t)
		b.issue.Summary = "L’e-NOTUM no respon"
		p := *b.composer.Providers["claranet"].Profile
		p.Forms = slices.Clone(p.Forms)
		for i := range p.Forms {
			p.Forms[i].Fields = slices.Clone(p.Forms[i].Fields)
			for j := range p.Forms[i].Fields {
				f := &p.Forms[i].Fields[j]
				f.Subject = f.ID == field
			}
		}
		provider := b.composer.Providers["claranet"]
		provider.Profile = &p
		b.composer.Providers = map[string]send.Provider{"claranet": provider}
		if got := b.compose(t).Notice.Subject; got != want {
			t.Errorf("%q: %q, want %q", field, got, want)
		}
	}
}

// TestSubjectInTheirWords: an answer that the form knows stands there in the provider's
// language, as in the text.
func TestSubjectInTheirWords(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := *b.composer.Providers["claranet"].Profile
	p.Forms = slices.Clone(p.Forms)
	for i := range p.Forms {
		p.Forms[i].Fields = slices.Clone(p.Forms[i].Fields)
		for j := range p.Forms[i].Fields {
			f := &p.Forms[i].Fields[j]
			if f.Subject = f.ID == "impact"; f.Subject {
				f.Answers = []mapping.Answer{{Name: mapping.Phrase{ES: "ninguno", CA: "cap"}, Words: []string{"40 ajuntaments no poden tramitar"}}}
			}
		}
	}
	provider := b.composer.Providers["claranet"]
	provider.Profile = &p
	b.composer.Providers = map[string]send.Provider{"claranet": provider}
	if got := b.compose(t).Notice.Subject; !strings.Contains(got, "– ninguno –") {
		t.Errorf("%q", got)
	}
}

// TestSubjectOfWhatFollows: it keeps what desks sort by, begins with one Re: and has
// the ticket number once.
func TestSubjectOfWhatFollows(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		first      string
		references []string
		written    string
		want       string
	}{
		"no ticket yet":               {"[AOC AOC-1] Sistemas – Portal", nil, "", "Re: [AOC AOC-1] Sistemas – Portal"},
		"a ticket since":              {"[AOC AOC-1] Sistemas – Portal", []string{"40017"}, "", "Re: [AOC AOC-1] [Ticket#40017] Sistemas – Portal"},
		"the same ticket":             {"[AOC AOC-1] [Ticket#40017] Sistemas – Portal", []string{"40017"}, "", "Re: [AOC AOC-1] [Ticket#40017] Sistemas – Portal"},
		"another ticket since":        {"[AOC AOC-1] [Ticket#40017] Sistemas – Portal", []string{"40017", "40018"}, "", "Re: [AOC AOC-1] [Ticket#40018] Sistemas – Portal"},
		"written in another way":      {"[AOC AOC-1] [Ticket#40017] Sistemas – Portal", []string{"40017"}, "[CLA:40017]", "Re: [AOC AOC-1] [CLA:40017] Sistemas – Portal"},
		"a reply already":             {"Re: Re: [AOC AOC-1] Sistemas – Portal", nil, "", "Re: [AOC AOC-1] Sistemas – Portal"},
		"the key that it was sent as": {"[AOC OLD-7] Sistemas – Portal", []string{"40017"}, "", "Re: [AOC OLD-7] [Ticket#40017] Sistemas – Portal"},
		"not of our making":           {"Incidència", []string{"40017"}, "", "Re: [Ticket#40017] Incidència"},
		"as long as it may be":        {"[AOC AOC-1] " + strings.Repeat("paraula ", 17) + "i", []string{"40017"}, "", "Re: [AOC AOC-1] [Ticket#40017] " + strings.TrimSpace(strings.Repeat("paraula ", 14)) + "…"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.forcedBefore(t, "impact")
			b.c.Notices[0].Subject, b.c.References, b.c.Written = test.first, test.references, test.written
			if got := b.run(t, adding(2, "impact")).Notice.Subject; got != test.want || utf8.RuneCountInString(got) > 150 {
				t.Errorf("%q, want %q", got, test.want)
			}
			if got := b.mail(t).Subject; got != test.want {
				t.Errorf("the mail has %q", got)
			}
		})
	}
}

// TestThread: what follows answers the provider's newest mail, or our first, and knows
// the whole conversation, however its parts became known.
func TestThread(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		heard   string
		thread  []string
		answers string
		refers  []string
	}{
		"nobody has answered":            {"", []string{"first@aoc.cat"}, "first@aoc.cat", []string{"first@aoc.cat"}},
		"nothing is settled":             {"", nil, "first@aoc.cat", []string{"first@aoc.cat"}},
		"answered":                       {"a@claranet.es", []string{"first@aoc.cat", "a@claranet.es"}, "a@claranet.es", []string{"first@aoc.cat", "a@claranet.es"}},
		"answered before it was settled": {"a@claranet.es", []string{"a@claranet.es", "first@aoc.cat"}, "a@claranet.es", []string{"first@aoc.cat", "a@claranet.es"}},
		"we have added since": {
			"a@claranet.es",
			[]string{"first@aoc.cat", "second@aoc.cat", "a@claranet.es", "third@aoc.cat"},
			"a@claranet.es",
			[]string{"first@aoc.cat", "second@aoc.cat", "a@claranet.es"},
		},
	}
	for name, test := range tests {
		b := newBench(t)
		b.forcedBefore(t, "impact")
		b.c.Heard, b.c.Thread = test.heard, test.thread
		b.run(t, adding(2, "impact"))
		m := b.mail(t)
		if len(m.InReplyTo) != 1 || m.InReplyTo[0] != test.answers || strings.Join(m.References, " ") != strings.Join(test.refers, " ") {
			t.Errorf("%s: answers %q, refers to %q", name, m.InReplyTo, m.References)
		}
	}
	b := newBench(t)
	b.compose(t)
	if m := b.mail(t); len(m.InReplyTo)+len(m.References) != 0 {
		t.Errorf("the first mail answers %q", m.InReplyTo)
	}
	b.c.Heard, b.c.Thread = "a@claranet.es", []string{"a@claranet.es"} // they wrote first, by the ticket number
	b.compose(t)
	if m := b.mail(t); len(m.InReplyTo) != 1 || m.InReplyTo[0] != "a@claranet.es" {
		t.Errorf("the first mail answers %q", m.InReplyTo)
	}
}

// TestThreadGrowsWhenMailsLeave, and only then.
func TestThreadGrowsWhenMailsLeave(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	if len(b.c.Thread) != 0 {
		t.Errorf("composed: %q", b.c.Thread)
	}
	for result, want := range map[string]int{`{"proof":"answer","queueID":"4ABC"}`: 1, `{"proof":"copy"}`: 1, `{"shadow":true}`: 0, `{"withdrawn":"x"}`: 0, `{"resolved":true}`: 0} {
		o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: []byte(result)})
		if len(o.Case.Thread) != want || want == 1 && o.Case.Thread[0] != b.c.Notices[0].MessageID {
			t.Errorf("%s: %q", result, o.Case.Thread)
		}
		if strings.Contains(result, "4ABC") && o.Case.Notices[0].QueueID != "4ABC" {
			t.Errorf("%+v", o.Case.Notices[0])
		}
	}
}
