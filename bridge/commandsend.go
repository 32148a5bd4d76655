package bridge

import (
	"slices"
	"strings"
	"unicode"
)

// sendChanges reads a command to send what was changed. In two words it is one only
// by itself.
func sendChanges(words []string) Command {
	read := verb(words, []string{"canvis", "canvi", "cambios", "cambio", "changes", "change"})
	switch rest := words[read.words:]; {
	case read.words == 0, read.apart && !idle(rest):
		return Command{}
	case idle(rest):
		return Command{Name: SendChanges, Sure: read.exact}
	default:
		return Command{Name: SendChanges, Args: rest}
	}
}

// sendFiles reads a command to send attachments: those whose names follow on the line,
// which is text, and those that the line shows. In two words it is one only when
// nothing else follows.
func sendFiles(words []string, text string, shown []string) Command {
	read := verb(words, []string{
		"adjunts", "adjunt", "fitxers", "fitxer", "arxius", "arxiu", "adjuntos", "adjunto", "archivos", "archivo", "ficheros", "fichero", "files", "file", "attachments", "attachment",
	})
	if read.words == 0 {
		return Command{}
	}
	names, prose := fileNames(behind(text, 1+read.words))
	if read.apart && prose {
		return Command{}
	}
	for _, name := range shown {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return Command{Name: SendFiles, Args: names, Sure: read.exact && !prose}
}

// said is how a command in two parts was said.
type said struct {
	words int  // how many it takes; none: it was not said
	apart bool // in words of prose
	exact bool // without a slip of the pen
}

// verb reads "send" and one of the things: in one word or, with an article perhaps
// between them, in two.
func verb(words, things []string) said {
	verbs := []string{"envia", "enviar", "envieu", "envie", "send"}
	parts := strings.FieldsFunc(words[0], isHyphen)
	if len(parts) > 1 {
		first, second := letters(parts[0]), letters(strings.Join(parts[1:], ""))
		v, t := nearest(first, verbs), nearest(second, things)
		if v < 0 || t < 0 || v+t > 1 {
			return said{}
		}
		return said{words: 1, exact: v+t == 0}
	}
	first := letters(words[0])
	for _, v := range verbs {
		if rest, ok := strings.CutPrefix(first, v); ok && slices.Contains(things, rest) {
			return said{words: 1, exact: true}
		}
	}
	if !slices.Contains(verbs, first) {
		return said{}
	}
	at := 1
	if at < len(words) && slices.Contains([]string{"els", "l", "los", "el", "the", "all"}, letters(words[at])) {
		at++
	}
	if at == len(words) {
		return said{}
	}
	thing := strings.ToLower(words[at])
	slips := nearest(letters(strings.TrimPrefix(strings.TrimPrefix(thing, "l'"), "l’")), things)
	if slips < 0 {
		return said{}
	}
	return said{words: at + 1, apart: true, exact: slips == 0}
}

// nearest is with how many slips of the pen a word is one of the names, or -1.
func nearest(word string, names []string) int {
	switch {
	case slices.Contains(names, word):
		return 0
	case slices.ContainsFunc(names, func(name string) bool { return slipped(word, name) }):
		return 1
	}
	return -1
}

// idle reports whether the words add nothing to a command.
func idle(words []string) bool {
	rest := slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return slices.Contains([]string{"tots", "todos", "all", "ara", "ja", "ahora", "ya", "now"}, letters(w))
	})
	return alone(rest)
}

// behind is what stands in a text behind so many words.
func behind(text string, words int) string {
	for ; words > 0; words-- {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		end := strings.IndexFunc(text, unicode.IsSpace)
		if end < 0 {
			return ""
		}
		if letters(text[:end]) == "" { // it counts for none
			words++
		}
		text = text[end:]
	}
	return text
}

// maxExtension bounds what stands behind the dot of a file's name, in bytes.
const maxExtension = 8

// fileNames reads the names of files: in quotation marks, parted by commas, or each up
// to its extension, since many have blanks. Prose says that something else stands
// there, which is taken for a name all the same.
func fileNames(text string) (names []string, prose bool) {
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	var open []string // words of a name that has not ended
	end := func() {
		if !idle(open) {
			add(strings.Join(open, " "))
			prose = true
		}
		open = nil
	}
	for {
		text = strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(":([", r) })
		if text == "" {
			break
		}
		if quoted, rest, ok := unquote(text); ok {
			end()
			add(quoted)
			text = rest
			continue
		}
		stop := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' })
		if stop < 0 {
			stop = len(text)
		}
		word, rest := text[:stop], text[stop:]
		text = strings.TrimLeft(rest, ",;")
		word = strings.TrimRight(word, ".:!?)]*@")
		switch {
		case word == "", len(open) == 0 && slices.Contains([]string{"i", "y", "e", "and"}, strings.ToLower(word)):
		case extended(word):
			prose = prose || len(open) > 0
			add(strings.Join(append(open, word), " "))
			open = nil
		default:
			open = append(open, word)
		}
		if len(text) < len(rest) {
			end()
		}
	}
	end()
	return names, prose
}

// unquote reads what stands between quotation marks at the beginning of a text.
func unquote(text string) (quoted, rest string, ok bool) {
	for opening, closing := range quotes() {
		if after, found := strings.CutPrefix(text, opening); found {
			if at := strings.IndexAny(after, closing); at > 0 {
				_, rest, _ := strings.Cut(after[at:], string([]rune(after[at:])[0]))
				return strings.TrimSpace(after[:at]), strings.TrimLeft(rest, ".,;"), true
			}
		}
	}
	return "", "", false
}

// quotes are the marks that close what one opens.
func quotes() map[string]string {
	return map[string]string{`"`: `"`, "'": "'", "«": "»", "“": "”", "„": "“”", "‘": "’", "`": "`"}
}

// extended reports whether a word ends as the name of a file.
func extended(word string) bool {
	dot := strings.LastIndexByte(word, '.')
	if dot < 1 || len(word)-dot-1 > maxExtension {
		return false
	}
	ext := word[dot+1:]
	return ext != "" && !strings.ContainsFunc(ext, func(r rune) bool { return !plain(r) }) && strings.ContainsFunc(ext, unicode.IsLetter)
}

func isHyphen(r rune) bool { return strings.ContainsRune("-\u2010\u2011\u2013", r) }
