package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/mapping"
)

// members is the part of Jira that knows who belongs to what.
type members interface {
	Issue(ctx context.Context, id string) (bridge.Issue, error)
	Member(ctx context.Context, user bridge.User, project string) (bool, error)
}

// reader reads issues and says of them who may escalate them. Only those are asked
// about who put an escalation label on or wrote a command: most issues cost nothing
// more.
type reader struct {
	jira     members
	profiles []mapping.Profile
	limited  bool // groups or roles are configured
	// private finds what is masked in the issue's texts; nil: nothing.
	private func(text string) []bridge.Hit
}

// Issue reads the issue with that id.
func (r reader) Issue(ctx context.Context, id string) (bridge.Issue, error) {
	issue, err := r.jira.Issue(ctx, id)
	if err != nil {
		return issue, err
	}
	if r.private != nil {
		if issue, err = screened(issue, r.private); err != nil {
			return bridge.Issue{}, err
		}
	}
	issue.Named = named(r.profiles)
	if !r.limited {
		return issue, nil
	}
	for _, u := range r.concerned(issue) {
		ok, err := r.jira.Member(ctx, u, issue.Project())
		if err != nil {
			return bridge.Issue{}, doubted(fmt.Errorf("issue %s: who may escalate: %w", issue.Key, err))
		}
		if !ok {
			issue.Barred = append(issue.Barred, u.ID)
		}
	}
	return issue, nil
}

// screened masks what is private. An issue of which that cannot be said is not read: it is
// tried again, and counts as one that waits.
func screened(issue bridge.Issue, private func(text string) []bridge.Hit) (out bridge.Issue, err error) {
	defer func() {
		if p := recover(); p != nil { // of which the text may be a part
			out, err = bridge.Issue{}, fmt.Errorf("issue %s: looking for what is private in it broke off: %T", issue.Key, p)
		}
	}()
	return issue.Screened(private), nil
}

// doubted takes its class from an error about a person: it says nothing about the
// issue, which is looked at again.
func doubted(err error) error {
	if bridge.IsPermanent(err) {
		return fmt.Errorf("%v", err) //nolint:errorlint // not permanent for the issue
	}
	return err
}

// concerned are those who labelled or command, each once.
func (r reader) concerned(issue bridge.Issue) []bridge.User {
	var out []bridge.User
	add := func(u bridge.User) {
		if !slices.ContainsFunc(out, func(o bridge.User) bool { return o.ID == u.ID }) {
			out = append(out, u)
		}
	}
	labels := escalating(r.profiles, issue.Labels)
	for _, l := range issue.Labelled {
		added := escalating(r.profiles, l.Added)
		if len(added) == 0 {
			continue
		}
		add(l.By)
		labels = slices.DeleteFunc(labels, func(on string) bool { return slices.Contains(added, on) })
	}
	if len(labels) > 0 { // on since the issue was made
		add(issue.Creator)
	}
	for _, c := range issue.Commands() {
		add(c.Comment.Author)
	}
	for i := range r.profiles {
		for _, a := range issue.Addressed(&r.profiles[i]) {
			add(a.Comment.Author)
		}
	}
	return out
}

// named are the providers by the words by which people call them.
func named(profiles []mapping.Profile) map[string]string {
	out := map[string]string{}
	for i := range profiles {
		p := &profiles[i]
		for _, word := range []string{p.ID, p.Label, p.Name} {
			out[strings.ToLower(word)] = p.ID
		}
	}
	return out
}
