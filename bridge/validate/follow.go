package validate

import (
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/mapping"
)

// follow plans an addition when something is there now that the provider was told
// is to be confirmed, and answers what people ask for in vain.
func (d *decision) follow() {
	c := &d.out.Case
	if d.Issue.Archived || len(d.Profile.EscalationLabels(d.Issue.Labels)) == 0 {
		c.WaitingSince = time.Time{}
		return
	}
	var r mapping.Report
	var come, left []string
	if len(c.Pending) > 0 {
		r = d.Profile.Judge(d.Issue.Following(*c, d.Now, d.Profile))
		come, left = d.come(r)
	}
	other := d.otherKind()
	if (len(come) > 0 || other != nil) && d.early() {
		return
	}
	c.WaitingSince = time.Time{}
	if len(come) > 0 {
		d.add(r, come, left)
	}
	if other != nil {
		d.tellKind(other)
	}
	d.answer()
}

// add plans the addition.
func (d *decision) add(r mapping.Report, come, left []string) {
	c := &d.out.Case
	c.Pending = left
	c.Additions++
	serial := 1 + c.Additions
	body := bridge.ComposeBody{Serial: serial, Fields: come}
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToMail, bridge.ComposeMail, composeKey(c, serial), body))
	d.audit("addition", strings.Join(come, ", "))
	if slices.Contains(come, mapping.KindID) {
		d.kind(r.Form.ID)
	}
}

// come divides what is pending into what has an answer now and what has none, in
// the form's order. When the kind was not known either, everything of its form
// that the provider was not told comes to it as soon as it is.
func (d *decision) come(r mapping.Report) (come, left []string) {
	pending := slices.Clone(d.Case.Pending)
	kind := slices.Contains(pending, mapping.KindID)
	told := d.told()
	sort := func(id string, answered bool) {
		if answered {
			come = append(come, id)
		} else {
			left = append(left, id)
		}
		pending = slices.DeleteFunc(pending, func(p string) bool { return p == id })
	}
	if kind {
		sort(mapping.KindID, r.Form.ID != "")
	}
	for _, f := range r.Form.All() {
		_, answered := r.Values.ByField[f.ID]
		missing := slices.ContainsFunc(r.Problems, func(p mapping.Problem) bool { return p.Field.ID == f.ID })
		untold := kind && r.Form.ID != "" && (answered || missing) && !slices.Contains(told, f.ID)
		if untold || slices.Contains(pending, f.ID) {
			sort(f.ID, answered)
		}
	}
	return come, append(left, pending...) // and what the form no longer has
}

// told are the fields whose values the first notice brought although it could not
// name the kind.
func (d *decision) told() []string {
	if first := d.Case.First(); first != nil {
		return first.Fields
	}
	return nil
}
