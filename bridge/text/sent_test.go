package text

import (
	"strings"
	"testing"
	"time"
)

// incomplete is a notice that went out by command, without what is pending.
func incomplete(x Texts, pending int) Sent {
	s := Sent{
		MentionMarkup: me, Provider: "Claranet", To: []string{"css@claranet.es"}, At: at(),
		Subject: "[AOC ST-1] Portal", MessageID: "a@b",
	}
	for _, m := range missing(x)[:pending] {
		s.Pending = append(s.Pending, m.Label)
	}
	return s
}

// added is an addition of the first field after which so many are missing.
func added(x Texts, pending int) Added {
	a := Added{
		MentionMarkup: me, Provider: "Claranet", To: []string{"css@claranet.es"}, At: at(), MessageID: "c@d",
		Labels: []string{say(x, "Tipus de problema", "Tipo de problema", "Kind of problem")},
	}
	for _, m := range missing(x)[:pending] {
		a.Pending = append(a.Pending, m.Label)
	}
	return a
}

func sentCases() writes {
	one := time.Date(2026, 1, 2, 1, 0, 0, 0, time.UTC)
	cases := writes{
		"sent": func(x Texts) string {
			return x.Sent(Sent{MentionMarkup: me, Provider: "Claranet", To: []string{"css@claranet.es"}, At: at(), Subject: "[AOC ST-1] Portal", MessageID: "a@b"})
		},
		"sent-night": func(x Texts) string {
			return x.Sent(Sent{Provider: "Claranet", To: []string{"a@b.es", "c@d.es"}, At: one, Subject: "X", Call: nightCall(x), ByCopy: true})
		},
		"sent-redirected": func(x Texts) string {
			return x.Sent(Sent{MentionMarkup: me, Provider: "Claranet", To: []string{"test@aoc.cat"}, At: at(), Subject: "X", Redirected: true, CopyRefused: "452 full"})
		},
		"sent-redirected-night": func(x Texts) string {
			return x.Sent(Sent{MentionMarkup: me, Provider: "Claranet", To: []string{"test@aoc.cat"}, At: at(), Subject: "X", Redirected: true, Call: nightCall(x)})
		},
		"sent-hostile": func(x Texts) string {
			return x.Sent(Sent{Provider: hostile, To: []string{hostile}, At: at(), Subject: hostile, MessageID: hostile, Call: evil(), CopyRefused: hostile})
		},
	}
	for name, sent := range map[string]func(Texts) Sent{
		"sent-incomplete":      func(x Texts) Sent { return incomplete(x, 2) },
		"sent-incomplete-one":  func(x Texts) Sent { return incomplete(x, 1) },
		"sent-incomplete-test": func(x Texts) Sent { s := incomplete(x, 1); s.Redirected = true; return s },
		"sent-doubts":          func(x Texts) Sent { s := incomplete(x, 0); s.Doubts = doubts(x); return s },
		"sent-doubts-test": func(x Texts) Sent {
			s := incomplete(x, 0)
			s.Doubts, s.Redirected = doubts(x), true
			return s
		},
		"sent-incomplete-doubts": func(x Texts) Sent { s := incomplete(x, 1); s.Doubts = doubts(x)[:1]; return s },
	} {
		cases[name] = func(x Texts) string { return x.Sent(sent(x)) }
		cases[name+"-night"] = func(x Texts) string { s := sent(x); s.Call = nightCall(x); return x.Sent(s) }
	}
	for name, added := range map[string]func(Texts) Added{
		"added":      func(x Texts) Added { return added(x, 0) },
		"added-one":  func(x Texts) Added { return added(x, 1) },
		"added-many": func(x Texts) Added { return added(x, 2) },
		"added-two": func(x Texts) Added {
			a := added(x, 0)
			a.Labels = append(a.Labels, missing(x)[0].Label)
			return a
		},
		"added-redirected": func(x Texts) Added {
			a := added(x, 1)
			a.Redirected, a.To = true, []string{"test@aoc.cat"}
			return a
		},
		"added-copy":   func(x Texts) Added { a := added(x, 0); a.ByCopy, a.CopyRefused = true, "452 full"; return a },
		"added-doubts": func(x Texts) Added { a := added(x, 0); a.Doubts = doubts(x); return a },
	} {
		cases[name] = func(x Texts) string { return x.Added(added(x)) }
		cases[name+"-night"] = func(x Texts) string { a := added(x); a.Call = nightCall(x); return x.Added(a) }
	}
	cases["added-hostile"] = func(x Texts) string {
		return x.Added(Added{
			Provider: hostile, To: []string{hostile}, At: at(), MessageID: hostile, Labels: []string{hostile}, Pending: []string{hostile},
			Doubts: []Doubtful{{Label: hostile, Value: hostile, Why: hostile}}, CopyRefused: hostile, Call: evil(),
		})
	}
	cases["sent-incomplete-hostile"] = func(x Texts) string {
		return x.Sent(Sent{
			Provider: hostile, To: []string{hostile}, At: at(), Subject: hostile, Pending: []string{hostile},
			Doubts: []Doubtful{{Label: hostile, Value: hostile, Why: hostile}},
		})
	}
	return cases
}

// TestPendingLinesStayInTheirBlock: a label cannot end the block of lines to copy,
// nor add one.
func TestPendingLinesStayInTheirBlock(t *testing.T) {
	t.Parallel()
	got := texts(t, "ca").Sent(Sent{At: at(), Pending: []string{"a{noformat}\nb", hostile}})
	if n := strings.Count(got, "{noformat}"); n != 2 {
		t.Errorf("%d marks of a block:\n%s", n, got)
	}
	_, block, _ := strings.Cut(got, "{noformat}\n")
	block, _, _ = strings.Cut(block, "\n{noformat}")
	if n := strings.Count(block, "\n"); n != 1 {
		t.Errorf("%d line breaks in %q, want 1", n, block)
	}
}
