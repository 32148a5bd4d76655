package validate

import (
	"slices"
	"strconv"
	"strings"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// maxNews bounds the files of which it is known that they were offered.
const maxNews = 100

// attached is the origin of a value that only files are: they are news, it is none.
const attached = "attachment"

// parcel is what an addition brings.
type parcel struct {
	fields []string // ids
	files  []string // ids
}

func (p parcel) empty() bool { return len(p.fields)+len(p.files) == 0 }

// with is both, in the order in which they come and each once.
func (p parcel) with(other parcel) parcel {
	return parcel{together(p.fields, other.fields), together(p.files, other.files)}
}

func together(a, b []string) []string {
	out := slices.Clone(a)
	for _, id := range b {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// news is what people changed and uploaded since the provider was told.
type news struct {
	changed []string // ids of fields, in the form's order
	files   []bridge.Attachment
	items   []string // what names each of them as it stands
}

// news finds it. What is pending is none: it follows by itself.
func (d *decision) news(r mapping.Report) news {
	var n news
	first := d.Case.First()
	if first == nil {
		return n
	}
	for _, f := range r.Form.All() {
		v, answered := r.Values.ByField[f.ID]
		if answered && v.Origin != attached && !slices.Contains(d.Case.Pending, f.ID) && d.differs(first, f.ID, v) {
			n.changed = append(n.changed, f.ID)
			n.items = append(n.items, fieldItem(f.ID, v))
		}
	}
	n.files = d.uploaded(first)
	for _, a := range n.files {
		n.items = append(n.items, fileItem(a.ID))
	}
	return n
}

// differs reports whether the provider was told something else of a field. A name that
// became known meanwhile of somebody who is mentioned is no difference. Where it was
// told nothing, that says something only if it is known what it was told.
func (d *decision) differs(first *bridge.Notice, id string, v mapping.Value) bool {
	told := d.Case.Told(id)
	if told == "" {
		kind := func(n bridge.Notice) bool { return n.Kind != "" && n.Kind == d.Case.ToldKind() }
		return len(first.Told) > 0 && slices.ContainsFunc(d.Case.Notices, kind)
	}
	return told != bridge.Digest(bridge.Plain(v, nil)) && told != bridge.Digest(bridge.Plain(v, d.Issue.People))
}

// uploaded are the team's files of which no notice knows, the newest of a great many.
func (d *decision) uploaded(first *bridge.Notice) []bridge.Attachment {
	known, going := d.Case.Considered(d.Issue.Attachments), d.Issue.GoingFiles(d.Case, d.Profile)
	silent := len(first.Told)+len(first.Files)+len(first.Omitted) == 0 // it does not say what was there
	var out []bridge.Attachment
	for _, a := range d.Issue.Attachments {
		before := silent && !a.Created.After(bridge.Latest(first.SentAt, first.SeenAt))
		if ofTeam(a) && !known[a.ID] && !going[a.ID] && !before {
			out = append(out, a)
		}
	}
	return out[max(0, len(out)-maxNews):]
}

// brought are the ids of the files that the provider has.
func (d *decision) brought() map[string]bool {
	known := map[string]bool{}
	for _, id := range d.Case.Brought() {
		known[id] = true
	}
	return known
}

func ofTeam(a bridge.Attachment) bool { return !a.Own && !a.Author.Customer }

// unoffered reports whether there is news of which nobody was told, and forgets what
// is none any more: when it is changed again, it is offered again.
func (d *decision) unoffered(n news) bool {
	c := &d.out.Case
	offered := strings.Fields(c.Offered)
	still := slices.DeleteFunc(slices.Clone(offered), func(item string) bool { return !slices.Contains(n.items, item) })
	c.Offered = strings.Join(still, " ")
	return slices.ContainsFunc(n.items, func(item string) bool { return !slices.Contains(offered, item) })
}

// offered notes of what people need not be told: they were, or it is under way.
func (d *decision) offered(items []string) {
	c := &d.out.Case
	c.Offered = strings.Join(together(strings.Fields(c.Offered), items), " ")
}

// items name what a parcel brings, as it stands.
func items(r mapping.Report, p parcel) []string {
	var out []string
	for _, id := range p.fields {
		out = append(out, fieldItem(id, r.Values.ByField[id]))
	}
	for _, id := range p.files {
		out = append(out, fileItem(id))
	}
	return out
}

func fieldItem(id string, v mapping.Value) string {
	return bridge.Digest("field " + id + " " + bridge.Plain(v, nil))
}

func fileItem(id string) string { return bridge.Digest("file " + id) }

// offerable reports whether what is new concerns somebody: who has the first notice,
// of an issue on which is worked, in the mode in which it was sent.
func (d *decision) offerable() bool {
	first := d.Case.FormNotice()
	return first != nil && first.Left() && first.Redirected == d.Trial && !d.Issue.Resolved
}

// offer tells people what the provider does not have, once a change. Files that no mail
// can bring are named, and not promised.
func (d *decision) offer(n news) {
	c := &d.out.Case
	c.Offers++
	d.offered(n.items)
	told := text.Offer{
		MentionMarkup: d.mention(bridge.User{}), Provider: d.Profile.Name, Changed: d.labels(n.changed),
		Call: wording.Again(*c, d.Profile, d.Texts, d.Now, d.Issue.Summary),
	}
	if len(n.changed) > 0 {
		told.SendChanges = "escalat " + bridge.SendChanges
	}
	audit := slices.Clone(n.changed)
	for _, a := range n.files {
		audit = append(audit, a.Name)
		if bridge.RefusedFile(a.Name) {
			told.Left = append(told.Left, text.LeftFile{Name: a.Name, Size: a.Size, Why: string(bridge.LeftType)})
			continue
		}
		told.Files = append(told.Files, a.Name)
		told.SendFiles = "escalat " + bridge.SendFiles
	}
	d.audit("offered", strings.Join(audit, ", "))
	d.tell("offer", strconv.Itoa(c.Offers), d.Texts.Offer(told))
}

// brings is an addition with those fields, and the files that their values show: they
// would be nothing without.
func (d *decision) brings(r mapping.Report, fields []string) parcel {
	p := parcel{fields: fields}
	known := d.brought()
	for _, id := range fields {
		for _, name := range bridge.ShownFiles(wiki.Parse(r.Values.ByField[id].Text).Root.Children) {
			if a := d.newest(name); a != nil && !known[a.ID] {
				p.files = together(p.files, []string{a.ID})
			}
		}
	}
	return p
}

// newest is the attachment that a name means, or nil.
func (d *decision) newest(name string) *bridge.Attachment {
	i, found := d.meant()[bridge.FileKey(name)]
	if !found {
		return nil
	}
	return &d.Issue.Attachments[i]
}
