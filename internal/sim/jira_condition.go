package sim

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// condition turns a clause into a test.
func (j *Jira) condition(c clause) (func(*Issue) bool, error) {
	switch c.field {
	case "updated", "created":
		if !slices.Contains([]string{"=", "<", "<=", ">", ">="}, c.op) {
			return nil, jqlError("The operator '" + c.op + "' is not supported by the '" + c.field + "' field.")
		}
		at, err := c.values[0].instant(j.cfg.Now(), j.cfg.Zone)
		if err != nil {
			return nil, err
		}
		return func(i *Issue) bool { return holds(c.op, i.instant(c.field).Compare(at)) }, nil
	}
	if c.op == "is" || c.op == "is not" {
		if c.issues() || c.field == "project" || c.field == "status" || c.field == "statuscategory" {
			return nil, jqlError("The operator '" + c.op + "' is not supported by the '" + c.field + "' field.")
		}
		return func(i *Issue) bool { return i.empty(c.field) == (c.op == "is") }, nil
	}
	if !slices.Contains([]string{"=", "!=", "in", "not in"}, c.op) {
		return nil, jqlError("The operator '" + c.op + "' is not supported by the '" + c.field + "' field.")
	}
	for _, v := range c.values {
		if err := j.known(c, v.text); err != nil {
			return nil, err
		}
	}
	negative := c.op == "!=" || c.op == "not in"
	nullable := slices.Contains([]string{"labels", "resolution", "assignee"}, c.field)
	return func(i *Issue) bool {
		if negative && nullable && i.empty(c.field) {
			return false // what is empty is not compared
		}
		hit := slices.ContainsFunc(c.values, func(v literal) bool { return i.has(c.field, v.text) })
		return hit != negative
	}, nil
}

// issues reports whether the clause names issues.
func (c clause) issues() bool {
	return slices.Contains([]string{"key", "issuekey", "issue", "id"}, c.field)
}

// known refuses a value that is not there: Jira does not search for a project
// or an issue that it does not show. A label that nobody uses is fine.
func (j *Jira) known(c clause, value string) error {
	switch {
	case c.field == "project" && (j.projects[value] == nil || !j.may("BROWSE_PROJECTS")):
		return jqlError("The value '" + value + "' does not exist for the field 'project'.")
	case c.issues() && !j.sees(j.byRef[value]):
		if _, err := strconv.ParseInt(value, 10, 64); err == nil {
			return jqlError("A value with ID '" + value + "' does not exist for the field '" + c.field + "'.")
		}
		return jqlError("An issue with key '" + value + "' does not exist for field '" + c.field + "'.")
	}
	return nil
}

// empty reports whether the issue has nothing in the field.
func (i *Issue) empty(field string) bool {
	switch field {
	case "resolution":
		return i.Resolution == ""
	case "assignee":
		return i.Assignee == ""
	}
	return len(i.Labels) == 0
}

// holds reports whether a comparison's result fulfils the operator.
func holds(op string, sign int) bool {
	switch op {
	case "=":
		return sign == 0
	case ">":
		return sign > 0
	case ">=":
		return sign >= 0
	case "<":
		return sign < 0
	}
	return sign <= 0
}

// has reports whether the issue has that value in the field.
func (i *Issue) has(field, value string) bool {
	switch field {
	case "project":
		return strings.HasPrefix(i.Key, value+"-")
	case "labels":
		return slices.ContainsFunc(i.Labels, func(l string) bool { return strings.EqualFold(l, value) })
	}
	switch field {
	case "resolution":
		return strings.EqualFold(value, i.Resolution) || i.Resolution == "" && strings.EqualFold(value, "Unresolved")
	case "status":
		return strings.EqualFold(value, i.Status)
	case "statuscategory":
		name := map[string]string{"To Do": "To Do", "Done": "Done"}[i.Status]
		return strings.EqualFold(value, cmp.Or(name, "In Progress"))
	case "assignee":
		return strings.EqualFold(value, i.Assignee)
	}
	return value == i.ID || value == i.Key || slices.Contains(i.OldKeys, value)
}

func (i *Issue) instant(field string) time.Time {
	if field == "updated" {
		return i.Updated
	}
	return i.Created
}

// compare orders two issues as the query asks.
func (q query) compare(a, b *Issue) int {
	for _, o := range q.order {
		var sign int
		switch o.field {
		case "updated", "created":
			sign = a.instant(o.field).Compare(b.instant(o.field))
		case "key":
			sign = compareKeys(a.Key, b.Key)
		default:
			sign = cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
		}
		if o.desc {
			sign = -sign
		}
		if sign != 0 {
			return sign
		}
	}
	return 0
}

// compareKeys orders keys by project, then by number.
func compareKeys(a, b string) int {
	projectA, numberA, _ := strings.Cut(a, "-")
	projectB, numberB, _ := strings.Cut(b, "-")
	return cmp.Or(cmp.Compare(projectA, projectB), cmp.Compare(len(numberA), len(numberB)), cmp.Compare(numberA, numberB))
}
