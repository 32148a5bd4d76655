package authentic

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// verdict gathers what the border's fields say about the sender.
type verdict struct {
	from, domain string // of the From, lower case

	seen   bool // the border has said something
	broken bool // it has said something that cannot be read without doubt

	dmarcPass, dmarcFail        bool
	dkimPass, spfPass, authPass bool
	arc                         *result
	sealed                      bool // an unbroken chain of forwarders vouches for it
}

// add reads one field, which is the border's when it names its authserv-id. Microsoft's
// names none.
func (v *verdict) add(value, authserv string, microsoft bool) {
	id, results, ok := readResults(value, microsoft)
	switch {
	case authserv == "" && !microsoft:
		return
	case !ok:
		// Whose field it is can no longer be said: where it may be the border's, it may
		// have said no.
		v.broken = v.broken || microsoft || strings.Contains(strings.ToLower(value), strings.ToLower(authserv))
		return
	case !microsoft && !strings.EqualFold(id, authserv):
		return
	}
	v.seen = true
	for i := range results {
		v.take(&results[i])
	}
}

func (v *verdict) take(r *result) {
	pass := r.value == "pass"
	switch r.method {
	case "dmarc":
		switch {
		case pass && domainOf(r.props["header.from"]) == v.domain:
			v.dmarcPass = true
		case r.value != "none" && r.value != "bestguesspass": // Microsoft's for none that would pass
			v.dmarcFail = true
		}
	case "dkim":
		signer := r.props["header.d"]
		if signer == "" {
			signer = r.props["header.i"] // what some borders write instead
		}
		v.dkimPass = v.dkimPass || pass && aligned(domainOf(signer), v.domain)
	case "spf":
		v.spfPass = v.spfPass || pass && aligned(domainOf(strings.Trim(r.props["smtp.mailfrom"], "<>")), v.domain)
	case "auth":
		v.authPass = v.authPass || pass && strings.EqualFold(r.props["smtp.auth"], v.from)
	case "arc":
		if v.arc == nil {
			v.arc = r
		} else {
			v.arc = &result{} // of two chains none
		}
	}
}

// aligned is DMARC's relaxed alignment (RFC 7489, section 3.1): both belong to
// the same organisation.
func aligned(signer, domain string) bool {
	if signer == "" || domain == "" {
		return false
	}
	if signer == domain {
		return true
	}
	a, errA := publicsuffix.EffectiveTLDPlusOne(signer)
	b, errB := publicsuffix.EffectiveTLDPlusOne(domain)
	return errA == nil && errB == nil && a == b
}

// result is one of a field: "method=value property=value".
type result struct {
	method, value string // lower case
	props         map[string]string
	comments      []string
}

// readResults reads an Authentication-Results (RFC 8601, section 2.2), or, without id,
// Microsoft's form of it, which begins with the first result and in former years had
// the recipient's domain between two. It reports false for a field that is not well
// formed or says something twice: senders can put words of their own into it.
func readResults(value string, withoutID bool) (id string, results []result, ok bool) {
	all, ok := segments(value)
	if !ok || len(all) == 0 {
		return "", nil, false
	}
	if !withoutID {
		words := all[0].words
		if len(words) == 0 || len(words) > 2 || len(words) == 2 && words[1] != "1" || strings.Contains(words[0], "=") {
			return "", nil, false
		}
		id, all = words[0], all[1:]
	}
	for _, s := range all {
		switch {
		case len(s.words) == 0, len(s.words) == 1 && strings.EqualFold(s.words[0], "none"):
			continue
		case withoutID && len(s.words) == 1 && !strings.Contains(s.words[0], "="):
			continue
		}
		r, ok := readResult(s)
		if !ok {
			return "", nil, false
		}
		results = append(results, r)
	}
	return id, results, true
}

func readResult(s segment) (result, bool) {
	r := result{props: map[string]string{}, comments: s.comments}
	for i, word := range s.words {
		key, value, ok := strings.Cut(word, "=")
		key = strings.ToLower(key)
		if _, twice := r.props[key]; !ok || twice || key == "" {
			return r, false
		}
		if i > 0 {
			r.props[key] = value
			continue
		}
		method, version, versioned := strings.Cut(key, "/")
		if versioned && version != "1" {
			return r, false
		}
		r.method, r.value = method, strings.ToLower(value)
	}
	return r, true
}

// segment is what stands between two semicolons.
type segment struct {
	words    []string
	comments []string
}

// segments splits a field at semicolons and blanks, once comments and quoted strings
// (RFC 5322, section 3.2) are out of the way. It reports false when one of them does
// not end.
func segments(value string) ([]segment, bool) {
	var r scanner
	for _, c := range value {
		r.next(c)
	}
	r.endSegment()
	return r.all, r.depth == 0 && !r.quoted && !r.escaped
}

// scanner reads a field sign by sign.
type scanner struct {
	all             []segment
	now             segment
	word, comment   strings.Builder
	depth           int // of comments
	quoted, escaped bool
}

func (r *scanner) next(c rune) {
	switch {
	case r.depth > 0:
		r.inComment(c)
	case r.escaped:
		r.escaped = false
		r.word.WriteRune(inQuotes(c))
	case r.quoted && c == '\\':
		r.escaped = true
	case c == '"':
		r.quoted = !r.quoted
	case r.quoted:
		r.word.WriteRune(inQuotes(c))
	case c == '(':
		r.endWord()
		r.depth = 1
	case c == ';':
		r.endSegment()
	case c == ' ' || c == '\t':
		r.endWord()
	default:
		r.word.WriteRune(c)
	}
}

func (r *scanner) inComment(c rune) {
	switch {
	case r.escaped:
		r.escaped = false
	case c == '\\':
		r.escaped = true
		return
	case c == '(':
		r.depth++
	case c == ')':
		if r.depth--; r.depth == 0 {
			r.now.comments = append(r.now.comments, r.comment.String())
			r.comment.Reset()
			return
		}
	}
	r.comment.WriteRune(c)
}

func (r *scanner) endWord() {
	if r.word.Len() > 0 {
		r.now.words = append(r.now.words, r.word.String())
		r.word.Reset()
	}
}

func (r *scanner) endSegment() {
	r.endWord()
	r.all = append(r.all, r.now)
	r.now = segment{}
}

// inQuotes is what is left of a sign in a quoted string: nothing that could end a word
// or begin another.
func inQuotes(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".@-_+", r) {
		return r
	}
	return '_'
}
