package text

import (
	"strings"
	"testing"
	"time"
)

func caseCases() writes {
	const label = "escalar-claranet"
	cases := writes{
		"barred": func(x Texts) string { return x.Barred(Barred{MentionMarkup: me, Provider: "Claranet"}) },
		"barred-night": func(x Texts) string {
			return x.Barred(Barred{MentionMarkup: me, Provider: "Claranet", Call: nightCall(x)})
		},
		"barred-command": func(x Texts) string {
			return x.Barred(Barred{MentionMarkup: me, Provider: "Claranet", Command: true})
		},
		"barred-hostile":         func(x Texts) string { return x.Barred(Barred{Provider: hostile, Call: evil()}) },
		"barred-command-hostile": func(x Texts) string { return x.Barred(Barred{Provider: hostile, Command: true}) },
		"braked":                 func(x Texts) string { return x.Braked(braked(10 * time.Minute)) },
		"braked-one":             func(x Texts) string { return x.Braked(braked(time.Minute)) },
		"braked-night": func(x Texts) string {
			b := braked(10 * time.Minute)
			b.Call = nightCall(x)
			return x.Braked(b)
		},
		"braked-hostile": func(x Texts) string { return x.Braked(Braked{Provider: hostile, GoOn: hostile, Call: evil()}) },
		"resolved": func(x Texts) string {
			return x.Resolved(Resolved{
				MentionMarkup: me, Provider: "Claranet", References: []string{"CAS-4711"}, Label: label,
				Phones: []string{"902 884 622", "+34 934 452 663"}, Portal: "https://portal.claranet.es",
			})
		},
		"resolved-night": func(x Texts) string {
			return x.Resolved(Resolved{MentionMarkup: me, Provider: "Claranet", References: []string{"CAS-4711", "CAS-4712"}, Label: label, Phones: nightCall(x).Numbers})
		},
		"resolved-bare": func(x Texts) string { return x.Resolved(Resolved{Provider: "Claranet"}) },
		"resolved-hostile": func(x Texts) string {
			return x.Resolved(Resolved{Provider: hostile, References: []string{hostile}, Label: hostile, Phones: []string{hostile}, Portal: hostile})
		},
		"joined": func(x Texts) string {
			return x.Joined(Joined{MentionMarkup: me, Provider: "Claranet", Leader: "SUP-41", References: []string{"CAS-4711"}, Leave: label})
		},
		"joined-bare": func(x Texts) string { return x.Joined(Joined{Provider: "Claranet", Leader: "SUP-41"}) },
		"joined-waiting": func(x Texts) string {
			return x.Joined(Joined{MentionMarkup: me, Provider: "Claranet", Leader: "SUP-41", Leave: label, Waiting: true})
		},
		"joined-waiting-night": func(x Texts) string {
			return x.Joined(Joined{MentionMarkup: me, Provider: "Claranet", Leader: "SUP-41", References: []string{"CAS-4711"}, Leave: label, Waiting: true, Call: nightCall(x)})
		},
		"joined-waiting-hostile": func(x Texts) string {
			return x.Joined(Joined{Provider: hostile, Leader: hostile, References: []string{hostile}, Leave: hostile, Waiting: true, Call: evil()})
		},
		"leader-failed": func(x Texts) string {
			return x.LeaderFailed(LeaderFailed{MentionMarkup: me, Provider: "Claranet", Leader: "SUP-41", Phones: []string{"902 884 622", "+34 934 452 663"}, Portal: "https://portal.claranet.es"})
		},
		"leader-failed-night": func(x Texts) string {
			return x.LeaderFailed(LeaderFailed{MentionMarkup: me, Provider: "Claranet", Leader: "SUP-41", Phones: nightCall(x).Numbers, Portal: "https://portal.claranet.es", Call: nightCall(x)})
		},
		"leader-failed-bare": func(x Texts) string { return x.LeaderFailed(LeaderFailed{Provider: "Claranet", Leader: "SUP-41"}) },
		"leader-failed-hostile": func(x Texts) string {
			return x.LeaderFailed(LeaderFailed{Provider: hostile, Leader: hostile, Phones: []string{hostile}, Portal: hostile})
		},
		"listed": func(x Texts) string {
			return x.Listed(Listed{MentionMarkup: me, Provider: "Claranet", GoOn: "escalat endavant"})
		},
		"listed-night": func(x Texts) string {
			return x.Listed(Listed{MentionMarkup: me, Provider: "Claranet", GoOn: "escalat endavant", Call: nightCall(x)})
		},
		"listed-unknown": func(x Texts) string {
			return x.Listed(Listed{MentionMarkup: me, Provider: "Claranet", GoOn: "escalat endavant", Unknown: true})
		},
		"listed-unknown-night": func(x Texts) string {
			return x.Listed(Listed{MentionMarkup: me, Provider: "Claranet", GoOn: "escalat endavant", Unknown: true, Call: nightCall(x)})
		},
		"listed-hostile":         func(x Texts) string { return x.Listed(Listed{Provider: hostile, GoOn: hostile, Call: evil()}) },
		"listed-unknown-hostile": func(x Texts) string { return x.Listed(Listed{Provider: hostile, GoOn: hostile, Unknown: true}) },
		"not-joined-already-sent-day": func(x Texts) string {
			return x.NotJoined(NotJoined{
				MentionMarkup: me, Provider: "Claranet", Leader: "SUP-41", Why: JoinAlreadySent,
				Phones: []string{"902 884 622", "+34 934 452 663"}, Portal: "https://portal.claranet.es",
			})
		},
		"not-joined-already-sent-night": func(x Texts) string {
			return x.NotJoined(NotJoined{MentionMarkup: me, Provider: "Claranet", Leader: "SUP-41", Why: JoinAlreadySent, Phones: nightCall(x).Numbers})
		},
		"not-joined-already-sent-day-hostile": func(x Texts) string {
			return x.NotJoined(NotJoined{Provider: hostile, Leader: hostile, Why: JoinAlreadySent, Phones: []string{hostile}, Portal: hostile})
		},
		"joined-hostile": func(x Texts) string {
			return x.Joined(Joined{Provider: hostile, Leader: hostile, References: []string{hostile}, Leave: hostile})
		},
		"noted": func(x Texts) string {
			return x.Noted(Noted{MentionMarkup: me, Provider: "Claranet", Reference: "CAS-4711"})
		},
		"noted-follower": func(x Texts) string {
			return x.Noted(Noted{MentionMarkup: me, Provider: "Claranet", Reference: "CAS-4711", Leader: "SUP-41"})
		},
		"noted-hostile": func(x Texts) string { return x.Noted(Noted{Provider: hostile, Reference: hostile}) },
		"noted-follower-hostile": func(x Texts) string {
			return x.Noted(Noted{Provider: hostile, Reference: hostile, Leader: hostile})
		},
		"reply-closed": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at(), BodyMarkup: "Reiniciado.", Closed: true})
		},
		"reply-closed-command": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at(), BodyMarkup: "Cerrado.", Closed: true, Reopen: "escalat reobre"})
		},
		"reply-follower": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at(), BodyMarkup: "x", Files: []string{"a.png", "b.txt"}, Leader: "SUP-41"})
		},
		"reply-follower-shortened": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at(), BodyMarkup: "x", Files: []string{"original.eml"}, Shortened: true, Whole: "original.eml", Leader: "SUP-41"})
		},
		"reply-follower-empty": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at(), Files: []string{"a.png"}, Leader: "SUP-41"})
		},
		"reply-follower-hostile": func(x Texts) string {
			return x.Reply(Reply{Provider: hostile, From: hostile, At: at(), Files: []string{hostile}, Whole: hostile, Leader: hostile, Closed: true})
		},
		"cut-short":         func(x Texts) string { return x.CutShort(x.WholeName("a1b2c3d4")) },
		"cut-short-hostile": func(x Texts) string { return x.CutShort(hostile) },
		"comment-file-failed": func(x Texts) string {
			return x.FileFailed(FileFailed{Provider: "Claranet", Name: x.WholeName("a1b2c3d4"), Size: 48_000, Reason: "413 too large", Comment: true})
		},
		"comment-file-failed-hostile": func(x Texts) string {
			return x.FileFailed(FileFailed{Provider: hostile, Name: hostile, Size: 999, Reason: hostile, Comment: true})
		},
		"relationship": func(x Texts) string { return x.Relationship("Claranet") },
	}
	for _, why := range []JoinRefusal{JoinNoKey, JoinNoCase, JoinAlreadySent} {
		cases["not-joined-"+string(why)] = func(x Texts) string {
			return x.NotJoined(NotJoined{MentionMarkup: me, Provider: "Claranet", Leader: "SUP-41", Why: why})
		}
		cases["not-joined-"+string(why)+"-hostile"] = func(x Texts) string {
			return x.NotJoined(NotJoined{Provider: hostile, Leader: hostile, Why: why})
		}
	}
	return cases
}

func braked(window time.Duration) Braked {
	return Braked{MentionMarkup: me, Provider: "Claranet", Limit: 5, Window: window, GoOn: "escalat endavant"}
}

// TestNoKeyIsAskedFor: whatever the reason, a refusal never speaks of an issue
// without a name.
func TestNoKeyIsAskedFor(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		x := texts(t, lang)
		for _, why := range []JoinRefusal{JoinNoKey, JoinNoCase, JoinAlreadySent} {
			if got := x.NotJoined(NotJoined{Provider: "Claranet", Why: why}); !strings.Contains(got, "igual-que ABC-123") {
				t.Errorf("%s, %s: %q", lang, why, got)
			}
		}
	}
}

// TestRelationshipIsOneLine: it is shown by Jira as it is.
func TestRelationshipIsOneLine(t *testing.T) {
	t.Parallel()
	got := texts(t, "ca").Relationship("a\nb\x1b[2J\u202e" + strings.Repeat("x", 1000))
	if strings.ContainsAny(got, "\n\x1b\u202e") || len([]rune(got)) > maxLabel || !strings.HasPrefix(got, "escalat a a b[2Jxx") {
		t.Errorf("%q", got)
	}
}
