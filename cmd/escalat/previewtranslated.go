package main

import (
	"cmp"
	"html"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"escalat/bridge"
)

const (
	// usualWidth is that of a page where no terminal says its own; below narrow texts stand
	// below each other.
	usualWidth, narrow = 100, 70
	widest             = 200 // beyond that nobody reads a line to its end
	between            = " │ "
	besideMargin       = "  "
)

// width is how many letters a line of the output has room for.
func (w world) width() int {
	for _, line := range w.environ {
		if value, ok := strings.CutPrefix(line, "COLUMNS="); ok {
			if n, err := strconv.Atoi(value); err == nil && n > 0 {
				return min(n, widest)
			}
		}
	}
	if f, ok := w.out.(*os.File); ok {
		if n := terminalWidth(f); n > 0 {
			return min(n, widest)
		}
	}
	return usualWidth
}

// untranslated says which texts go out in Catalan, and why, a line for each reason.
func (p previewed) untranslated() []string {
	var lines []string
	for _, why := range []bridge.Untranslated{bridge.NoTranslator, bridge.TranslatorAway, bridge.NotPermitted, bridge.PartlyTranslated} {
		var labels []string
		for _, one := range p.Translated {
			if one.Why == why {
				labels = append(labels, one.Label)
			}
		}
		if len(labels) > 0 {
			lines = append(lines, "In Catalan, as it was written: "+strings.Join(labels, "; ")+". "+whyUntranslated(why))
		}
	}
	return lines
}

// whyUntranslated says why a text is not, or not wholly, in Spanish.
func whyUntranslated(why bridge.Untranslated) string {
	words := map[bridge.Untranslated]string{
		bridge.NoTranslator: "No translator is configured.", bridge.TranslatorAway: "The translator did not answer.",
		bridge.NotPermitted:     "A person let something private leave for the provider, or nobody looked for that: a service of others does not get it.",
		bridge.PartlyTranslated: "What of it stays would have been damaged, or was too long.",
	}
	return cmp.Or(words[why], string(why))
}

// translated shows what was translated beside what was written, or below it where there is
// little room; nothing where nothing was.
func (p previewed) translated(width int) string {
	var b strings.Builder
	for _, one := range p.Translated {
		if one.Original == one.Text {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("\nTranslated from Catalan by a machine, as it was written and as it goes out:\n")
		}
		b.WriteString("\n" + printable(one.Label) + ":\n")
		for _, line := range inColumns(one.Original, one.Text, width) {
			b.WriteString(strings.TrimRight(besideMargin+line, " ") + "\n")
		}
	}
	return b.String()
}

// inColumns are the lines of two texts in two columns that have room in that width, or of one
// below the other.
func inColumns(left, right string, width int) []string {
	if width < narrow {
		room := max(20, width-len(besideMargin))
		return slices.Concat(wrapped(left, room), []string{strings.Repeat("─", min(room, 20))}, wrapped(right, room))
	}
	room := (width - len(besideMargin) - utf8.RuneCountInString(between)) / 2
	l, r := wrapped(left, room), wrapped(right, room)
	lines := make([]string, max(len(l), len(r)))
	at := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return ""
	}
	for i := range lines {
		one := at(l, i)
		lines[i] = one + strings.Repeat(" ", room-utf8.RuneCountInString(one)) + between + at(r, i)
	}
	return lines
}

// wrapped are the lines of a text, none with more letters than that: it is parted between
// words, and within one that is longer.
func wrapped(s string, most int) []string {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		now, count := "", 0
		for word := range strings.FieldsSeq(line) {
			size := utf8.RuneCountInString(word)
			if count > 0 && count+1+size > most {
				lines, now, count = append(lines, now), "", 0
			}
			for ; size > most; size -= most {
				r := []rune(word)
				lines, word = append(lines, string(r[:most])), string(r[most:])
			}
			if count > 0 {
				now, count = now+" ", count+1
			}
			now, count = now+word, count+size
		}
		lines = append(lines, now)
	}
	return lines
}

// page is the HTML form of the mail, with a table below of what was translated.
func (p previewed) page() string {
	var rows strings.Builder
	for _, one := range p.Translated {
		if one.Original != one.Text {
			rows.WriteString("<tr><th>" + cell(one.Label) + "</th><td lang=\"ca\">" + cell(one.Original) + "</td><td lang=\"es\">" + cell(one.Text) + "</td></tr>\n")
		}
	}
	if rows.Len() == 0 {
		return p.Preview.HTML
	}
	table := "<hr>\n<table border=\"1\" cellpadding=\"6\" cellspacing=\"0\">\n<caption>Translated from Catalan by a machine; this table is no part of the mail</caption>\n" +
		"<tr><th></th><th>As it was written</th><th>As it goes out</th></tr>\n" + rows.String() + "</table>\n"
	mail, rest, ended := strings.Cut(p.Preview.HTML, "</body>")
	if !ended {
		return p.Preview.HTML + table
	}
	return mail + table + "</body>" + rest
}

// cell is a text in a table's cell, its lines apart.
func cell(s string) string { return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>\n") }
