package text

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// How the commands are written that a text names without being told.
const (
	sendFiles     = "escalat envia-adjunts"
	tellReference = "escalat referencia"
)

// maxNames bounds the files that one line names; maxName one of them, in characters.
const (
	maxNames = 12
	maxName  = 120
)

// LeftCodes returns the codes for which a file that is left out has a sentence of its
// own, sorted.
func LeftCodes() []string {
	codes := slices.Collect(maps.Keys(catalan.left))
	return slices.Sorted(slices.Values(slices.AppendSeq(codes, maps.Keys(guardCatalan().left))))
}

// Offer says that the provider does not have what was changed or uploaded since its
// mail, and how it is sent. It is nothing when it has everything.
func (t Texts) Offer(o Offer) string {
	w := t.words
	var changes, files, left string
	if n := len(o.Changed); n > 0 {
		changes = t.sentence(count(n, w.offerChange, w.offerChanges), o.Provider, t.bold(o.Changed), o.SendChanges)
	}
	switch n := len(o.Files); {
	case n == 0:
	case changes == "":
		files = t.sentence(count(n, w.offerFile, w.offerFiles), o.Provider, t.names(o.Files), o.SendFiles)
	default:
		files = t.sentence(count(n, w.offerAlsoFile, w.offerAlsoFiles), o.Provider, t.names(o.Files), o.SendFiles)
	}
	if len(o.Left) > 0 {
		heading := t.sentence(w.offerLeft, o.Provider)
		if changes != "" || files != "" {
			heading = upperFirst(heading)
		}
		left = t.left(heading, o.Left, o.SendFiles, o.Provider)
	}
	told := lines(changes, files, left)
	if told == "" {
		return ""
	}
	var b builder
	b.paragraph(t.call(o.Call, w.callNowAdded))
	b.paragraph(address(o.MentionMarkup, told))
	return b.String()
}

// NothingNew answers a command to send what the provider has already.
func (t Texts) NothingNew(n NothingNew) string {
	w := t.words
	told := func(format string) string { return address(n.MentionMarkup, t.sentence(format, n.Provider)) }
	switch {
	case !n.Files:
		return told(w.noChangeNew)
	case len(n.Left) == 0 && len(n.Private.Files) > 0:
		return lines(told(strings.TrimSuffix(w.butLeft, ":")+"."), t.private(n.Private, n.Provider))
	case len(n.Left) == 0 && n.Named:
		return told(w.noneNamedNew)
	case len(n.Left) == 0:
		return told(w.noFileNew)
	}
	var b builder
	b.paragraph(t.left(told(w.butLeft), n.Left, "", n.Provider))
	b.paragraph(t.private(n.Private, n.Provider))
	return b.String()
}

// Phoned notes that a person called the provider.
func (t Texts) Phoned(p Phoned) string {
	w := t.words
	told := t.sentence(w.phoned, p.Provider, t.when(p.At)) + " "
	switch {
	case p.Reference != "":
		told += t.learned([]string{p.Reference}) + ". "
	case p.Leader == "":
		told += t.sentence(w.phonedThen, tellReference)
	}
	return address(p.MentionMarkup, strings.TrimSpace(told+t.tellThere(p.Leader)))
}

// tellThere says that a command must also be written on the issue whose escalation is
// shared, or is nothing.
func (t Texts) tellThere(leader string) string {
	if leader == "" {
		return ""
	}
	return t.sentence(t.words.tellThere, leader)
}

// attached names the files that a mail brings, or is nothing.
func (t Texts) attached(files []string) string {
	if len(files) == 0 {
		return ""
	}
	return t.sentence(count(len(files), t.words.withFile, t.words.withFiles), len(files), t.names(files))
}

// left lists under its heading the files that a mail does not bring, those of the same
// reason together, with what to do, or is nothing.
func (t Texts) left(heading string, files []LeftFile, command, provider string) string {
	if len(files) == 0 {
		return ""
	}
	list := []string{heading}
	for i, f := range files {
		same := func(g LeftFile) bool { return t.code(g) == t.code(f) }
		if !slices.ContainsFunc(files[:i], same) {
			group := slices.DeleteFunc(slices.Clone(files), func(g LeftFile) bool { return !same(g) })
			list = append(list, t.leftFor(t.code(f), group, cmp.Or(command, sendFiles), provider))
		}
	}
	return lines(list...)
}

// code is why a file is left out, or empty where nothing can be said of it.
func (t Texts) code(f LeftFile) string {
	if _, ok := t.words.left[f.Why]; ok {
		return f.Why
	}
	if _, ok := t.guarding().left[f.Why]; ok {
		return f.Why
	}
	return ""
}

// leftFor is a line of left.
func (t Texts) leftFor(code string, files []LeftFile, command, provider string) string {
	why, ok := t.words.left[code]
	if !ok {
		why, ok = t.guarding().left[code]
	}
	if !ok {
		why = t.words.leftElse
	}
	var names []string
	further := 0
	for _, f := range files {
		if further += f.More; f.More == 0 {
			names = append(names, f.Name)
		}
	}
	shown := t.someNames(names, further)
	if len(files) == 1 && files[0].Size > 0 {
		shown += " (" + t.size(files[0].Size) + ")"
	}
	return fmt.Sprintf("* %s, %s: %s", shown, why.why, t.sentence(count(len(names)+further, why.one, why.many), command, provider))
}

// names lists files, the first few of a great many.
func (t Texts) names(files []string) markup { return t.someNames(files, 0) }

// someNames is names, with so many more that have none.
func (t Texts) someNames(files []string, further int) markup {
	short := make([]string, min(len(files), maxNames))
	for i := range short {
		short[i] = oneLine(files[i], maxName)
	}
	shown := t.list(short)
	if more := len(files) - len(short) + further; more > 0 {
		shown += " " + markup(fmt.Sprintf(t.words.more, more))
	}
	return shown
}
