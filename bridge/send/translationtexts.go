package send

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/mapping"
)

// passage is a text of the team that a notice brings.
type passage struct {
	saying

	place, label string
	known        bool // to the provider, with what was written
}

type passages []passage

// after are those of a notice after the first: what the issue is about stood there.
func (l passages) after() passages {
	if len(l) > 0 && l[0].place == bridge.PlaceSummary {
		l[0].known = true
	}
	return l
}

// saying is a text as it was written: markup, or plain.
type saying struct {
	text  string
	plain bool
}

// inSpanish is what stands in the place of markup.
func (m spanish) inSpanish(markup string) string { return m.turned.says(saying{text: markup}) }

// summary is what the issue is about, without our mark of its key.
func (m spanish) summary() string { return m.turned.says(saying{m.headline(), true}) }

// headline is summary as it was written.
func (m spanish) headline() string {
	return strings.TrimSpace(strings.TrimPrefix(oneLine(m.issue.Summary), "["+m.profile.Tag+" "+m.issue.Key+"]"))
}

// spanishOf is what a mail is made from.
func spanishOf(w writer) spanish {
	switch w := w.(type) {
	case first:
		return w.spanish
	case again:
		return w.spanish
	case addition:
		return w.spanish
	case note:
		return w.spanish
	}
	return spanish{}
}

// originals are the team's texts that a mail brings, in their order.
func originals(w writer) passages {
	switch w := w.(type) {
	case first:
		return w.originals(w.fields(), w.report.Values.Rest, "")
	case again:
		return w.originals(w.fields(), w.report.Values.Rest, w.said)
	case addition:
		return w.originals(w.all(), w.rest(), "").after()
	case note:
		return w.originals(nil, "", w.leaving()[0]).after()
	}
	return nil
}

func (m spanish) originals(fields []*mapping.Field, rest, words string) passages {
	list := passages{{saying{m.headline(), true}, bridge.PlaceSummary, "Resumen", false}}
	add := func(f *mapping.Field, known bool) {
		if meant, more := m.meant(f, m.plain(f)); meant != "" && !more {
			return // it is said in the provider's words
		}
		list = append(list, passage{saying{text: m.report.Values.ByField[f.ID].Text}, f.ID, f.Label.In("es"), known})
	}
	for _, f := range fields {
		add(f, false)
	}
	list = append(list,
		passage{saying{text: rest}, bridge.PlaceRest, "Descripción adicional", false},
		passage{saying{text: words}, bridge.PlaceWords, "Mensaje", false})
	for _, f := range m.report.Form.All() {
		if f.Type == mapping.Person { // whom to call stands at the end of each mail
			add(f, true)
		}
	}
	seen := map[saying]bool{}
	return slices.DeleteFunc(list, func(o passage) bool {
		known := seen[o.saying]
		seen[o.saying] = true
		return known || strings.TrimSpace(o.text) == ""
	})
}

// reads is a text as people read it.
func (m spanish) reads(s saying) string {
	if s.plain {
		return s.text
	}
	return strings.TrimSpace(m.shown(s.text))
}

// known are the names of people and applications, which stay.
func (m spanish) known() []string {
	names := []string{m.profile.Name, m.profile.Tag}
	add := func(name string) {
		if name = oneLine(name); strings.Contains(name, " ") { // a single word may be any
			names = append(names, name)
		}
	}
	for _, name := range m.issue.People {
		add(name)
	}
	for _, c := range m.issue.Comments {
		add(c.Author.Name)
	}
	for _, a := range m.issue.Attachments {
		add(a.Name)
	}
	for _, step := range m.profile.Matrix {
		for _, c := range step.People {
			add(c.Name)
		}
	}
	for _, name := range []string{m.issue.Creator.Name, m.issue.Assignee.Name, m.c.OpenedBy.Name, m.sender} {
		add(name)
	}
	for _, f := range m.report.Form.All() {
		switch {
		case f.Type == mapping.Person:
			add(begins(m.plain(f)))
		case f.Subject:
			if name := called(m.plain(f)); name != "" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names) // a map gives them in any order
	return slices.Compact(names)
}

// begins is the name that whom to call begins with.
func begins(said string) string {
	end := strings.IndexFunc(said, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune(" '’·-.", r) })
	if end < 0 {
		end = len(said)
	}
	words := strings.Fields(said[:end])
	if len(words) > 6 { // a sentence
		return ""
	}
	for _, word := range words {
		first, _ := utf8.DecodeRuneInString(word)
		if !unicode.IsUpper(first) && utf8.RuneCountInString(word) > 3 { // “de”, “i”, “del” are of names
			return ""
		}
	}
	return strings.Trim(strings.Join(words, " "), " -.")
}

// called is the name of an application, if a value is one and no sentence: short and with a
// capital, and not with an article.
func called(said string) string {
	name, _, more := strings.Cut(said, "\n")
	name = strings.TrimRight(oneLine(name), " .:;,")
	words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '\'' || r == '’' })
	switch {
	case more || len(words) == 0 || len(words) > maxCalled || utf8.RuneCountInString(name) > maxApplication:
		return ""
	case !strings.ContainsFunc(words[0], func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) }):
		return ""
	case slices.Contains([]string{"el", "la", "els", "les", "l", "un", "una", "tot", "tots", "totes", "no", "en"}, strings.ToLower(words[0])):
		return ""
	}
	return name
}

// maxCalled bounds the words of an application's name.
const maxCalled = 7
