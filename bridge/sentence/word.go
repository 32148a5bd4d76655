package sentence

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The punctuation that stands at a word's edges and is none of it. The marks of
// markup among it stay.
const (
	opening = `([{"'«“‘¿¡*_|<,;:.…`
	closing = `.,;:!?…)]}"'»”’*_|>`
)

// edges divides a word into the punctuation around it and its core.
func edges(word string) (lead, core, trail string) {
	core = word
	if isPath(word) {
		return "", strings.TrimRight(word, ".,;:!?…)]}\"'»”*"), word[len(strings.TrimRight(word, ".,;:!?…)]}\"'»”*")):]
	}
	for core != "" {
		r, size := utf8.DecodeRuneInString(core)
		if r == '\\' && len(core) > 1 && isEscaped(core[1]) {
			size = 2
		} else if !strings.ContainsRune(opening, r) {
			break
		}
		core = core[size:]
	}
	lead = word[:len(word)-len(core)]
	core = strings.TrimRight(core, closing)
	if strings.HasSuffix(core, "(") && len(lead)+len(core) < len(word) && word[len(lead)+len(core)] == ')' {
		core = word[len(lead) : len(lead)+len(core)+1] // of a function: obre()
	}
	for len(core) > 1 && core[len(core)-1] == '\\' && len(core)+len(lead) < len(word) && isEscaped(word[len(lead)+len(core)]) {
		core = strings.TrimRight(core[:len(core)-1], closing)
	}
	return lead, core, word[len(lead)+len(core):]
}

// isEscaped says whether a backslash makes the character plain in Jira's markup.
func isEscaped(c byte) bool { return strings.IndexByte("-#*_+?^~|%{}[]()!@", c) >= 0 }

// isPath says whether a word begins as a path does.
func isPath(word string) bool {
	for _, start := range []string{"/", "./", "../", "~/", `\\`} {
		if rest, ok := strings.CutPrefix(word, start); ok && rest != "" {
			r, _ := utf8.DecodeRuneInString(rest)
			return isWordRune(r) || r == '.' || r == '_' || r == '*'
		}
	}
	return len(word) > 2 && word[1] == ':' && (word[2] == '\\' || word[2] == '/')
}

// technical says whether a word without its punctuation stays as it is whatever
// stands around it: an address, a path, a number, an identifier.
func technical(core string) bool {
	if len(core) > maxSpoken || isPath(core) || isFlag(core) {
		return true
	}
	if strings.HasSuffix(core, "(") || strings.Contains(core, "()") {
		return true // a function
	}
	signs := false
	for _, r := range core {
		switch {
		case unicode.IsDigit(r):
			return true
		case unicode.IsLetter(r), unicode.IsMark(r), strings.ContainsRune("'’-‐‑·()", r):
		case strings.ContainsRune("./:", r):
			signs = true
		default:
			return true
		}
	}
	if signs {
		return technicalSigns(core)
	}
	for part := range strings.FieldsFuncSeq(core, func(r rune) bool { return strings.ContainsRune("'’-‐‑()", r) }) {
		if isCamel(part) {
			return true
		}
	}
	return false
}

// maxSpoken bounds a word that somebody speaks, in bytes.
const maxSpoken = 80

// isFlag says whether a word is an option of a command: -v, --verbose.
func isFlag(core string) bool {
	rest := strings.TrimPrefix(core, "--")
	return rest != "" && (rest != core || len(core) == 2 && core[0] == '-')
}

// isCamel says whether capitals stand inside a word of both cases: VoIP, openLDAP,
// APIs.
func isCamel(word string) bool {
	lower, inner := false, false
	for i, r := range word {
		lower = lower || unicode.IsLower(r)
		inner = inner || i > 0 && unicode.IsUpper(r)
	}
	return lower && inner
}

// technicalSigns judges a word of letters with points, slashes or colons inside.
func technicalSigns(core string) bool {
	switch {
	case strings.Contains(core, "://"):
		return true
	case strings.Contains(core, "/"):
		parts := strings.Split(core, "/")
		for _, part := range parts {
			if isCapitals(part) || strings.ContainsAny(part, ".:") && technical(part) {
				return true
			}
		}
		return len(parts) > 3
	case strings.Contains(core, ":"):
		for part := range strings.SplitSeq(core, ":") {
			if part != "" && technical(part) {
				return true
			}
		}
		return strings.Contains(core, "::")
	}
	return isHost(core)
}

// isHost says whether a word of letters with points inside names a host or a file,
// and is not an abbreviation or the end of a sentence without its blank.
func isHost(core string) bool {
	labels := strings.Split(core, ".")
	last := labels[len(labels)-1]
	if last != strings.ToLower(last) && last != strings.ToUpper(last) {
		return false
	}
	long := 0
	for _, label := range labels {
		if utf8.RuneCountInString(label) > 1 {
			long++
		}
	}
	if long == 0 || long == 1 && len(last) == 1 {
		return false // p.ex., S.A.
	}
	return endings[strings.ToLower(last)] || len(labels) > 2 || strings.Contains(core, "-")
}

// endings are those of hosts and files that stand in what people write.
var endings = set(`cat es com net org edu gov eu info biz io dev app cloud local lan int intra internal corp home arpa uk fr de pt
	conf cfg ini yml yaml json xml xsd wsdl toml env properties log txt csv tsv md pdf doc docx xls xlsx ppt pptx odt ods
	odp rtf html htm css js ts jsp jspx php asp aspx svc do py sh bash bat cmd ps exe dll msi jar war ear class java sql
	dump bak tmp gz tgz tar zip rar iso img png jpg jpeg gif svg bmp tif tiff eml msg pcap cap pem crt cer key csr pfx
	jks so ko service socket timer vhd vmdk ova qcow svg mo po db dat bin old lock pid`)

// isCapitals says whether a word is of two capitals or more.
func isCapitals(word string) bool {
	n := 0
	for _, r := range word {
		if !unicode.IsUpper(r) {
			if r == '-' || r == '·' {
				continue
			}
			return false
		}
		n++
	}
	return n > 1
}

// elided divides an article or preposition that lost its vowel from its word.
func elided(core string) (head, rest string) {
	if len(core) < 3 || !strings.ContainsRune("lLdDsSnNmMtT", rune(core[0])) {
		return "", core
	}
	for _, apostrophe := range []string{"'", "’"} {
		if strings.HasPrefix(core[1:], apostrophe) {
			return core[:1+len(apostrophe)], core[1+len(apostrophe):]
		}
	}
	return "", core
}
