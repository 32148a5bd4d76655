package wiki

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLink bounds a link in brackets, maxImage an image, in bytes.
const (
	maxLink  = 4096
	maxImage = 500
)

// link is what stands in brackets.
type link struct {
	kind              Kind
	end               int // 0: no link
	textLo, textHi    int // what shows
	target            string
	whole             bool // what shows is an address: no markup in it
	contentLo, contHi int
}

// linkAt reads the link in brackets at i.
func (p *parser) linkAt(i, hi int) link {
	end, bars := p.bracketEnd(i, hi)
	if end == 0 {
		return link{}
	}
	k := link{kind: Link, end: end + 1, contentLo: i + 1, contHi: end}
	switch content := p.src[i+1 : end]; {
	case content == "":
		return link{}
	case content[0] == '~' && len(bars) == 0:
		k.kind, k.textLo, k.textHi, k.target = Mention, i+2, end, content[1:]
		if k.target == "" || strings.ContainsFunc(k.target, isBlank) {
			return link{}
		}
		return k
	case content[0] == '^':
		if len(bars) > 0 {
			end = bars[0]
		}
		k.kind, k.textLo, k.textHi = File, i+2, end
		k.target = strings.TrimSpace(p.src[i+2 : end])
		if k.target == "" {
			return link{}
		}
		return k
	}
	return p.address(k, bars)
}

// bracketEnd returns where the bracket at i closes, or 0, and the bars inside.
func (p *parser) bracketEnd(i, hi int) (int, []int) {
	var bars []int
	hi = min(hi, i+maxLink)
	for j := i + 1; j < hi; j++ {
		switch p.src[j] {
		case ']':
			return j, bars
		case '[', '\n':
			return 0, nil
		case '|':
			bars = append(bars, j)
		case '\\':
			if n, _ := p.backslash(j, i, hi); n == 2 {
				j++
			}
		}
	}
	return 0, nil
}

// address parts the content of a bracket into what shows and where it goes.
// Text may stand before the first bar and a title, or how Cloud draws the link,
// behind the second; an image's own bars may stand in the text.
func (p *parser) address(k link, bars []int) link {
	if len(bars) == 0 {
		k.textLo, k.textHi = p.trim(k.contentLo, k.contHi)
		k.target, k.whole = p.src[k.textLo:k.textHi], true
		if strings.HasPrefix(k.target, "mailto:") {
			k.textLo += len("mailto:")
		} else if !hasScheme(k.target) {
			return link{}
		}
		return k
	}
	for n, bar := range bars {
		end := k.contHi
		if n+1 < len(bars) {
			end = bars[n+1]
		}
		lo, hi := p.trim(bar+1, end)
		if !isTarget(p.src[lo:hi]) {
			continue
		}
		k.target = p.src[lo:hi]
		k.textLo, k.textHi = p.trim(k.contentLo, bar)
		if k.textLo == k.textHi {
			k.textLo, k.textHi = lo, hi
		}
		shown := p.src[k.textLo:k.textHi]
		k.whole = shown == k.target || hasScheme(shown) && !strings.ContainsFunc(shown, isBlank)
		return k
	}
	return link{}
}

func (p *parser) trim(lo, hi int) (int, int) {
	lo = p.skipBlank(lo, hi, true)
	return lo, p.trimEnd(lo, hi)
}

func hasScheme(s string) bool {
	name, rest, ok := strings.Cut(s, "://")
	return ok && rest != "" && name != "" && !strings.ContainsFunc(name, func(r rune) bool { return r > 'z' || !isWord(r) && r != '+' })
}

// isTarget says whether a link may go to s: people put bars and brackets
// elsewhere, too.
func isTarget(s string) bool {
	for _, prefix := range []string{"mailto:", "tel:", "#", "^", "~", "/", `\\`, "www."} {
		if strings.HasPrefix(s, prefix) && len(s) > len(prefix) {
			return true
		}
	}
	if hasScheme(s) {
		return true
	}
	dot := strings.LastIndexByte(s, '.')
	return dot > 0 && !strings.ContainsFunc(s, isBlank) && unicode.IsLetter(after(s[dot+1:]))
}

func (l *line) readLink(i int) int {
	src := l.p.src
	k := link{}
	if l.links {
		k = l.p.linkAt(i, l.hi)
	}
	if k.end == 0 || l.full() {
		return l.write(i, i+1, "[")
	}
	n := Node{Kind: k.kind, Start: i, End: k.end, InnerStart: k.textLo, InnerEnd: k.textHi, Target: k.target}
	switch {
	case k.kind != Link:
	case k.whole:
		n.Children = []Node{textNode(k.textLo, k.textHi, src[k.textLo:k.textHi])}
	default:
		n.Children = l.p.inline(k.textLo, k.textHi, l.depth+len(l.open)+1, false)
	}
	return l.add(n)
}

// imageAt reads the image at i; its end is 0 when there is none. lo is where
// the text begins that it stands in.
func (p *parser) imageAt(i, lo, hi int) span {
	rest := p.src[i+1 : min(hi, i+maxImage)]
	end := strings.IndexAny(rest, "!\n")
	if end < 3 || rest[end] == '\n' || isWord(before(p.src[lo:i])) || isBlank(after(rest)) || isWord(after(rest[end+1:])) {
		return span{}
	}
	name, _, _ := strings.Cut(rest[:end], "|")
	name = strings.TrimRight(name, " \t")
	if !hasScheme(name) && !hasExtension(name) {
		return span{}
	}
	return span{start: i, innerStart: i + 1, innerEnd: i + 1 + len(name), end: i + end + 2}
}

// hasExtension says whether s ends as a file's name does.
func hasExtension(s string) bool {
	dot := strings.LastIndexByte(s, '.')
	if dot < 1 || len(s)-dot < 3 || len(s)-dot > 6 {
		return false
	}
	return !strings.ContainsFunc(s[dot+1:], func(r rune) bool { return !isWord(r) })
}

// addressEnd returns where the http address ends that begins at i, or 0.
func (l *line) addressEnd(i int) int {
	rest := l.p.src[i:l.hi]
	n := len("http://")
	if strings.HasPrefix(rest, "https://") {
		n++
	} else if !strings.HasPrefix(rest, "http://") {
		return 0
	}
	if !l.links || isWord(before(l.p.src[l.lo:i])) || l.full() {
		return 0
	}
	end, open := n, 0
	for end < len(rest) {
		r, size := utf8.DecodeRuneInString(rest[end:])
		if isBlank(r) || r == joiner || unicode.IsSpace(r) || strings.ContainsRune("<>\"{}|\\^[]`«»“”", r) {
			break
		}
		end += size
	}
	open = strings.Count(rest[n:end], "(") - strings.Count(rest[n:end], ")")
	// What ends a sentence does not belong to the address, nor does a mark that
	// may pair with one outside, nor a bracket that opens outside.
	for end > n && strings.IndexByte(".,;:!?'*_-+~)", rest[end-1]) >= 0 {
		if rest[end-1] == ')' {
			if open >= 0 {
				break
			}
			open++
		}
		end--
	}
	if end == n {
		return 0
	}
	return i + end
}
