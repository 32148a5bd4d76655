package authentic

import (
	"strings"

	"github.com/emersion/go-msgauth/authres"
	"golang.org/x/net/publicsuffix"
)

// verdict gathers what the border's fields say about the domain of the From.
type verdict struct {
	seen                           bool // the border has said something
	dmarcPass, dmarcFail, dkimPass bool
}

// add reads one field. One that cannot be read without doubt says nothing.
func (v *verdict) add(value, authserv, domain string) {
	plain, ok := plainResults(value)
	if !ok {
		return
	}
	id, results, err := authres.Parse(plain)
	if err != nil || authserv == "" || !strings.EqualFold(id, authserv) {
		return
	}
	v.seen = true
	for _, result := range results {
		switch r := result.(type) {
		case *authres.DMARCResult:
			if r.Value == authres.ResultPass && domainOf(r.From) == domain {
				v.dmarcPass = true
			} else if r.Value != authres.ResultNone {
				v.dmarcFail = true
			}
		case *authres.DKIMResult:
			signer := r.Domain
			if signer == "" {
				signer = domainOf(r.Identifier) // what some borders write instead
			}
			v.dkimPass = v.dkimPass || r.Value == authres.ResultPass && aligned(signer, domain)
		}
	}
}

// aligned is DMARC's relaxed alignment (RFC 7489, section 3.1): both belong to
// the same organisation.
func aligned(signer, domain string) bool {
	signer, domain = domainOf(signer), domainOf(domain)
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

// plainResults takes comments and quoted strings out of a field before it is
// parsed by splitting at semicolons and blanks: senders can put words of their
// own into both. It reports false for a field that is not well formed or says
// something twice.
func plainResults(value string) (string, bool) {
	plain, ok := withoutComments(value)
	if !ok {
		return "", false
	}
	for result := range strings.SplitSeq(plain, ";") {
		seen := map[string]bool{}
		for word := range strings.FieldsSeq(result) {
			key, _, isParam := strings.Cut(strings.ToLower(word), "=")
			if isParam && seen[key] {
				return "", false
			}
			seen[key] = true
		}
	}
	return plain, true
}

// withoutComments replaces comments by blanks and, in quoted strings (RFC 5322,
// section 3.2), every character that could end a word. It reports false when
// one of them does not end.
func withoutComments(s string) (string, bool) {
	var b strings.Builder
	depth, quoted, escaped := 0, false, false
	for _, r := range s {
		switch {
		case escaped:
			escaped = false
			if depth == 0 {
				b.WriteRune(inQuotes(r))
			}
		case r == '\\' && (quoted || depth > 0):
			escaped = true
		case quoted:
			if quoted = r != '"'; quoted {
				b.WriteRune(inQuotes(r))
			}
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			if depth--; depth == 0 {
				b.WriteByte(' ')
			}
		case depth > 0:
		case r == '"':
			quoted = true
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), depth == 0 && !quoted && !escaped
}

func inQuotes(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".@-_+", r) {
		return r
	}
	return '_'
}
