package authentic

import (
	"slices"
	"strconv"
	"strings"

	"escalat/bridge/message"
)

// mostLinks is the longest chain that there may be (RFC 8617, section 4.2.1 allows 50;
// a mail that more than a few of our own forwarders have sealed went in a circle).
const mostLinks = 10

// link is one of a chain of forwarders.
type link struct{ results, signature, seal []string }

// chain gathers the links that the sender brought.
func chain(header []message.Field) (map[string]*link, bool) {
	links := map[string]*link{}
	for _, f := range header {
		var list func(*link) *[]string
		switch {
		case f.Is("ARC-Authentication-Results"):
			list = func(l *link) *[]string { return &l.results }
		case f.Is("ARC-Message-Signature"):
			list = func(l *link) *[]string { return &l.signature }
		case f.Is("ARC-Seal"):
			list = func(l *link) *[]string { return &l.seal }
		default:
			continue
		}
		i := tag(f.Value, "i")
		if links[i] == nil {
			if len(links) == mostLinks {
				return nil, false
			}
			links[i] = &link{}
		}
		values := list(links[i])
		*values = append(*values, f.Value)
	}
	return links, len(links) > 0
}

// sealedBy reports whether the mail carries one whole chain, and nobody but the
// configured sealers had a hand in it. That the seals are genuine is the border's
// to say.
func (p Policy) sealedBy(header []message.Field) bool {
	links, ok := chain(header)
	if !ok || len(p.Sealers) == 0 {
		return false
	}
	for i := 1; i <= len(links); i++ {
		l := links[strconv.Itoa(i)]
		if l == nil || len(l.results) != 1 || len(l.signature) != 1 || len(l.seal) != 1 {
			return false
		}
		validation := "pass"
		if i == 1 {
			validation = "none"
		}
		signed := strings.Split(strings.ToLower(tag(l.signature[0], "h")), ":")
		if tag(l.seal[0], "cv") != validation || !p.isSealer(tag(l.seal[0], "d")) || !p.isSealer(tag(l.signature[0], "d")) ||
			!slices.Contains(signed, "from") || tag(l.signature[0], "l") != "" {
			return false
		}
	}
	return true
}

func (p Policy) isSealer(domain string) bool { return isBelowAny(domainOf(domain), p.Sealers) }

// arcPasses reports whether the border found the chain unbroken, and the first link
// that DMARC passed. That it says in a comment, as Google does; or it names the
// oldest signature that still holds, and then the first link's own words count.
func (v *verdict) arcPasses(header []message.Field) bool {
	if v.arc.value != "pass" {
		return false
	}
	for _, comment := range v.arc.comments {
		if passed, ok := sealedDomain(comment); ok {
			return passed == v.domain
		}
	}
	if v.arc.props["header.oldest-pass"] == "" {
		return false
	}
	links, _ := chain(header)
	rest, ok := instance(links["1"].results[0])
	_, results, readable := readResults(rest, false)
	if !ok || !readable {
		return false
	}
	first := verdict{from: v.from, domain: v.domain}
	for i := range results {
		first.take(&results[i])
	}
	return first.dmarcPass && !first.dmarcFail
}

// sealedDomain reads "i=1 spf=pass spfdomain=a dkim=pass dkdomain=a dmarc=pass
// fromdomain=a" and returns the domain for which DMARC passed, empty when for none.
func sealedDomain(comment string) (string, bool) {
	words := strings.Split(comment, " ")
	said := map[string]string{}
	for _, word := range words {
		key, value, ok := strings.Cut(word, "=")
		if _, twice := said[key]; !ok || twice || strings.ContainsAny(value, "=\"\\();,") {
			return "", false
		}
		said[key] = strings.ToLower(value)
	}
	if said["i"] == "" || said["dmarc"] != "pass" {
		return "", said["i"] != ""
	}
	return domainOf(said["fromdomain"]), true
}

// tag returns the value of a tag in "a=b; c=d", without blanks; of one that stands
// twice nothing.
func tag(value, name string) string {
	found := ""
	for part := range strings.SplitSeq(value, ";") {
		key, v, ok := strings.Cut(part, "=")
		if !ok || strings.TrimSpace(key) != name {
			continue
		}
		if found != "" {
			return ""
		}
		found = strings.Join(strings.Fields(v), "")
	}
	return found
}
