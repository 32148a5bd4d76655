package bridge

import (
	"slices"
	"strings"

	"escalat/mapping"
)

// Meant returns which of the issue's commands are meant for the case, when others are
// those of the issue besides: the ones that name its provider, and of those that name none
// the ones that make sense for it. What is done once makes sense for one case only; where
// it does for several it is unclear, and is done for none until its author says for
// which. Unclear is also what names a provider to whom the issue was never escalated. To
// ask about it is the business of one of the cases, and it is returned for that one.
func Meant(i Issue, commands []Command, c Case, others []Case) (mine, unclear []Command) {
	all := newestOf(c, others)
	for _, one := range commands {
		since := slices.DeleteFunc(slices.Clone(all), func(x *Case) bool { return one.At().Before(x.Meant(i)) })
		to, once := meantFor(one, since)
		first := foremost(since)
		switch {
		case len(to) == 1 && once && doneBy(one, since, to[0]):
		case slices.ContainsFunc(to, func(x *Case) bool { return x.ID == c.ID }):
			mine = append(mine, one)
		case len(to) == 0 && first != nil && first.ID == c.ID && !doneBy(one, since, first):
			unclear = append(unclear, one)
		}
	}
	return mine, unclear
}

// Stray is a text of the team for a provider to whom its issue was never escalated.
type Stray struct {
	Addressed

	Profile *mapping.Profile
}

// Mark is what Case.Spend remembers by that its author was told.
func (s Stray) Mark() string { return "relay/" + s.Comment.ID + "/nowhere/" + s.Profile.ID }

// Strays returns such texts of which nobody was told yet, oldest first of each provider. To
// say so is the business of one of the issue's cases, of an open one where there is one,
// and they are returned for that one. A label that is on says that there is about to be a
// case.
func Strays(i Issue, profiles []mapping.Profile, c Case, others []Case) []Stray {
	all := newestOf(c, others)
	first := foremost(slices.DeleteFunc(slices.Clone(all), func(x *Case) bool { return !x.State.Open() }))
	if first == nil {
		first = foremost(all)
	}
	if first.ID != c.ID {
		return nil
	}
	var out []Stray
	for n := range profiles {
		p := &profiles[n]
		if slices.ContainsFunc(all, func(x *Case) bool { return x.Provider == p.ID }) || len(p.EscalationLabels(i.Labels)) > 0 {
			continue
		}
		for _, a := range i.Addressed(p) {
			one := Stray{a, p}
			told := slices.ContainsFunc(all, func(x *Case) bool { return slices.Contains(x.Spent, one.Mark()) })
			if a.Fault == "" && !told && !a.Comment.At().Before(c.Meant(i)) {
				out = append(out, one)
			}
		}
	}
	return out
}

// newestOf are the case and the newest one of each other provider.
func newestOf(c Case, others []Case) []*Case {
	all := []*Case{&c}
	for n := range others {
		o := &others[n]
		at := slices.IndexFunc(all, func(x *Case) bool { return x.Provider == o.Provider })
		switch {
		case o.Provider == c.Provider:
		case at < 0:
			all = append(all, o)
		case o.Ordinal > all[at].Ordinal:
			all[at] = o
		}
	}
	return all
}

// foremost is the case that was opened last, or nil.
func foremost(all []*Case) *Case {
	var first *Case
	for _, x := range all {
		if first == nil || x.OpenedAt.After(first.OpenedAt) || x.OpenedAt.Equal(first.OpenedAt) && strings.Compare(x.Provider, first.Provider) < 0 {
			first = x
		}
	}
	return first
}

// doneBy reports whether another case than that has done what the command says, or asked
// about it: it made sense for that one then, and the case was not the one.
func doneBy(one Command, all []*Case, besides *Case) bool {
	return slices.ContainsFunc(all, func(x *Case) bool {
		return x.ID != besides.ID && slices.Contains(x.Spent, one.Mark())
	})
}

// meantFor are those of the cases for which a command is meant, none where that is
// unclear, and whether it is done for one of several.
func meantFor(one Command, all []*Case) (to []*Case, once bool) {
	if one.Provider != "" {
		return slices.DeleteFunc(slices.Clone(all), func(x *Case) bool { return x.Provider != one.Provider }), false
	}
	tests, once := suits(one)
	if len(all) < 2 {
		return all, once
	}
	for _, suit := range tests {
		fit := slices.DeleteFunc(slices.Clone(all), func(x *Case) bool { return !suit(x) })
		switch {
		case len(fit) == 1 || len(fit) > 0 && !once:
			return fit, once
		case len(fit) > 1:
			return nil, once
		}
	}
	if once { // it makes sense for none, which one of them says
		return []*Case{foremost(all)}, once
	}
	return all, once
}

// suits are what a case must be for a command to make sense for it, the strongest reason
// first, and whether that is done once. What is not done once, and has no reason, each
// case answers for itself.
func suits(one Command) (tests []func(*Case) bool, once bool) {
	open := func(c *Case) bool { return c.State.Open() }
	calling := func(c *Case) bool { return !c.CallUntil.IsZero() }
	told := func(c *Case) bool { return open(c) && c.First() != nil && c.First().Left() }
	waiting := func(c *Case) bool { return told(c) && c.Whose() == TurnProvider }
	numbered := func(c *Case) bool {
		return slices.ContainsFunc(c.References, func(r string) bool { return strings.EqualFold(r, one.Number()) })
	}
	switch one.Name {
	case SendNow:
		return []func(*Case) bool{unsentStill}, false
	case SameAs:
		return []func(*Case) bool{func(c *Case) bool { return unsentStill(c) || c.State == Joined }}, false
	case SendAnyway: // what is let leave to one is not let leave to all
		return []func(*Case) bool{withholding, open}, true
	case Status, GoOn, SendFiles, SendChanges:
		return []func(*Case) bool{open}, false
	case Phoned:
		return []func(*Case) bool{numbered, calling, open}, true
	case NotUrgent:
		return []func(*Case) bool{calling, open}, true
	case HasAnswered:
		return []func(*Case) bool{waiting, told, calling, open}, true
	case Portal:
		return []func(*Case) bool{toEnter, func(c *Case) bool { return told(c) && !byMail(c) }, told, open}, true
	case Reference:
		return []func(*Case) bool{numbered, func(c *Case) bool { return told(c) && len(c.References) == 0 }, told, open}, true
	case Claim:
		return []func(*Case) bool{waiting, told}, true
	case Again:
		return []func(*Case) bool{func(c *Case) bool { return open(c) && undelivered(c) }, told}, true
	case Close:
		return []func(*Case) bool{open}, true
	case Reopen:
		return []func(*Case) bool{func(c *Case) bool { return c.OpensAgain() }, func(c *Case) bool { return !open(c) }}, true
	}
	return nil, true
}

// unsentStill reports whether a case waits for data, or for a person's word.
func unsentStill(c *Case) bool {
	return slices.Contains([]State{Settling, Asked, Listed, Refused, Braked}, c.State)
}

// toEnter reports whether something of a case is to be entered in the provider's portal.
func toEnter(c *Case) bool {
	return c.State.Open() && slices.ContainsFunc(c.Notices, func(n Notice) bool { return n.Channel == ByPortal && n.SentAt.IsZero() })
}

// withholding reports whether something was masked or withheld that a case was to bring.
func withholding(c *Case) bool {
	return len(c.Stopped) > 0 || len(c.Withheld()) > 0 || slices.ContainsFunc(c.Notices, func(n Notice) bool { return len(n.Hidden) > 0 })
}

func byMail(c *Case) bool {
	first := c.First()
	return first == nil || first.Channel == "" || first.Channel == ByMail
}

// undelivered reports whether the provider perhaps does not have the first notice.
func undelivered(c *Case) bool {
	first := c.First()
	return c.State == Undelivered || first != nil && (first.Unproved && !first.Left() || !first.Bounced.IsZero())
}
