package guard

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/bridge"
)

// label is a word that a secret follows.
type label struct {
	span
	in    *finder
	kind  bridge.Private
	sort  labelSort
	ident bool // a part of an identifier, as in DB_PASSWORD
}

// labelSort says how much a word promises.
type labelSort int

const (
	strong labelSort = iota // it means nothing else
	weak                    // it is an everyday word, too
	pin
	phrase // several words may follow
	token
)

// labelWords are the words with their sorts.
func labelWords() map[labelSort][]string {
	return map[labelSort][]string{
		strong: {
			"contrasenya", "contrasenyes", "contrassenya", "contrasenña", "contraseña", "contraseÑa", "contraseñas", "contraseÑas",
			"contrasena", "contrasenas", "contrasen\u0303a", "contrase\ufffda", "password", "passwords", "passwort", "passwd", "pwd", "pswd", "passcode", "pasword", "userpass", "storepass", "keypass", "psk", "psksecret", "pre-shared key", "preshared key", "clau precompartida", "clave precompartida",
			"clau d'accés", "clau d’accés", "clau d'acces", "clau d’acces", "clau de pas", "clau wifi", "clau wi-fi", "clau del wifi", "clau de la wifi",
			"clave de acceso", "clave wifi", "clave wi-fi", "clave del wifi", "clave de la wifi", "mot de pas", "paraula de pas", "palabra de paso",
			"codi d'accés", "codi d’accés", "codi d'acces", "código de acceso", "codigo de acceso",
		},
		weak:   {"pass", "clau", "claus", "clave", "claves", "psw", "pw", "paswd"},
		pin:    {"pin", "puk"},
		phrase: {"passphrase", "frase de pas", "frase de paso", "frase clau", "frase clave"},
		token: {
			"token", "api key", "api-key", "api_key", "apikey", "access key", "access_key", "access-key", "accesskey", "secret", "secreto",
			"client_secret", "clientsecret", "client secret", "client-secret", "secret key", "secret_key", "secretkey", "clau api", "clau d'api", "clave api", "clave de api",
			"sessionid", "session id", "session_id", "sessió id", "bearer", "private_key", "privatekey", "accountkey", "sharedaccesskey",
		},
	}
}

// lowerRune makes ASCII letters small: the search knows no others.
func lowerRune(r rune) rune {
	if r < utf8.RuneSelf {
		return rune(lower(byte(r)))
	}
	return r
}

// labelsIn are the words that stand in a text as such, the longest of those that overlap.
func (d *finder) labelsIn(text string) []label {
	var all []label
	d.labels.each(text, func(s sighting) {
		made := label{in: d, span: span{s.at, s.at + d.labels.length[s.word]}, sort: d.sorts[s.word], kind: bridge.PrivatePassword}
		if made.sort == token {
			made.kind = bridge.PrivateToken
		}
		if !made.bounded(text) {
			return
		}
		for len(all) > 0 && all[len(all)-1].start >= made.start {
			all = all[:len(all)-1]
		}
		if last := len(all) - 1; last >= 0 && all[last].end >= made.end {
			return
		}
		all = append(all, made)
	})
	return all
}

// Parts of an identifier after the word that leave its meaning as it is.
const suffixes = " value text plain admin root user db prod pro pre dev test new old nova nueva confirm confirmation again repeat 1 2 3 01 02 "

// bounded takes the whole word or part of an identifier, and refuses a part of a word.
func (l *label) bounded(text string) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:l.start])
	first, _ := utf8.DecodeRuneInString(text[l.start:])
	switch {
	case l.start == 0:
	case before == '=' && text[l.start-1] == '=' && l.start > 1 && isWord(text[l.start-2]): // it is a value itself
		return false
	case before == '/' && inPath(text[max(0, l.start-40):l.start-1]):
		return false
	case before == '_' || before == '.' || before == '-':
		l.ident = l.start > 1 && isWord(text[l.start-2])
	case unicode.IsLetter(before) || unicode.IsDigit(before):
		hump := unicode.IsUpper(first) && !unicode.IsUpper(before)
		if l.sort == pin || !hump && (l.sort != strong || unicode.IsUpper(before) != unicode.IsUpper(first)) {
			return false
		}
		l.ident = true
	}
	return l.suffixed(text)
}

// inPath reports whether a text ends with a part of a path: /etc.
func inPath(text string) bool {
	return strings.HasSuffix(strings.TrimRightFunc(text, func(r rune) bool { return r < utf8.RuneSelf && isName(byte(r)) }), "/")
}

// suffixed takes what belongs to the identifier behind the word.
func (l *label) suffixed(text string) bool {
	rest := text[l.end:]
	n := 0
	for n < len(rest) && n < 24 && isName(rest[n]) {
		n++
	}
	after, _ := utf8.DecodeRuneInString(rest[n:])
	if n == 0 {
		return !unicode.IsLetter(after) && !unicode.IsMark(after)
	}
	tail := strings.ToLower(strings.TrimRight(rest[:n], ".-"))
	if tail == "" {
		return true
	}
	if strings.Contains(suffixes, " "+strings.TrimLeft(tail, "_.-")+" ") {
		l.end, l.ident = l.end+len(tail), true
		return true
	}
	return false
}
