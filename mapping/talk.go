package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/mapping/wiki"
)

// signed says whether a line ends the open value as it does a mail: what follows
// is a signature.
func (r *reader) signed(l *line) bool {
	if r.open == nil || r.open.empty {
		return false
	}
	text := r.page.text(l)
	text = text[mailLead(text):]
	return text == "--" || len(text) > 2 && strings.Trim(text, "_") == ""
}

// closed says whether the line i stands below a block shown as it is: that ended
// the value, with what stands right behind its tag.
func (r *reader) closed(i int) bool {
	if behind, glued := r.behindBlock(i); behind {
		return !glued
	}
	behind, glued := r.behindBlock(i - 1)
	return behind && glued
}

// behindBlock says whether the line i is the first behind a block of the open
// value, and whether it stands on the line of the block's tag.
func (r *reader) behindBlock(i int) (behind, glued bool) {
	if i-1 <= r.open.line {
		return false, false
	}
	l, last := &r.page.lines[i], &r.page.lines[i-1]
	if r.literal(l.frame) || !r.literal(last.frame) {
		return false, false
	}
	from, to := r.frames[last.frame].end, int(r.start[l.from])
	return true, from >= to || !strings.Contains(r.source[from:to], "\n")
}

// speaks says whether a line of a comment speaks to somebody, to us, or announces
// what is meant for a provider or for nobody else; neither is part of a value.
func (r *reader) speaks(l *line) bool {
	text := r.page.text(l)
	if strings.HasPrefix(text, string(object)) && !r.open.empty {
		for _, s := range r.path(l.from) {
			if s.node.Kind == wiki.Mention {
				return true
			}
		}
	}
	begin, _ := decoration(text)
	text = text[begin:min(len(text), begin+maxLabel)]
	return isCommand(text) || isAside(text) || isAddressed(text)
}

// isCommand says whether a line speaks to us, whatever slip its first word holds.
func isCommand(text string) bool {
	first, rest, _ := strings.Cut(normal(text), " ")
	return first == "escalat" || strings.HasPrefix(rest, "envia") && slip([]rune("escalat"), []rune(first)) < 2
}

// asides begin a line that is for colleagues, in lower case.
var asides = []string{"cc:", "cc ", "c.c.", "pd:", "pd.", "p.d.", "p. d.", "ps:", "ps.", "p.s.", "nota interna", "(intern", "[intern", "intern:", "interna:", "interno:", "internal:", "ús intern", "uso interno"}

func isAside(text string) bool {
	text = strings.ToLower(text)
	for _, begin := range asides {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return false
}

// isAddressed says whether a line begins with whom it speaks to: @name, “Per a
// Claranet:”, “Per a Claranet, …”, “Per a l’equip de Claranet: …”.
func isAddressed(text string) bool {
	if rest, ok := strings.CutPrefix(text, "@"); ok {
		first, _ := utf8.DecodeRuneInString(rest)
		return unicode.IsLetter(first)
	}
	for _, to := range []string{"per a ", "para "} {
		if len(text) <= len(to) || !strings.EqualFold(text[:len(to)], to) {
			continue
		}
		rest := text[len(to):]
		end := strings.IndexAny(rest, ":,")
		if end <= 0 || end >= 40 {
			return false
		}
		name := rest[:end]
		for _, team := range []string{"l’equip de ", "l'equip de ", "el equipo de ", "els companys de ", "los compañeros de ", "els de ", "los de "} {
			if len(name) > len(team) && strings.EqualFold(name[:len(team)], team) {
				name = name[len(team):]
				break
			}
		}
		first, _ := utf8.DecodeRuneInString(name)
		return !strings.Contains(name, " ") && (rest[end] == ':' || unicode.IsUpper(first))
	}
	return false
}

// senders name who wrote a mail in its header, headers what else stands there, and
// forwards stand above it; by normal.
var (
	senders  = wordSet("de", "from", "remitent", "remitente", "enviat per", "enviado por")
	headers  = wordSet("assumpte", "asunto", "subject", "tema", "enviat", "enviat el", "enviado", "enviado el", "sent", "sent on")
	forwards = wordSet("missatge original", "mensaje original", "original message", "missatge reenviat", "mensaje reenviado", "forwarded message", "begin forwarded message")
)

// maxHeader bounds how many lines of a mail's header are looked at.
const maxHeader = 7

// mailHead says whether a mail begins with the line i that somebody answers or
// sends on.
func (r *reader) mailHead(i int) bool {
	text := r.page.text(&r.page.lines[i])
	if r.literal(r.page.lines[i].frame) || len(text) > 2*maxLabel {
		return false
	}
	if forwards[normal(text)] || hasWritten(text) {
		return true
	}
	below := func(n int) string {
		if i+n >= len(r.page.lines) {
			return ""
		}
		return r.page.text(&r.page.lines[i+n])
	}
	if word := normal(text); (strings.HasPrefix(word, "el ") || strings.HasPrefix(word, "on ")) && strings.ContainsAny(word, "0123456789") && hasWritten(below(1)) {
		return true
	}
	if !senders[header(text)] {
		return false
	}
	for n := 1; n < maxHeader; n++ {
		if headers[header(below(n))] {
			return true
		}
	}
	return false
}

// header returns what stands before the colon, by normal.
func header(text string) string {
	begin, _ := decoration(text)
	name, _, ok := strings.Cut(text[begin:min(len(text), begin+40)], ":")
	if !ok {
		return ""
	}
	return normal(name)
}

// hasWritten says whether a line ends as what mail programs put above a quote:
// “El dl., 22 de nov. 2026, Anna va escriure:”.
func hasWritten(text string) bool {
	text = strings.TrimRightFunc(text, isBlankRune)
	if len(text) > 2*maxLabel || !strings.HasSuffix(text, ":") {
		return false
	}
	word := " " + normal(text)
	for _, wrote := range []string{" va escriure", " ha escrit", " escribio", " ha escrito", " wrote"} {
		if strings.HasSuffix(word, wrote) {
			return true
		}
	}
	return false
}
