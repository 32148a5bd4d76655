package letter

import (
	"html"
	"strconv"
	"strings"

	"escalat/mapping/wiki"
)

// wideLines is from how many lines on a value stands below its label, in the whole
// width.
const wideLines = 8

// HTML returns the letter as the HTML body of a mail.
func (l Letter) HTML() string {
	w := &page{letter: l}
	w.line(`<!DOCTYPE html>`)
	w.line(`<html lang="es">`)
	w.line(`<head>`)
	w.line(`<meta charset="utf-8">`)
	w.line(`<meta name="viewport" content="width=device-width, initial-scale=1">`)
	w.line(`<meta name="color-scheme" content="light dark">`)
	w.line(`</head>`)
	w.line(`<body>`)
	w.line(`<div style="` + pageStyle + `">`)
	for blocks := l.ordered(); len(blocks) > 0; {
		n := 0
		for n < len(blocks) && blocks[n].Kind == Field {
			n++
		}
		if n > 0 {
			w.fields(blocks[:n])
		} else {
			n = 1
			w.block(blocks[0])
		}
		blocks = blocks[n:]
	}
	w.line(`</div>`)
	w.line(`</body>`)
	w.line(`</html>`)
	return w.out.String()
}

// page is a letter being written as HTML.
type page struct {
	letter Letter
	out    strings.Builder
	footed bool
}

func (w *page) line(parts ...string) {
	for _, p := range parts {
		w.out.WriteString(p)
	}
	w.out.WriteByte('\n')
}

func (w *page) element(name, style, inner string) {
	w.line("<", name, ` style="`, style, `">`, inner, "</", name, ">")
}

func (w *page) block(b Block) {
	text := trim(clean(b.Text))
	switch {
	case b.Kind == Markup:
		if w.letter.plain(b.Markup) != "" {
			w.out.WriteString(w.letter.rich(b.Markup, false))
		}
	case b.Kind == List:
		w.list(b.Items)
	case text == "":
	case b.Kind == Marker:
		w.element("p", markStyle, shown(text))
	case b.Kind == Alert:
		w.alert(text)
	case b.Kind == Heading:
		w.element("h2", headStyle, shown(text))
	case b.Kind == Foot:
		w.foot(text)
	default:
		w.text("p", paraStyle, text)
	}
}

// text writes plain text; in a fixed width where it is a table of blanks.
func (w *page) text(element, style, s string) {
	if wiki.Aligned(s) {
		w.element("pre", preStyle, "\n"+html.EscapeString(s))
		return
	}
	w.element(element, style, shown(s))
}

// shown returns plain text with its lines and blanks kept.
func shown(s string) string {
	lines := strings.Split(html.EscapeString(s), "\n")
	for i, line := range lines {
		lines[i] = hardBlanks(line)
	}
	return strings.Join(lines, "<br>\n")
}

// alert writes a box, with its lines apart: each is another matter. It is a table
// because some programs draw no border around anything else.
func (w *page) alert(s string) {
	lines := filled(strings.Split(s, "\n")...)
	w.line(`<table width="100%" border="1" cellpadding="12" cellspacing="0" style="margin:0 0 16px 0;border-collapse:collapse;`, fontStyle, `">`)
	w.line(`<tr><td style="`, boxStyle, `">`)
	for i, line := range lines {
		style := apartStyle
		if i == len(lines)-1 {
			style = aloneStyle
		}
		w.element("p", style, "<strong>"+shown(line)+"</strong>")
	}
	w.line(`</td></tr>`)
	w.line(`</table>`)
}

func (w *page) list(items []string) {
	var all []string
	for _, item := range items {
		if item = trim(clean(item)); item != "" {
			all = append(all, "<li>"+shown(item)+"</li>\n")
		}
	}
	if len(all) > 0 {
		w.element("ul", listStyle, "\n"+strings.Join(all, ""))
	}
}

func (w *page) foot(s string) {
	if !w.footed {
		w.footed = true
		w.line(`<hr style="`, ruleStyle, `">`)
	}
	w.element("p", footStyle, shown(s))
}

// fields writes fields that follow each other as one table of two columns.
func (w *page) fields(list []Block) {
	w.line(`<table width="100%" border="1" cellpadding="6" cellspacing="0" style="margin:0 0 16px 0;border-collapse:collapse;`, fontStyle, `">`)
	for _, b := range list {
		w.field(b, 0)
	}
	w.line(`</table>`)
}

// field writes a row. Parts are rows as well, with their labels further to the
// right: a table within a table is what programs show worst.
func (w *page) field(b Block, level int) {
	value, note := w.letter.value(b), trim(clean(b.Note))
	label := labelStyle + ";font-weight:bold;padding:6px 8px"
	if level > 0 {
		label = labelStyle + ";font-weight:normal;padding:6px 8px 6px " + strconv.Itoa(8+20*min(level, maxIndent)) + "px"
	}
	name := shown(oneLine(b.Label))
	switch {
	case value == "" && note == "":
		w.line(`<tr><th colspan="2" align="left" valign="top" style="`, label, `">`, name, `</th></tr>`)
	case wide(value):
		w.line(`<tr><th colspan="2" align="left" valign="top" style="`, label, `">`, name, `</th></tr>`)
		w.line(`<tr><td colspan="2" align="left" valign="top" style="`, valueStyle, `">`)
		w.value(b, value, note)
		w.line(`</td></tr>`)
	default:
		w.line(`<tr><th width="34%" align="left" valign="top" style="`, label, `">`, name, `</th>`)
		w.line(`<td align="left" valign="top" style="`, valueStyle, `">`)
		w.value(b, value, note)
		w.line(`</td></tr>`)
	}
	for _, part := range b.Parts {
		w.field(part, level+1)
	}
}

// wide says whether a value needs the whole width.
func wide(value string) bool {
	return strings.Count(value, "\n") >= wideLines || wiki.Aligned(value)
}

// value writes a field's value and its note, in one line where they are one.
func (w *page) value(b Block, value, note string) {
	switch {
	case b.Markup == "" && !noteApart(value, note):
		w.element("div", aloneStyle, shown(strings.Join(filled(value, note), " ")))
		return
	case b.Markup == "":
		w.text("div", aloneStyle, value)
	case value != "":
		w.out.WriteString(w.letter.rich(b.Markup, note == "" && !strings.Contains(value, "\n")))
	}
	if note != "" {
		w.element("div", aloneStyle, shown(note))
	}
}
