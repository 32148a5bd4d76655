package dkim

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// claim is a signature on its way to being verified.
type claim struct {
	Signature
	field                 Field
	method                string // rsa or ed25519
	identity              string // domain of the agent
	selector              string
	simpleHeader          bool
	simpleText            bool
	signature, bodyDigest []byte
	text                  []byte // digest of the text that came
	key                   crypto.PublicKey
}

// parse reads a DKIM-Signature (RFC 6376, section 3.5).
func parse(f Field, at time.Time) claim {
	c := claim{field: f}
	tags, ok := tagList(f.Value())
	c.Domain = strings.ToLower(tags["d"])
	c.selector = tags["s"]
	for name := range strings.SplitSeq(tags["h"], ":") {
		c.Fields = append(c.Fields, strings.ToLower(name))
	}
	switch {
	case !ok || tags["v"] != "1" || !isName(c.Domain) || !isName(c.selector) || !c.agent(tags) ||
		!c.canonical(tags["c"]) || !c.digests(tags) || tags["q"] != "" && !strings.Contains(tags["q"], "dns/txt"):
		c.Why = Malformed
	case !c.algorithm(tags["a"]):
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

// agent reads i=, which must be of the signer's domain or of one below it.
func (c *claim) agent(tags map[string]string) bool {
	c.identity = c.Domain
	if i, ok := tags["i"]; ok {
		c.identity = strings.ToLower(i[strings.LastIndexByte(i, '@')+1:])
	}
	return c.identity == c.Domain || strings.HasSuffix(c.identity, "."+c.Domain)
}

// canonical reads c=: the form of the header and of the text (section 3.4).
func (c *claim) canonical(s string) bool {
	header, text, _ := strings.Cut(s, "/")
	c.simpleHeader, c.simpleText = header == "" || header == "simple", text == "" || text == "simple"
	return (c.simpleHeader || header == "relaxed") && (c.simpleText || text == "relaxed")
}

// algorithm reads a=. SHA-1 proves nothing any more (RFC 8301).
func (c *claim) algorithm(s string) bool {
	method, digest, _ := strings.Cut(s, "-")
	c.method = method
	return digest == "sha256" && (method == "rsa" || method == "ed25519")
}

func (c *claim) digests(tags map[string]string) bool {
	var err, err2 error
	c.signature, err = base64.StdEncoding.DecodeString(tags["b"])
	c.bodyDigest, err2 = base64.StdEncoding.DecodeString(tags["bh"])
	return err == nil && err2 == nil && len(c.signature) > 0 && len(c.bodyDigest) > 0
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

// fetch asks for the key, once for all signatures that have the same.
func (c *claim) fetch(ctx context.Context, lookup func(context.Context, string) ([]string, error), known map[string]found) error {
	name := strings.ToLower(c.selector) + "._domainkey." + c.Domain
	f, ok := known[name]
	if !ok {
		records, err := lookup(ctx, name)
		if err != nil {
			return fmt.Errorf("dkim: key %s: %w", name, err)
		}
		f = readKey(records)
		known[name] = f
	}
	switch {
	case f.why != "":
		c.Why = f.why
	case f.method != c.method, f.exact && c.identity != c.Domain:
		c.Why = BadKey
	}
	c.key = f.key
	return nil
}

// verify compares what was signed with what came.
func (c *claim) verify(header fields) {
	if c.Why != "" {
		return
	}
	if !bytes.Equal(c.text, c.bodyDigest) {
		c.Why = OtherText
		return
	}
	sum := sha256.New()
	taken := map[string]int{}
	for _, name := range c.Fields {
		if f, ok := header.fromBelow(name, taken[name]); ok {
			sum.Write(f.canonical(c.simpleHeader))
			taken[name]++
		}
	}
	own := Field{Name: c.field.Name, raw: withoutSignature(c.field.raw)}
	sum.Write(bytes.TrimSuffix(own.canonical(c.simpleHeader), []byte("\r\n")))
	ok := false
	switch key := c.key.(type) {
	case *rsa.PublicKey:
		ok = rsa.VerifyPKCS1v15(key, crypto.SHA256, sum.Sum(nil), c.signature) == nil
	case ed25519.PublicKey:
		ok = ed25519.Verify(key, sum.Sum(nil), c.signature)
	}
	if !ok {
		c.Why = Wrong
	}
}

// fields are those of a header by their names in lower case, so that a list of
// thousands of names is no work.
type fields map[string][]Field

func byName(header []Field) fields {
	all := fields{}
	for _, f := range header {
		name := strings.ToLower(f.Name)
		all[name] = append(all[name], f)
	}
	return all
}

// fromBelow returns the field of that name with that many below it (section 5.4.2).
func (f fields) fromBelow(name string, below int) (Field, bool) {
	list := f[name]
	if below >= len(list) {
		return Field{}, false
	}
	return list[len(list)-1-below], true
}
