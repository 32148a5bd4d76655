package text

import (
	"fmt"
	"slices"
	"strings"
)

// Private is what did not leave as it is, because it looks private: what was masked, which
// files were withheld, and which pictures nobody had named. It never holds a value.
type Private struct {
	Hidden []Hidden
	Files  []Withheld
	Images []LeftFile
}

// Hidden is something that was masked.
type Hidden struct {
	Kind string // a code, one of bridge.Private
	// Place is a code, one of bridge.Place…, or empty where Label says which field it is, as
	// the team calls it.
	Place string
	Label string
	Line  int  // of that text, from 1; 0: it has none
	Page  bool // Line counts pages
}

// Withheld is a file that was not sent.
type Withheld struct {
	Name   string
	Size   int64    // 0: not known
	Inside []Hidden // what stands in it: Label is the path within it, or empty
	Closed string   // why nobody can look into it, a code, one of bridge.Opaque
}

// anywayCommand lets leave what was masked or withheld.
const anywayCommand = "envia-igualment"

// mostPlaces bounds the places that a line names, mostWithheld the files of a list.
const (
	mostPlaces   = 6
	mostWithheld = 12
)

// private says what did not leave, and how it does; nothing where there is nothing.
func (t Texts) private(p Private, provider string) string {
	w := t.guarding()
	var told []string
	if n := len(p.Hidden); n > 0 {
		told = append(told, t.sentence(count(n, w.hiddenOne, w.hiddenMany), markup(t.found(p.Hidden))))
	}
	if len(p.Files) > 0 {
		told = append(told, lines(w.withheld, t.withheld(p.Files)))
	}
	if len(told) > 0 {
		told = append(told, t.sentence(w.anyway, provider, t.usage(anywayCommand)))
	}
	if len(p.Images) > 0 {
		var names []string
		more := 0
		for _, f := range p.Images {
			if more += f.More; f.More == 0 {
				names = append(names, f.Name)
			}
		}
		told = append(told, t.sentence(count(len(names)+more, w.imageOne, w.imageMany), provider, t.someNames(names, more), sendFiles))
	}
	return lines(told...)
}

// found counts what was found, by its kind, with where it stands.
func (t Texts) found(all []Hidden) string {
	var kinds []string
	places := map[string][]Hidden{}
	for _, h := range all {
		if places[h.Kind] == nil {
			kinds = append(kinds, h.Kind)
		}
		places[h.Kind] = append(places[h.Kind], h)
	}
	w := t.guarding()
	var told []string
	for _, kind := range kinds {
		noun, known := w.kinds[kind]
		if !known {
			noun = w.kinds["person"]
		}
		n := len(places[kind])
		said := fmt.Sprintf("%d %s", n, count(n, noun[0], noun[1]))
		if where := t.places(places[kind]); where != "" {
			said += " (" + where + ")"
		}
		told = append(told, said)
	}
	if last := len(told) - 1; last > 0 {
		return strings.Join(told[:last], ", ") + w.and + told[last]
	}
	return strings.Join(told, "")
}

// places names where something stands: the lines of each text together.
func (t Texts) places(all []Hidden) string {
	w := t.guarding()
	var labels []string
	at := map[string][]string{}
	unit := map[string][2]string{}
	for _, h := range all {
		label := t.placed(h)
		if _, known := at[label]; !known {
			labels = append(labels, label)
			at[label] = []string{}
		}
		if line := fmt.Sprint(h.Line); h.Line > 0 && !slices.Contains(at[label], line) {
			at[label] = append(at[label], line)
		}
		if unit[label] = w.line; h.Page {
			unit[label] = w.page
		}
	}
	more := max(0, len(labels)-mostPlaces)
	var told []string
	for _, label := range labels[:len(labels)-more] {
		var said []string
		if label != "" {
			said = append(said, label)
		}
		if n := len(at[label]); n > 0 {
			said = append(said, count(n, unit[label][0], unit[label][1])+" "+t.few(at[label]))
		}
		if len(said) > 0 {
			told = append(told, strings.Join(said, ", "))
		}
	}
	if more > 0 {
		told = append(told, fmt.Sprintf(t.words.more, more))
	}
	return strings.Join(told, "; ")
}

// few joins numbers, the first of a great many.
func (t Texts) few(numbers []string) string {
	if more := len(numbers) - mostPlaces; more > 0 {
		return strings.Join(numbers[:mostPlaces], ", ") + " " + fmt.Sprintf(t.words.more, more)
	}
	if last := len(numbers) - 1; last > 0 {
		return strings.Join(numbers[:last], ", ") + t.guarding().and + numbers[last]
	}
	return numbers[0]
}

// placed is the text or the file in which something stands, escaped.
func (t Texts) placed(h Hidden) string {
	if place, known := t.guarding().places[h.Place]; known {
		return place
	}
	if label := oneLine(h.Label, maxLabel); label != "" {
		return t.escape(label)
	}
	return ""
}

// withheld lists files that were not sent, each with why.
func (t Texts) withheld(files []Withheld) string {
	w := t.guarding()
	var list []string
	for _, f := range files[:min(len(files), mostWithheld)] {
		said := "* " + t.escape(oneLine(f.Name, maxName))
		if f.Size > 0 {
			said += " (" + string(t.size(f.Size)) + ")"
		}
		why, known := w.closed[f.Closed]
		switch {
		case len(f.Inside) > 0:
			why = t.found(f.Inside)
		case !known:
			why = w.closed[""]
		}
		list = append(list, said+": "+why)
	}
	if more := len(files) - mostWithheld; more > 0 {
		list = append(list, "* "+fmt.Sprintf(t.words.more, more))
	}
	return lines(list...)
}

// Stopped says that a notice is held up by something private that must not leave, not even
// masked.
type Stopped struct {
	MentionMarkup string
	Provider      string
	About         string // what the notice is, a code, one of bridge.About
	First         bool   // it is the first notice
	Hidden        []Hidden
	Call          *Call
}

// Stopped writes it.
func (t Texts) Stopped(s Stopped) string {
	w := t.guarding()
	format := w.stoppedOrder
	switch {
	case s.First:
		format = w.stopped
	case s.About == "":
		format = w.stoppedForm
	case s.About == "words":
		format = w.stoppedWords
	}
	var b builder
	b.paragraph(t.call(s.Call, t.words.callDontWait))
	b.paragraph(address(s.MentionMarkup, t.sentence(format, s.Provider, markup(t.found(s.Hidden)), t.usage(anywayCommand))))
	return b.String()
}

// Anyway answers a command to send what was masked or withheld.
type Anyway struct {
	MentionMarkup string
	Provider      string
	What          AnywayWhat
}

// AnywayWhat says what became of it.
type AnywayWhat string

// What becomes of it.
const (
	AnywayReason  AnywayWhat = "reason"  // nothing: it lacks its reason
	AnywayNothing AnywayWhat = "nothing" // nothing is masked or withheld
	AnywayNoted   AnywayWhat = "noted"   // what is sent from now on brings it
	AnywayLate    AnywayWhat = "late"    // nothing: it was written too long ago
)

// Anyway writes the answer.
func (t Texts) Anyway(a Anyway) string {
	return address(a.MentionMarkup, t.sentence(t.guarding().answers[a.What], a.Provider, t.usage(anywayCommand)))
}

// allowed says that an addition brought what had been masked or withheld.
func (t Texts) allowed(a Added) string {
	w := t.guarding()
	format := w.added
	if a.Redirected {
		format = w.addedRedirected
	}
	return lines(
		t.sentence(format, a.Provider, t.list(a.To), t.when(a.At)), t.changed(slices.Concat(a.Labels, a.Changed)), t.attached(a.Files),
	)
}
