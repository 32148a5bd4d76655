package receive_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/bridge/receive/authentic"
)

// TestByHand: which mails are noted as sent by hand, and nothing more of them than that.
func TestByHand(t *testing.T) {
	t.Parallel()
	const good = "From: Anna <anna@aoc.cat>\nTo: <css@claranet.es>\nSubject: AOC-12 caigut\nDate: Fri, 20 Nov 2026 10:42:00 +0100\nMessage-ID: <1@aoc.cat>"
	at := time.Date(2026, 11, 20, 9, 42, 0, 0, time.UTC)
	of := func(provider, key string, answer bool) bridge.ByHand {
		return bridge.ByHand{MessageID: "1@aoc.cat", Provider: provider, Key: key, Domain: "aoc.cat", SentAt: at, Answer: answer}
	}
	for name, tc := range map[string]struct {
		from, to string // replaced in the good one
		projects []string
		live     bool
		want     []bridge.ByHand
	}{
		"a person":                  {want: []bridge.ByHand{of("claranet", "AOC-12", false)}},
		"in mode live":              {live: true},
		"from outside":              {from: "anna@aoc.cat", to: "anna@altres.cat"},
		"from our own address":      {from: "Anna <anna@aoc.cat>", to: "<" + own + ">", want: []bridge.ByHand{of("claranet", "AOC-12", false)}},
		"two senders":               {from: "Anna <anna@aoc.cat>", to: "anna@aoc.cat, b@aoc.cat"},
		"to nobody of a provider":   {from: "css@claranet.es", to: "pere@aoc.cat"},
		"in copy":                   {from: "To: <css@claranet.es>", to: "To: pere@aoc.cat\nCc: algu@claranet.es", want: []bridge.ByHand{of("claranet", "AOC-12", false)}},
		"to the configured address": {from: "css@claranet.es", to: "mesa@desk.example", want: []bridge.ByHand{of("claranet", "AOC-12", false)}},
		"to two providers":          {from: "<css@claranet.es>", to: "css@claranet.es, support@ovh.com", want: []bridge.ByHand{of("claranet", "AOC-12", false), of("ovh", "AOC-12", false)}},
		"no key":                    {from: "AOC-12", to: "AOC"},
		"a key in a word":           {from: "AOC-12", to: "xAOC-12 AOC-12x_AOC-0"},
		"in brackets, and twice":    {from: "AOC-12", to: "[AOC-12] (AOC-12) INF-7:", want: []bridge.ByHand{of("claranet", "AOC-12", false), of("claranet", "INF-7", false)}},
		"another project":           {projects: []string{"INF"}},
		"small letters":             {from: "AOC-12", to: "aoc-12"},
		"small, of a known project": {from: "AOC-12", to: "aoc-12", projects: []string{"AOC"}, want: []bridge.ByHand{of("claranet", "AOC-12", false)}},
		"an answer":                 {from: "AOC-12", to: "RE: AOC-12", want: []bridge.ByHand{of("claranet", "AOC-12", true)}},
		"it refers to another":      {from: "Subject:", to: "References: <0@claranet.es>\nSubject:", want: []bridge.ByHand{of("claranet", "AOC-12", true)}},
		"a program's":               {from: "Subject:", to: "Auto-Submitted: auto-generated\nSubject:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(t)
			c.Shadow, c.Projects, c.Colleagues = !tc.live, tc.projects, authentic.Policy{Senders: []string{"aoc.cat"}, Authserv: "mx.aoc.cat"}
			c.Providers[0].To = []string{"mesa@desk.example"}
			r, err := receive.New(c)
			if err != nil {
				t.Fatal(err)
			}
			raw := strings.ReplaceAll(strings.Replace(good, tc.from, tc.to, 1), "\n", "\r\n") + "\r\n\r\nEl text no es desa.\r\n"
			if tc.from == "" {
				raw = strings.ReplaceAll(good, "\n", "\r\n") + "\r\n\r\nEl text no es desa.\r\n"
			}
			m, err := r.Read(t.Context(), opener(raw), 0)
			if err != nil {
				t.Fatal(err)
			}
			for i := range m.ByHand {
				m.ByHand[i].SentAt = m.ByHand[i].SentAt.UTC()
			}
			if diff := cmp.Diff(tc.want, m.ByHand); diff != "" {
				t.Error(diff)
			}
			header, _, _ := strings.Cut(raw, "El text")
			if len(tc.want) > 0 && !r.Wanted([]byte(header)) {
				t.Error("it is not read in a folder that is only searched")
			}
			v, err := r.Decide(receive.Input{Now: at, Message: m, Ledger: &past{}})
			if err != nil || v.Keep && v.Outcome == bridge.MailUnrelated {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
}

func TestByHandArrived(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 9, 42, 0, 0, time.UTC)
	for said, want := range map[time.Time]time.Time{
		at.Add(-time.Hour): at.Add(-time.Hour), at.Add(time.Minute): at.Add(time.Minute), {}: at, at.Add(-48 * time.Hour): at, at.Add(300 * time.Hour): at,
	} {
		if got := (bridge.ByHand{SentAt: said}).Arrived(at).SentAt; !got.Equal(want) {
			t.Errorf("%s: %s, want %s", said, got, want)
		}
	}
	if got := (bridge.ByHand{SentAt: at}).Arrived(time.Time{}).SentAt; !got.Equal(at) {
		t.Errorf("of an unknown arrival: %s", got)
	}
}
