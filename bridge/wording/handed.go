package wording

import (
	"cmp"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// Hand is a notice that a person is to enter in the provider's portal.
type Hand struct {
	Profile *mapping.Profile
	Texts   text.Texts
	Team    string // markup that addresses the team, for when nobody else is known
	Notice  bridge.Notice
	Why     text.HandedWhy
	Reason  string    // what the provider's API said; may be empty
	Key     string    // of the effect that is over by that
	At      time.Time // of its end
	Trial   bool      // mode redirect
}

// Handed gives a person the notice, in one comment: what to copy, where to, and what else
// to have at hand. The case has it as one that goes by the portal; while that is its first
// it waits for the number.
func Handed(c bridge.Case, h Hand) (bridge.Case, []bridge.Effect) {
	c.Notices = slices.Clone(c.Notices)
	if c.Notice(h.Notice.MessageID) == nil {
		c.Notices = append(c.Notices, h.Notice)
	}
	n := c.Notice(h.Notice.MessageID)
	n.Channel = bridge.ByPortal
	told := h.told(c, *n)
	switch {
	case n.Serial > 1:
		told.Call = Again(c, h.Profile, h.Texts, h.At, n.Subject)
	case h.Trial:
	default:
		told.Call = Due(&c, h.Profile, h.Texts, h.At, n.Subject)
		c.Due(c.CallUntil)
	}
	if n.Serial == 1 && c.State == bridge.Sending {
		c.State, c.HandedAt = bridge.Handed, h.At
		if _, _, next := EntryReminders(c, h.Profile, h.At); !h.Trial {
			c.Due(next)
		}
	}
	return c, Comment(h.Texts, "handed/"+h.Key, bridge.CommentBody{Text: h.Texts.Handed(told)}, MaxComment)
}

// told are the arguments of the comment.
func (h Hand) told(c bridge.Case, n bridge.Notice) text.Handed {
	p, lang := h.Profile, h.Texts.Language()
	form := cmp.Or(n.Form, n.Kind, c.Kind)
	told := text.Handed{
		MentionMarkup: Mention(c, h.Team), Provider: p.Name, Why: h.Why, Reason: h.Reason, Trial: h.Trial,
		Cut: n.Cut, Further: n.Serial > 1, Closes: n.About == bridge.AboutClose, Reopens: n.About == bridge.AboutReopen,
		Link: p.PortalOf(form), Phones: p.PhonesOf(form), Account: p.Account.In(lang), Identifier: p.Identifier,
		TextMarkup: wiki.NoFormat(n.Body), Author: n.Author, Written: n.Written.In(p.Location()),
	}
	if f := n.Filed; f != nil {
		told.Link, told.Menu, told.Choice, told.Service = cmp.Or(f.Link, told.Link), f.Menu, f.Choice, f.Service
	}
	if len(c.References) > 0 {
		told.Number = c.References[len(c.References)-1]
	}
	if !told.Further {
		told.SubjectMarkup = wiki.NoFormat(n.Subject)
		told.Pending = Labels(p, c.Kind, n.Missing(), lang)
	}
	for _, f := range n.Files {
		told.Inside = append(told.Inside, f.Name)
	}
	for _, f := range n.Omitted {
		if f.Why == bridge.LeftChannel {
			told.Upload = append(told.Upload, text.LeftFile{Name: f.Name, Size: f.Size})
		}
	}
	if more := n.Further[bridge.LeftChannel]; more > 0 {
		told.Upload = append(told.Upload, text.LeftFile{More: more})
	}
	told.Private, told.Untranslated = Private(c, p, n, lang), string(n.Untranslated)
	for _, d := range n.Doubts {
		told.Doubts = append(told.Doubts, text.Doubtful{Label: Labels(p, c.Kind, []string{d.Field}, lang)[0], Value: d.Value, Why: string(d.Code)})
	}
	return told
}

// Unsaid is what is told of a notice that was not sent because of the comment whose words
// it was to bring. Nothing is told of a text for the provider that goes out as it stands by
// now, or of which it is said where it is decided that it may not.
func Unsaid(about bridge.About, why bridge.Fault) (said text.NotRelayedWhy, tells bool) {
	if about != bridge.AboutWords {
		return text.RelayCommand, true
	}
	return text.RelayGone, why == bridge.FaultGone
}
