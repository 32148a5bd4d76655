package bridge

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"escalat/mapping"
	"escalat/mapping/wiki"
)

// What comes with a text was uploaded by its author so long before it or after it, since a
// person uploads a file and then writes about it, or the other way round.
const (
	cameBefore = 5 * time.Minute
	cameAfter  = 2 * time.Minute
)

// maxRelayed bounds the files of a text for a provider.
const maxRelayed = 30

// FilesOf returns the ids of the attachments that go with a text for a provider: those that
// it shows or names, and those that its author uploaded with it. Our own never do.
func (i Issue) FilesOf(a Addressed) []string {
	var ids []string
	add := func(id string) {
		if len(ids) < maxRelayed && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	meant := MeantFiles(i.Attachments)
	for _, name := range filesIn(a.Text, meant) {
		add(i.Attachments[meant[name]].ID)
	}
	for _, f := range i.Attachments {
		since := f.Created.Sub(a.Comment.Created)
		if !f.Own && !f.Author.IsZero() && f.Author.ID == a.Comment.Author.ID && since >= -cameBefore && since <= cameAfter {
			add(f.ID)
		}
	}
	return ids
}

// GoingFiles returns the ids of the attachments that go to the provider with a text of the
// team that is meant for the case and was not composed yet: nobody need be asked about
// them.
func (i Issue) GoingFiles(c Case, p *mapping.Profile) map[string]bool {
	going := map[string]bool{}
	since := Latest(c.Meant(i), c.KnownUntil)
	for _, a := range i.Addressed(p) {
		brings := func(n Notice) bool { return n.About == AboutWords && n.Comment == a.Comment.ID }
		if a.Fault != "" || a.Comment.At().Before(since) || c.GivenUp(a.Comment.ID, a.Digest) || slices.ContainsFunc(c.Notices, brings) {
			continue
		}
		for _, id := range i.FilesOf(a) {
			going[id] = true
		}
	}
	return going
}

// filesIn returns which of the files, by FileKey, markup shows, links or names, in order.
func filesIn(markup string, files map[string]int) []string {
	var out []string
	for _, name := range ShownFiles(wiki.Parse(markup).Root.Children) {
		if key := FileKey(name); has(files, key) {
			out = append(out, key)
		}
	}
	var prose strings.Builder
	saidIn(wiki.Parse(markup).Root, &prose)
	said := FileKey(prose.String())
	names := speakable(files)
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	type place struct {
		at   int
		name string
	}
	var named []place
	for _, name := range names {
		at := wordAt(said, name)
		if at < 0 {
			continue
		}
		named = append(named, place{at, name})
		said = strings.ReplaceAll(said, name, strings.Repeat("\x00", len(name))) // a shorter one is not meant by it
	}
	slices.SortStableFunc(named, func(a, b place) int { return cmp.Compare(a.at, b.at) })
	for _, n := range named {
		out = append(out, n.name)
	}
	return out
}

// saidIn is what a text says in words, without what is struck out.
func saidIn(n wiki.Node, out *strings.Builder) {
	switch {
	case n.Kind == wiki.Deleted:
		return
	case n.Kind == wiki.Break || n.Kind < wiki.Text:
		out.WriteByte('\n')
	}
	out.WriteString(n.Text)
	for _, child := range n.Children {
		saidIn(child, out)
	}
}

func has(files map[string]int, key string) bool {
	_, known := files[key]
	return known
}

const (
	minSpoken = 5    // letters of a name that is known where it merely stands in a text
	maxSpoken = 1000 // names that are looked for
)

// speakable are the names that are looked for in texts: they have an extension and do not
// stand there by chance.
func speakable(files map[string]int) []string {
	type aged struct {
		name string
		at   int
	}
	var list []aged
	for name, at := range files {
		if extended(name) && utf8.RuneCountInString(name) >= minSpoken {
			list = append(list, aged{name, at})
		}
	}
	slices.SortFunc(list, func(a, b aged) int { return b.at - a.at })
	var names []string
	for _, f := range list[:min(len(list), maxSpoken)] {
		names = append(names, f.name)
	}
	return names
}

// wordAt is where a name stands in a text by itself, or -1.
func wordAt(text, name string) int {
	for from := 0; ; {
		at := strings.Index(text[from:], name)
		if at < 0 {
			return -1
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		rest := strings.TrimLeft(text[at+len(name):], ".")
		behind, _ := utf8.DecodeRuneInString(rest)
		if (at == 0 || !inName(before)) && (rest == "" || !inName(behind)) {
			return at
		}
		from = at + len(name)
	}
}

// ShownFiles are the names of the files that markup embeds or links.
func ShownFiles(nodes []wiki.Node) []string {
	var names []string
	for _, n := range nodes {
		switch {
		case n.Kind == wiki.Deleted:
			continue
		case n.Kind == wiki.Image || n.Kind == wiki.File:
			names = append(names, n.Target)
		case n.Kind == wiki.Link && strings.HasPrefix(n.Target, "^"):
			names = append(names, n.Target[1:])
		}
		names = append(names, ShownFiles(n.Children)...)
	}
	return names
}
