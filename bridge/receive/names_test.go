package receive_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/mapping"
)

// read reads a mail of a confirmed sender.
func (b bench) read(subject, header, body string) bridge.Message {
	b.t.Helper()
	raw := border("css@claranet.es") + "Subject: " + subject + "\n" + header + "Content-Type: text/plain; charset=utf-8\n\n" + body
	m, err := b.Read(b.t.Context(), opener(raw), int64(len(raw)))
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

// numbers are those of the tickets.
func numbers(tickets []mapping.Ticket) (out []string) {
	for _, t := range tickets {
		out = append(out, t.Number)
	}
	return out
}

func TestKeysOfASubject(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for subject, want := range map[string][]string{
		"Re: [AOC SUP-42] Sistemas – Portal":       {"SUP-42"},
		"RE: [Ticket#1000001] [aoc  sup-42] caído": {"SUP-42"},
		"Re: ( AOC SUP-42 ) x":                     {"SUP-42"},
		"Re: [AOC: A_B2-7]":                        {"A_B2-7"},
		"Re: [AOC SUP- 42] a fold":                 {"SUP-42"},
		"AOC SUP-42 sin corchetes":                 {"SUP-42"},
		"Re: AOC SUP-42":                           {"SUP-42"},
		"AOC SUP- 42":                              nil,
		"[AOC SUP-42][AOC SUP-43] [AOC SUP-42]":    {"SUP-42", "SUP-43"},
		"[AOC SUP-42] igual que AOC SUP-7":         {"SUP-42"},
		"[OVH SUP-42] x":                           nil,
		"[XAOC SUP-42] [AOCX SUP-1]":               nil,
		"[AOC SUP-42x] [AOC SUP-42-1] AOC-1":       nil,
		"[SUP-42] SUP-42":                          nil,
		"[AOC SUP-0] [AOC S-]":                     nil,
		"":                                         nil,
	} {
		if diff := cmp.Diff(want, b.read(subject, "", "Hola\n").Keys); diff != "" {
			t.Errorf("%s: %s", subject, diff)
		}
	}
	many := strings.Repeat("[AOC SUP-1] ", 100) + "[AOC SUP-2] [AOC SUP-3]"
	if got := b.read(many, "", "").Keys; len(got) != 3 {
		t.Errorf("%v", got)
	}
}

// TestTicketsOfAMail: in its subject and in what its writer wrote, near its beginning.
func TestTicketsOfAMail(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const quote = "\n\nEl lun, 2 mar 2026 a las 10:12, Suport AOC (<suport@aoc.cat>) escribió:\n> el ticket nº 99999\n"
	for name, test := range map[string]struct {
		subject, body string
		want, spoken  []string
	}{
		"subject":                 {"[Ticket#1000001] x", "Hola", []string{"1000001"}, nil},
		"text":                    {"x", "Hemos abierto el ticket nº 1000002." + quote, nil, []string{"1000002"}},
		"both":                    {"[Ticket#1000001] x", "ticket nº 1000002 y ticket nº 1000001", []string{"1000001"}, []string{"1000002", "1000001"}},
		"quoted only":             {"x", "De acuerdo." + quote, nil, nil},
		"nothing but a quote":     {"x", "> el ticket nº 99999\n> más\n", nil, nil},
		"nothing but a mail":      {"x", "-----Mensaje original-----\nDe: a@x.es\nEnviado: hoy\nAsunto: ticket nº 99999\n\nel ticket nº 99999\n", nil, nil},
		"header lines of another": {"x", "De: a@x.es\nEnviado: hoy\nPara: b@x.es\nAsunto: ticket nº 99999\n\nel ticket nº 99999\n", nil, nil},
		"forwarded below":         {"x", "Lo vemos.\n\n---------- Mensaje reenviado ----------\nticket nº 99999\n", nil, nil},
		"passed on":               {"RV: [Ticket#1000001] x", "ticket nº 1000002", []string{"1000001"}, nil},
		"passed on, in German":    {"WG: x", "ticket nº 1000002", nil, nil},
		"an answer to a forward":  {"RE: RV: x", "ticket nº 1000002", nil, []string{"1000002"}},
		"between quotes":          {"x", "> una\n\nticket nº 1000002\n\n> otra\n", nil, []string{"1000002"}},
		"far down":                {"x", strings.Repeat("línea\n", 2000) + "ticket nº 1000002", nil, nil},
	} {
		m := b.read(test.subject, "", test.body)
		if diff := cmp.Diff([][]string{test.want, test.spoken}, [][]string{numbers(m.Tickets), numbers(m.Spoken)}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestWhatAStrangerNamesIsNotLookedAt: numbers and keys are anybody's to write. Of who
// only claims to be the provider they serve to keep the mail and to tell the issue.
func TestWhatAStrangerNamesIsNotLookedAt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const rest = "Subject: [AOC SUP-42] [Ticket#1000001] x\n\nticket nº 1000002\n"
	css := border("css@claranet.es")
	for name, test := range map[string]struct {
		raw, provider, reason string
		outcome               bridge.MailOutcome
	}{
		"confirmed":        {css, "claranet", "no identity of ours, from a provider", bridge.MailQuarantined},
		"not confirmed":    {strings.Replace(css, "dmarc=pass", "dmarc=fail", 1), "claranet", "no identity of ours, claims to be from a provider", bridge.MailUnrelated},
		"no border":        {"From: css@claranet.es\n", "claranet", "no identity of ours, claims to be from a provider", bridge.MailUnrelated},
		"forged":           {"Received: from x by mx.aoc.cat with ESMTPS; Mon\n" + css, "claranet", "no identity of ours, claims to be from a provider", bridge.MailUnrelated},
		"a stranger":       {border("css@claranet.es.evil.com"), "", "no identity of ours", bridge.MailUnrelated},
		"two senders":      {css + "From: x@evil.com\n", "", "no identity of ours", bridge.MailUnrelated},
		"another provider": {border("css@ovh.com"), "ovh", "no identity of ours, from a provider", bridge.MailQuarantined},
	} {
		v, m := b.decide(test.raw+rest, nil)
		if v.Outcome != test.outcome || v.Reason != test.reason || v.Case != nil || m.Provider != test.provider {
			t.Errorf("%s: %s %q of %q", name, v.Outcome, v.Reason, m.Provider)
		}
		if named := len(m.Keys)+len(m.Tickets)+len(m.Spoken) > 0; named != (test.provider == "claranet") {
			t.Errorf("%s: keys %v, tickets %v", name, m.Keys, numbers(m.Tickets))
		}
	}
}

func FuzzNames(f *testing.F) {
	f.Add("Re: [AOC SUP-42] [Ticket#1000001] x", "ticket nº 1000002\n> más")
	f.Add("RV: AOC SUP-42", "[[[[")
	f.Fuzz(func(t *testing.T, subject, body string) {
		b := newBench(t)
		raw := border("css@claranet.es") + "Subject: " + subject + "\nIn-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n\n" + body
		v, m := b.decide(raw, b.theCase())
		if v.Case == nil {
			return
		}
		if c := v.Case.Case; len(c.References) > 20 || len(c.Written) > 60 || len(m.Keys) > 10 || len(m.Tickets) > 10 || len(m.Spoken) > 10 {
			t.Errorf("%v, %q, %v, %v", c.References, c.Written, m.Keys, m.Tickets)
		}
	})
}
