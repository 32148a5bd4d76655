package dkim

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	fieldName = "DKIM-Signature"
	// mostNames bounds the fields that a signature names, for the library looks for
	// each of them in the whole header.
	mostNames = 300
	// mostSigned bounds the other signatures that one signs, for the library reads the
	// text once more for each of them.
	mostSigned = 5
	// mostRecord bounds the record of a key, and with it the time that the key takes.
	mostRecord = 4 << 10
	// skew is how far the clocks of others may be ahead.
	skew = 10 * time.Minute
)

// claim is a signature of interest. It is read here as far as that decides what the
// DNS and the library are asked.
type claim struct {
	Signature
	place    int    // of its field in the header
	identity string // domain of the agent
	key      string // name of the key in the DNS
}

// parse reads a DKIM-Signature (RFC 6376, section 3.5).
func parse(f Field, place int, at time.Time) *claim {
	tags, ok := tagList(f.Value())
	c := &claim{place: place}
	c.Domain = strings.ToLower(tags["d"])
	c.key = strings.ToLower(tags["s"]) + "._domainkey." + c.Domain
	c.identity = c.Domain
	if i, ok := tags["i"]; ok {
		c.identity = strings.ToLower(i[strings.LastIndexByte(i, '@')+1:])
	}
	c.Fields = strings.Split(strings.ToLower(tags["h"]), ":")
	switch {
	case !ok || !isName(c.Domain) || !isName(tags["s"]) || !c.bounded():
		c.Why = Malformed
	case tags["a"] != "rsa-sha256" && tags["a"] != "ed25519-sha256": // SHA-1 proves nothing any more (RFC 8301)
		c.Why = WeakMethod
	case has(tags, "l"):
		c.Why = PartOfText
	case !slices.Contains(c.Fields, "from"):
		c.Why = NoFrom
	default:
		c.Why = inTime(tags, at)
	}
	return c
}

// bounded reports whether the library may be asked for the signed fields.
func (c *claim) bounded() bool {
	signed := 0
	for _, name := range c.Fields {
		if strings.EqualFold(name, fieldName) {
			signed++
		}
		if strings.ContainsFunc(name, notInName) {
			return false
		}
	}
	return len(c.Fields) <= mostNames && signed <= mostSigned
}

// permits reads in the record of the key what the library does not: whether the
// signer is only testing, whether its agents may be of domains below, and that there
// is one record and not a huge one (RFC 6376, section 3.6.1).
func (c *claim) permits(records []string) Why {
	switch {
	case len(records) != 1:
		return NoKey
	case len(records[0]) > mostRecord:
		return BadKey
	}
	tags, ok := tagList(records[0])
	flags := strings.Split(tags["t"], ":")
	switch {
	case !ok:
		return BadKey
	case tags["p"] == "": // none, or revoked
		return NoKey
	case slices.Contains(flags, "y"):
		return Testing
	case slices.Contains(flags, "s") && c.identity != c.Domain:
		return BadKey
	}
	return ""
}

// tagList reads "a=b; c=d". Blanks count nowhere in the values that are used here.
func tagList(s string) (map[string]string, bool) {
	tags := map[string]string{}
	for part := range strings.SplitSeq(s, ";") {
		if strings.Trim(part, " \t") == "" {
			continue
		}
		name, value, ok := strings.Cut(part, "=")
		name = strings.Trim(name, " \t")
		if _, twice := tags[name]; !ok || twice || name == "" {
			return tags, false
		}
		tags[name] = withoutBlanks(value)
	}
	return tags, true
}

func withoutBlanks(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, s)
}

func has(tags map[string]string, name string) bool {
	_, ok := tags[name]
	return ok
}

// isName reports whether s can stand in a name of the DNS. Everything else would
// ask for another name than the one that is compared.
func isName(s string) bool {
	if len(s) > 200 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}

// inTime judges t= and x=.
func inTime(tags map[string]string, at time.Time) Why {
	begin, ok := seconds(tags, "t")
	end, ok2 := seconds(tags, "x")
	switch {
	case !ok || !ok2:
		return Malformed
	case has(tags, "t") && has(tags, "x") && end <= begin:
		return Malformed
	case has(tags, "t") && begin > at.Add(skew).Unix():
		return Future
	case has(tags, "x") && end < at.Unix():
		return Expired
	}
	return ""
}

// seconds reads a time, of at most twelve digits (section 3.5).
func seconds(tags map[string]string, name string) (int64, bool) {
	s, there := tags[name]
	if !there {
		return 0, true
	}
	n, err := strconv.ParseUint(s, 10, 63)
	return int64(n), err == nil && len(s) <= 12
}
