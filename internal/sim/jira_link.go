package sim

import (
	"fmt"
	"net/http"
	"slices"
)

// Link is a link between issues, as one of them sees it.
type Link struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	// Outward: this issue duplicates, blocks … the other; else the other way round.
	Outward bool   `json:"outward"`
	Other   string `json:"other"` // the other's id
}

// linkType is a kind of link.
type linkType struct{ id, name, inward, outward string }

func linkTypes() []linkType {
	return []linkType{
		{"10000", "Blocks", "is blocked by", "blocks"},
		{"10001", "Cloners", "is cloned by", "clones"},
		{"10002", "Duplicate", "is duplicated by", "duplicates"},
		{"10003", "Relates", "relates to", "relates to"},
	}
}

func linkTypeOf(name string) (linkType, bool) {
	all := linkTypes()
	i := slices.IndexFunc(all, func(t linkType) bool { return t.name == name })
	if i < 0 {
		return linkType{}, false
	}
	return all[i], true
}

// LinkIssues links two issues: from duplicates (blocks, …) to. The types are
// Duplicate, Blocks, Relates and Cloners.
func (j *Jira) LinkIssues(user, typeName, from, to string) error {
	return j.write(from, func(a *Issue) error {
		t, known := linkTypeOf(typeName)
		b := j.byRef[to]
		switch {
		case !known:
			return fmt.Errorf("%w type of link %q", ErrUnknown, typeName)
		case b == nil:
			return fmt.Errorf("%w issue %q", ErrUnknown, to)
		case a == b:
			return fmt.Errorf("link %s with itself", from)
		}
		if slices.ContainsFunc(a.Links, func(l Link) bool { return l.Type == typeName && l.Outward && l.Other == b.ID }) {
			return nil
		}
		id := j.id()
		a.Links = append(slices.Clip(a.Links), Link{ID: id, Type: typeName, Outward: true, Other: b.ID})
		b.Links = append(slices.Clip(b.Links), Link{ID: id, Type: typeName, Other: a.ID})
		j.changed(a, user, []ChangeItem{{Field: "Link", To: "This issue " + t.outward + " " + b.Key}})
		j.changed(b, user, []ChangeItem{{Field: "Link", To: "This issue " + t.inward + " " + a.Key}})
		return nil
	})
}

// UnlinkIssues takes such a link away.
func (j *Jira) UnlinkIssues(user, typeName, from, to string) error {
	return j.write(from, func(a *Issue) error {
		b := j.byRef[to]
		i := slices.IndexFunc(a.Links, func(l Link) bool { return b != nil && l.Type == typeName && l.Outward && l.Other == b.ID })
		if i < 0 {
			return fmt.Errorf("%w link %s of %s to %s", ErrUnknown, typeName, from, to)
		}
		t, _ := linkTypeOf(typeName)
		j.unlink(a, a.Links[i])
		j.changed(a, user, []ChangeItem{{Field: "Link", From: "This issue " + t.outward + " " + b.Key}})
		j.changed(b, user, []ChangeItem{{Field: "Link", From: "This issue " + t.inward + " " + a.Key}})
		return nil
	})
}

// unlink takes a link away on both sides. The caller holds mu.
func (j *Jira) unlink(issue *Issue, link Link) {
	same := func(l Link) bool { return l.ID == link.ID }
	issue.Links = slices.DeleteFunc(slices.Clone(issue.Links), same)
	if other := j.byRef[link.Other]; other != nil {
		other.Links = slices.DeleteFunc(slices.Clone(other.Links), same)
	}
}

// linksJSON shows the links of an issue. One to an issue that the account may
// not see is not shown.
func (j *Jira) linksJSON(r *http.Request, issue *Issue) []map[string]any {
	list := []map[string]any{}
	for _, l := range issue.Links {
		other := j.byRef[l.Other]
		if !j.sees(other) {
			continue
		}
		side := "inwardIssue"
		if l.Outward {
			side = "outwardIssue"
		}
		t, _ := linkTypeOf(l.Type)
		list = append(list, map[string]any{
			"id": l.ID, "self": j.base(r) + "/rest/api/2/issueLink/" + l.ID,
			"type": map[string]any{
				"id": t.id, "name": t.name, "inward": t.inward, "outward": t.outward, "self": j.base(r) + "/rest/api/2/issueLinkType/" + t.id,
			},
			side: map[string]any{
				"id": other.ID, "key": other.Key, "self": j.base(r) + "/rest/api/2/issue/" + other.ID,
				"fields": map[string]any{"summary": other.Summary, "status": j.statusJSON(r, other.Status)},
			},
		})
	}
	return list
}
