package send

import (
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// unsaid is why what a comment says may not leave in a notice any more: it is read again
// immediately before. Empty: it may, or the notice brings nothing of a comment.
func unsaid(issue bridge.Issue, p *mapping.Profile, body bridge.ComposeBody) bridge.Fault {
	switch {
	case body.About == bridge.AboutWords:
		return issue.Says(p, body.Comment, body.Digest).Fault
	case strings.TrimSpace(wiki.Plain(body.Said)) == "":
		return ""
	}
	for _, c := range issue.Comments {
		switch {
		case c.ID != body.Comment:
		case !c.FromTeam():
			return bridge.FaultHidden
		case !issue.May(c.Author):
			return bridge.FaultBarred
		case !says(issue, c.ID, body.Said):
			return bridge.FaultGone
		default:
			return ""
		}
	}
	return bridge.FaultGone
}

// says reports whether a comment still says that, with what is private masked or, by now,
// allowed.
func says(issue bridge.Issue, commentID, said string) bool {
	return slices.ContainsFunc(slices.Concat(issue.Comments, issue.Allow(nil).Comments), func(c bridge.Comment) bool {
		return c.ID == commentID && strings.Contains(evenly(c.Body), evenly(said))
	})
}

// evenly is what markup shows, whatever its blanks.
func evenly(markup string) string { return strings.Join(strings.Fields(wiki.Plain(markup)), " ") }

// authorOf is who wrote the text that a notice brings, and when.
func authorOf(issue bridge.Issue, body bridge.ComposeBody) (author bridge.User, at time.Time) {
	if body.About != bridge.AboutWords {
		return bridge.User{}, time.Time{}
	}
	for _, c := range issue.Comments {
		if c.ID == body.Comment {
			return c.Author, c.At()
		}
	}
	return bridge.User{}, time.Time{}
}

// unsaid ends a notice of which nothing was sent, because of the comment whose text it was
// to bring. What the comment says by now may go out.
func (t *Telling) unsaid(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event, why bridge.Fault) bridge.Outcome {
	o := bridge.Outcome{Audit: entry(ev, "not said", string(why)+": comment "+body.Comment)}
	if body.About == bridge.AboutWords {
		c.Unrelay(body.Comment)
		c.Due(ev.At)
	}
	if said, tells := wording.Unsaid(body.About, why); tells {
		o.Effects = []bridge.Effect{tell("unsaid/"+e.Key, t.Texts.NotRelayed(t.notRelayed(c, said)))}
	}
	o.Case = c
	return o
}

// over ends a notice that is not wanted any more because the case is closed, or open again.
// Whoever wrote a text for the provider hears of it.
func (t *Telling) over(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event) bridge.Outcome {
	o := bridge.Outcome{Audit: entry(ev, "not added", string(closed))}
	if body.About == bridge.AboutWords {
		c.Unrelay(body.Comment)
		o.Effects = []bridge.Effect{tell("unsaid/"+e.Key, t.Texts.NotRelayed(t.notRelayed(c, text.RelayClosed)))}
	}
	o.Case = c
	return o
}

func (t *Telling) notRelayed(c bridge.Case, why text.NotRelayedWhy) text.NotRelayed {
	return text.NotRelayed{
		MentionMarkup: wording.Mention(c, t.Team), Provider: t.name(c), Why: why, Command: "escalat " + bridge.Reopen,
	}
}

// Outdated says whether a notice that goes to a provider's API, and may not have left, is
// still what the issue says: why its text may not leave, or that it must be composed anew.
func (s *Composer) Outdated(c bridge.Case, n bridge.Notice, issue bridge.Issue) (why bridge.Fault, changed bool) {
	p, ok := s.Providers[c.Provider]
	if !ok {
		return "", false
	}
	issue = issue.Allow(c.Allowed.Prints)
	if why = unsaid(issue, p.Profile, n.Recompose()); why != "" {
		return why, false
	}
	return "", differs(c, &n, p, issue, s.Now())
}
