package bridge

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"escalat/mapping"
	"escalat/mapping/wiki"
)

const (
	maxAddress   = 120 // letters within which a comment says for whom it is
	maxAddressee = 30  // letters of a word that names somebody
)

// callsigns are the ways in which a text calls the provider, as signOf gives them.
func callsigns(p *mapping.Profile) []string {
	var out []string
	for _, name := range []string{p.ID, p.Name, p.Label} {
		if sign := signOf(name); sign != "" && !slices.Contains(out, sign) {
			out = append(out, sign)
		}
	}
	return out
}

// signOf is a name when letter case, accents, blanks and hyphens make no difference.
func signOf(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(name))
}

// glyph is a letter that shows, and where it ends in the source.
type glyph struct {
	r   rune
	end int
}

// object stands for what is no letter: an image, a mention, what is struck out.
const object = '\ufffc'

// addressEnd is where a comment ends to say that it is for the provider, in its source, or
// -1 when it does not begin with that. It is clear unless it may mean something else.
func addressEnd(tree wiki.Tree, signs []string) (end int, clear bool) {
	if len(tree.Root.Children) == 0 {
		return -1, false
	}
	first := tree.Root.Children[0]
	if first.Kind != wiki.Paragraph && first.Kind != wiki.Heading {
		return -1, false
	}
	line := glyphs(tree.Source, first.Children, nil)
	for len(line) > 0 && isMargin(line[0].r) {
		line = line[1:]
	}
	if at := slices.IndexFunc(line, func(g glyph) bool { return g.r == '\n' }); at >= 0 {
		line = line[:at]
	}
	runes := make([]rune, len(line))
	for i, g := range line {
		runes[i] = level(g.r)
	}
	n, clear := called(string(runes), signs)
	if n <= 0 {
		return -1, false
	}
	return line[n-1].end, clear
}

// glyphs are the letters that a paragraph shows, as many as an address may have.
func glyphs(source string, nodes []wiki.Node, out []glyph) []glyph {
	for _, n := range nodes {
		if len(out) > maxAddress {
			break
		}
		switch n.Kind {
		case wiki.Text:
			out = spelled(source, n, out)
		case wiki.Break:
			out = append(out, glyph{'\n', n.End})
		case wiki.Strong, wiki.Emphasis, wiki.Inserted, wiki.Color:
			out = glyphs(source, n.Children, out)
		case wiki.Tag:
		default:
			out = append(out, glyph{object, n.End})
		}
	}
	return out
}

// spelled are the letters of a text, which stand in the source perhaps behind a backslash.
func spelled(source string, n wiki.Node, out []glyph) []glyph {
	at := n.Start
	for _, r := range n.Text {
		size := utf8.RuneLen(r)
		if at < n.End && source[at] == '\\' && r != '\\' {
			at++
		}
		at = min(at+size, n.End)
		if out = append(out, glyph{r, at}); len(out) > maxAddress {
			break
		}
	}
	return out
}

// level makes a letter the one that people mean by it.
func level(r rune) rune {
	switch r {
	case '\u2019', '\u2018', '\u00b4', '`':
		return '\''
	case '\uff1a', '\ufe55':
		return ':'
	case '\uff20':
		return '@'
	case '\u2013', '\u2014':
		return '-'
	}
	if isMargin(r) {
		return ' '
	}
	return r
}

// isMargin reports whether a letter shows as a blank or as nothing.
func isMargin(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

// called is how many letters a line takes to say that it is for the provider, none when it
// does not, and whether it can mean nothing else.
func called(line string, signs []string) (n int, clear bool) {
	if strings.HasPrefix(line, "@") {
		return hailed(line, signs)
	}
	intro, sure := introduced(line)
	if intro == 0 {
		return 0, false
	}
	rest := line[intro:]
	before, _, colon := strings.Cut(rest, ":")
	if colon && listed(before, signs) {
		return utf8.RuneCountInString(line[:intro+len(before)+1]), sure
	}
	if !sure || !opens(rest, signs) {
		return 0, false
	}
	return utf8.RuneCountInString(line), false
}

// introductions are the words that stand before whom a text is for, the longer ones first,
// and whether nothing else begins with them. «A Claranet:» may tell what happens there.
func introductions() []struct {
	words string
	sure  bool
} {
	return []struct {
		words string
		sure  bool
	}{
		{"per als", true},
		{"per al", true},
		{"per a", true},
		{"per", true},
		{"para los", true},
		{"para el", true},
		{"para", true},
		{"for", true},
		{"to", true},
		{"a", false},
	}
}

// teams are what stands between the introduction and a provider whose people are meant.
func teams() []string {
	return []string{
		"l'equip de", "equip de", "els companys de", "companys de", "els de", "de",
		"el equipo de", "equipo de", "los compañeros de", "compañeros de", "los de", "the team of", "the",
	}
}

// introduced is how much of a line introduces whom it is for.
func introduced(line string) (length int, sure bool) {
	lower := strings.Map(func(r rune) rune {
		if low := unicode.ToLower(r); utf8.RuneLen(low) == utf8.RuneLen(r) { // places stay the same
			return low
		}
		return r
	}, line)
	for _, in := range introductions() {
		rest, ok := strings.CutPrefix(lower, in.words)
		if !ok || !strings.HasPrefix(rest, " ") {
			continue
		}
		rest = strings.TrimLeft(rest, " ")
		for _, team := range teams() {
			if behind, ok := strings.CutPrefix(rest, team+" "); ok {
				rest = strings.TrimLeft(behind, " ")
				break
			}
		}
		return len(line) - len(rest), in.sure
	}
	return 0, false
}

// listed reports whether a text is a list of addressees, the provider among them. The
// others are known by being one word.
func listed(text string, signs []string) bool {
	found := false
	for _, name := range addressees(text) {
		switch sign := signOf(name); {
		case slices.Contains(signs, sign):
			found = true
		case sign == "" || len(strings.Fields(name)) != 1 || utf8.RuneCountInString(name) > maxAddressee || strings.ContainsRune(name, object):
			return false
		}
	}
	return found
}

// addressees parts a list of names.
func addressees(text string) []string {
	for _, and := range []string{" i per a ", " y para ", " i ", " y ", " e ", " and ", "/", "&", "+"} {
		text = strings.ReplaceAll(text, and, ",")
	}
	var out []string
	for name := range strings.SplitSeq(text, ",") {
		out = append(out, strings.TrimPrefix(strings.TrimSpace(name), "@"))
	}
	return out
}

// opens reports whether a text begins with the provider, and goes on as behind an
// addressee.
func opens(text string, signs []string) bool {
	end := strings.IndexAny(text, ",(-.;:")
	if end < 0 {
		end = len(text)
	}
	return slices.Contains(signs, signOf(text[:end])) && !strings.ContainsRune(text[:end], object)
}

// hailed is called for a line that begins with @.
func hailed(line string, signs []string) (n int, clear bool) {
	found, at := false, 0
	for strings.HasPrefix(line[at:], "@") {
		name := at + 1
		for name < len(line) {
			r, size := utf8.DecodeRuneInString(line[name:])
			if !inName(r) && r != '-' {
				break
			}
			name += size
		}
		if name == at+1 || name < len(line) && line[name] == '@' {
			return 0, false
		}
		if next, _ := utf8.DecodeRuneInString(line[min(name+1, len(line)):]); name < len(line) && line[name] == '.' && inName(next) {
			return 0, false // the name of a host
		}
		found = found || slices.Contains(signs, signOf(line[at+1:name]))
		at = name
		if skip := strings.TrimLeft(strings.TrimLeft(strings.TrimLeft(line[at:], " "), ",/&+"), " "); strings.HasPrefix(unjoined(skip), "@") {
			at = len(line) - len(unjoined(skip))
			continue
		}
		break
	}
	if !found {
		return 0, false
	}
	rest := strings.TrimLeft(line[at:], " ")
	if strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, ",") {
		at = len(line) - len(rest) + 1
	}
	return utf8.RuneCountInString(line[:at]), true
}

// unjoined takes the word and away with which a text begins.
func unjoined(text string) string {
	for _, and := range []string{"i ", "y ", "e ", "and "} {
		if rest, ok := strings.CutPrefix(text, and); ok {
			return strings.TrimLeft(rest, " ")
		}
	}
	return text
}

func inName(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_'
}
