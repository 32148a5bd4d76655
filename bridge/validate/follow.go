package validate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/mapping"
)

// follow plans an addition when something is there now that the provider was told is
// to be confirmed or that people have asked to be sent, offers or sends what was changed
// since, and answers what they ask for in vain.
func (d *decision) follow() {
	c := &d.out.Case
	if d.Issue.Archived || !c.Follows(d.Profile.EscalationLabels(d.Issue.Labels)) {
		c.WaitingSince = time.Time{}
		return
	}
	r := d.Profile.Judge(d.Issue.Following(*c, d.Now, d.Profile))
	come, left := d.come(r)
	fresh := d.news(r)
	now := d.ordered(r, come, fresh)
	d.offered(items(r, now))
	offers := d.offerable() && d.unoffered(fresh)
	waits := len(come) > 0 && !slices.Contains(now.fields, come[0])
	other := d.otherKind()
	var shown []bridge.Attachment // pictures, which nobody has named
	early := (waits || offers || other != nil) && d.early()
	if !early {
		c.WaitingSince = time.Time{}
		if waits {
			now = now.with(d.brings(r, come))
		}
		if offers && d.SendChanges {
			var sent []bridge.Attachment
			sent, shown = d.parted(fresh.files)
			now = now.with(d.brings(r, fresh.changed)).with(parcel{files: ids(sent)})
		}
	}
	d.add(r, now, come, left)
	if early {
		return
	}
	shown = slices.DeleteFunc(shown, func(a bridge.Attachment) bool { return slices.Contains(now.files, a.ID) })
	switch {
	case offers && !d.SendChanges:
		d.offer(fresh)
	case len(shown) > 0:
		d.offer(news{files: shown, items: fileItems(shown)})
	}
	if other != nil {
		d.tellKind(other)
	}
	d.answer()
}

// parted are the new files that are sent by themselves, and the pictures that are offered,
// once. Those that a value shows go with that.
func (d *decision) parted(files []bridge.Attachment) (sent, shown []bridge.Attachment) {
	offered := strings.Fields(d.out.Case.Offered)
	for _, a := range files {
		switch {
		case !d.Guarded || !bridge.Picture(a):
			sent = append(sent, a)
		case !slices.Contains(offered, fileItem(a.ID)):
			shown = append(shown, a)
		}
	}
	return sent, shown
}

func fileItems(files []bridge.Attachment) []string {
	var out []string
	for _, a := range files {
		out = append(out, fileItem(a.ID))
	}
	return out
}

func ids(files []bridge.Attachment) []string {
	var out []string
	for _, a := range files {
		out = append(out, a.ID)
	}
	return out
}

// add plans the addition, if it brings anything. Of come, which was pending, it brings
// everything or nothing.
func (d *decision) add(r mapping.Report, p parcel, come, left []string) {
	if p.empty() {
		return
	}
	c := &d.out.Case
	d.offered(items(r, p))
	if len(come) > 0 && slices.Contains(p.fields, come[0]) {
		c.Pending = left
	}
	c.Additions++
	serial := 1 + c.Additions
	body := bridge.ComposeBody{Serial: serial, Fields: inOrder(r, p.fields), Files: p.files}
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToMail, bridge.ComposeMail, composeKey(c, serial), body))
	reason := strings.Join(body.Fields, ", ")
	if n := len(p.files); n > 0 {
		reason = strings.TrimPrefix(fmt.Sprintf("%s, files: %d", reason, n), ", ")
	}
	d.audit("addition", reason)
	if slices.Contains(p.fields, mapping.KindID) {
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
		v, answered := r.Values.ByField[f.ID]
		if first := d.Case.First(); answered && first != nil && d.Case.Told(f.ID) != "" {
			answered = d.differs(first, f.ID, v) // it follows when it gets another answer
		}
		answered = answered && !d.stopped(f.ID, v)
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
