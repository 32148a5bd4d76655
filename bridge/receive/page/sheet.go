package page

import (
	"cmp"
	"strings"
)

const maxRules = 1000

// sheet is what the style elements of a mail say, by simple selectors: a name of an
// element, of a class, of an element with a class, or an id.
type sheet map[string]*style

// read reads the text of a style element. What is said for some screens only is left
// out, and so is what asks for where an element stands.
func (s sheet) read(css string) {
	css = withoutComments(css)
	for len(s) < maxRules {
		selectors, rest, ok := strings.Cut(css, "{")
		if !ok {
			return
		}
		if selectors = strings.TrimSpace(selectors); strings.HasPrefix(selectors, "@") {
			if i := strings.LastIndexByte(selectors, ';'); i < 0 {
				css = skipBlock(rest)
				continue
			} else if selectors = strings.TrimSpace(selectors[i+1:]); strings.HasPrefix(selectors, "@") {
				css = skipBlock(rest)
				continue
			}
		}
		var declarations string
		declarations, css, _ = strings.Cut(rest, "}")
		var st style
		st.read(declarations[:min(len(declarations), maxAttribute)])
		for selector := range strings.SplitSeq(selectors, ",") {
			if selector = strings.ToLower(strings.TrimSpace(selector)); selector != "" && !strings.ContainsAny(selector, " >+~[:*") {
				s.add(selector, &st)
			}
		}
	}
}

func (s sheet) add(selector string, st *style) {
	if known := s[selector]; known != nil {
		known.over(st)
	} else {
		first := *st
		s[selector] = &first
	}
}

// over takes over what another style says.
func (st *style) over(o *style) {
	if o == nil {
		return
	}
	for _, c := range []struct{ to, from *choice }{
		{&st.invisible, &o.invisible},
		{&st.tiny, &o.tiny},
		{&st.block, &o.block},
		{&st.bold, &o.bold},
		{&st.italic, &o.italic},
		{&st.mono, &o.mono},
		{&st.gapAbove, &o.gapAbove},
		{&st.gapBelow, &o.gapBelow},
		{&st.bar, &o.bar},
		{&st.topLine, &o.topLine},
		{&st.bordered, &o.bordered},
		{&st.unlisted, &o.unlisted},
	} {
		if *c.from != unsaid {
			*c.to = *c.from
		}
	}
	st.gone, st.struck, st.background = st.gone || o.gone, st.struck || o.struck, st.background || o.background
	st.ink, st.ground = cmp.Or(o.ink, st.ink), cmp.Or(o.ground, st.ground)
	st.space, st.wordList = cmp.Or(o.space, st.space), cmp.Or(o.wordList, st.wordList)
	st.wordMark = st.wordMark || o.wordMark
}

func withoutComments(css string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(css, "/*")
		b.WriteString(before)
		if !ok {
			break
		}
		if _, css, ok = strings.Cut(rest, "*/"); !ok {
			break
		}
	}
	return strings.NewReplacer("<!--", "", "-->", "").Replace(b.String())
}

// skipBlock returns what stands behind the brace that closes a block.
func skipBlock(css string) string {
	for depth := 1; depth > 0; {
		i := strings.IndexAny(css, "{}")
		if i < 0 {
			return ""
		}
		if css[i] == '{' {
			depth++
		} else {
			depth--
		}
		css = css[i+1:]
	}
	return css
}

// maxClasses bounds the classes of an element that are looked at.
const maxClasses = 20

// styleOf works out how an element looks, from the sheet and its attributes.
func (s sheet) styleOf(e *element) style {
	var st style
	st.natural(e.atom)
	name := e.atom.String()
	if len(s) > 0 {
		st.over(s[name])
		for n, class := range strings.Fields(strings.ToLower(e.attr("class"))) {
			if n == maxClasses {
				break
			}
			st.over(s["."+class])
			st.over(s[name+"."+class])
		}
		if id := strings.ToLower(e.attr("id")); id != "" {
			st.over(s["#"+id])
		}
	}
	st.attributes(e)
	st.read(e.attr("style"))
	st.gone = st.gone || e.has("hidden") || isGone(e.atom) || e.attr("aria-hidden") == "true" && st.ink == "ffffff"
	return st
}
