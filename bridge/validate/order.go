package validate

import (
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
)

// ordered is what people have asked since to be sent. Who asked for what the provider
// has is told so; not of what was asked for before the first notice left, which brought
// it.
func (d *decision) ordered(r mapping.Report, come []string, n news) parcel {
	c := &d.out.Case
	var p parcel
	first := c.FormNotice()
	if first == nil || !first.Shadow && !first.Left() {
		return p // they wait for it
	}
	left := first.SentAt
	if left.IsZero() {
		left = first.SeenAt
	}
	answered := map[string]bool{}                               // comments
	since := bridge.Latest(d.Case.Meant(d.Issue), c.KnownUntil) // what was said before was followed, perhaps
	for _, one := range d.commands() {
		order := one.Name == bridge.SendFiles || one.Name == bridge.SendChanges
		if !order || one.At().Before(since) || c.Followed(one, d.Now) {
			continue
		}
		c.Spend(one.Mark())
		var got parcel
		var not []text.LeftFile
		if one.Name == bridge.SendChanges {
			got = d.brings(r, inOrder(r, slices.Concat(come, n.changed)))
		} else {
			got.files, not = d.wanted(one.Args)
		}
		p = p.with(got)
		if id := one.Comment.ID; got.empty() && !answered[id] && !one.At().Before(left) {
			answered[id] = true
			d.nothing(one, not)
		}
	}
	return p
}

// nothing tells whoever asked for it that there is nothing to send.
func (d *decision) nothing(one bridge.Command, left []text.LeftFile) {
	d.audit("nothing new", "comment "+one.Comment.ID)
	if one.Stale(d.Now) {
		return
	}
	d.tell("nothing-new", one.Mark(), d.Texts.NothingNew(text.NothingNew{
		MentionMarkup: d.mention(one.Comment.Author), Provider: d.Profile.Name, Files: one.Name == bridge.SendFiles, Named: len(one.Args) > 0, Left: left,
	}))
}

// wanted are the ids of the files with those names that the provider does not have, or
// perhaps not, or of all that another mail can bring, and what it cannot.
func (d *decision) wanted(names []string) (ids []string, left []text.LeftFile) {
	known, doubtful := d.brought(), d.Case.Doubtful()
	if len(names) > 0 {
		theirs := d.theirs()
		for _, name := range names {
			a := d.named(name)
			if own := ending(name, theirs); a == nil && own != nil {
				left = append(left, text.LeftFile{Name: own.Name, Size: own.Size, Why: string(bridge.LeftTheirs)})
				continue
			}
			switch {
			case a == nil:
				left = append(left, text.LeftFile{Name: name, Why: string(bridge.LeftMissing)})
			case !known[a.ID] || slices.Contains(doubtful, a.ID):
				ids = together(ids, []string{a.ID})
			}
		}
		return ids, left
	}
	omitted := d.omitted()
	for _, a := range d.Issue.Attachments {
		why, was := omitted[a.ID]
		if !ofTeam(a) && !was {
			why = bridge.LeftForeign
		}
		switch {
		case a.Own || known[a.ID]:
		case slices.Contains([]bridge.LeftOut{
			bridge.LeftType, bridge.LeftTooLarge, bridge.LeftForeign, bridge.LeftPrivate, bridge.LeftClosed, bridge.LeftImage,
		}, why):
			left = append(left, text.LeftFile{Name: a.Name, Size: a.Size, Why: string(why)})
		default:
			ids = append(ids, a.ID)
		}
	}
	return ids[max(0, len(ids)-maxNews):], left
}

// omitted says, by their ids, why files were last left out.
func (d *decision) omitted() map[string]bridge.LeftOut {
	why := map[string]bridge.LeftOut{}
	for _, f := range d.Case.Aside {
		why[f.ID] = f.Why
	}
	for _, n := range d.Case.Notices {
		for _, f := range n.Omitted {
			why[f.ID] = f.Why
		}
	}
	return why
}

// named is the file that a person means.
func (d *decision) named(name string) *bridge.Attachment { return ending(name, d.newest) }

// theirs returns what finds by its name a file that we uploaded, which the provider sent.
func (d *decision) theirs() func(name string) *bridge.Attachment {
	own := map[string]*bridge.Attachment{}
	for i := range d.Issue.Attachments {
		if a := &d.Issue.Attachments[i]; a.Own {
			own[bridge.FileKey(a.Name)] = a
		}
	}
	return func(name string) *bridge.Attachment { return own[bridge.FileKey(name)] }
}

// ending is the file of that name, or of one with which it ends, since prose may stand
// before it.
func ending(name string, find func(string) *bridge.Attachment) *bridge.Attachment {
	for {
		if a := find(name); a != nil {
			return a
		}
		_, rest, found := strings.Cut(strings.TrimSpace(name), " ")
		if !found {
			return nil
		}
		name = rest
	}
}

// inOrder are fields in the form's order, the kind first.
func inOrder(r mapping.Report, ids []string) []string {
	var out []string
	for _, id := range append([]string{mapping.KindID}, fieldIDs(r)...) {
		if slices.Contains(ids, id) {
			out = append(out, id)
		}
	}
	return out
}

func fieldIDs(r mapping.Report) []string {
	var ids []string
	for _, f := range r.Form.All() {
		ids = append(ids, f.ID)
	}
	return ids
}
