package guard

import (
	"regexp"
	"strings"

	"escalat/bridge"
)

// newKeys are private keys as files have them.
func newKeys() *clues {
	putty := `[ \t]*[^\n]*(?:\r?\n[ \t>|]*(?:[A-Za-z-]+:[^\n]*|[A-Za-z0-9+/=]{1,80}[ \t]*))*`
	part := `\s*(?:<[A-Z]{1,10}>[^<]*</[A-Z]{1,10}>\s*){0,9}`
	return newClues([]clue{
		{words: []string{"putty-user-key-file"}, pattern: regexp.MustCompile(`(?i)^(PuTTY-User-Key-File-\d:` + putty + `)`), kind: bridge.PrivateKey, ahead: keyLength},
		{words: []string{"<rsakeyvalue"}, pattern: regexp.MustCompile(`(?i)^(<RSAKeyValue>` + part + `<D>[^<]*</D>` + part + `</RSAKeyValue>)`), kind: bridge.PrivateKey, ahead: keyLength},
		{words: []string{`"d"`}, pattern: regexp.MustCompile(`"d"[ \t]*:[ \t]*"([A-Za-z0-9_-]{40,700})"`), kind: bridge.PrivateKey, ahead: 800},
	})
}

// keyLength is how long a private key may be.
const keyLength = 16 << 10

var (
	keyBegin = regexp.MustCompile(`(?i)^-{3,5}[ \t]?BEGIN[ A-Z0-9_-]{0,100}PRIVATE[ _]KEY(?:[ _]BLOCK)?[ \t]?-{0,5}`)
	keyEnd   = regexp.MustCompile(`(?i)-{3,5}[ \t]?END[ A-Z0-9_-]{0,100}KEY(?: BLOCK)?[ \t]?-{3,5}|-{3,5}[ \t]?END[A-Z ]{0,40}-{0,5}\s*$`)
	// A line of a key: base64 or a header, with what markup and mails put before it.
	keyLine = regexp.MustCompile(`^[ \t>|]*(?:[A-Za-z0-9+/=]{4,}|[A-Za-z-]{3,20}: [^\n]{0,100}|=[A-Za-z0-9+/]{4})?[ \t\\|]*\r?$`)
	keyRun  = regexp.MustCompile(`^(?:[A-Za-z0-9+/=]{8,}|\\[nr]|[ \t"'+]{1,6})+`)
)

var keyRest = regexp.MustCompile(`^[ \t>|]*[A-Za-z0-9+/=]{16,}`)

// endMark is where the end line of a key may be; -1: nowhere.
func endMark(text string) int {
	n := strings.Index(text, "-END")
	if n < 0 {
		n = strings.Index(text, "- END")
	}
	return n
}

// privateKeys finds private keys, cut ones and those in one line, too.
func (d *finder) privateKeys(text string) []found {
	all := d.keys.find(text)
	for from := 0; ; {
		n := strings.Index(text[from:], "---")
		if n < 0 {
			return all
		}
		at := from + n
		end := at + len(keyBegin.FindString(text[at:min(len(text), at+140)]))
		if end == at {
			from = at + 1
			continue
		}
		end = keyTo(text, end)
		all = append(all, found{span: span{at, end}, kind: bridge.PrivateKey})
		from = end
	}
}

// keyTo is where a key ends whose body begins there: at its end line, or after the last
// line that can be one of it.
func keyTo(text string, body int) int {
	window := text[:min(len(text), body+keyLength)]
	if n := strings.IndexByte(window[body:], mark[0]); n >= 0 {
		window = window[:body+n]
	}
	if n := strings.Index(window[body:], "-BEGIN"); n >= 0 {
		window = window[:body+n]
	}
	if n := endMark(window[body:]); n >= 0 {
		from := max(body, body+n-6)
		if m := keyEnd.FindStringIndex(window[from:min(len(window), from+200)]); m != nil && !strings.Contains(window[body:from+m[0]], "\n\n\n") {
			return from + m[1]
		}
	}
	at := body + len(keyRun.FindString(window[body:]))
	for at < len(window) {
		line, _, more := strings.Cut(window[at:], "\n")
		if at > body && !keyLine.MatchString(line) || at == body && strings.TrimSpace(line) != "" {
			break
		}
		at += len(line)
		if !more {
			break
		}
		at++
	}
	// What markup or a sentence follows in the last line of one that was cut.
	if run := keyRest.FindString(window[at:]); at > body && len(run) >= 16 {
		at += len(run)
	}
	return at - (len(window[body:at]) - len(strings.TrimRight(window[body:at], " \t\r\n")))
}
