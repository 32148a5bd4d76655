package authentic_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// secret is the key of that name out of testdata.
func secret(t testing.TB, name string) crypto.Signer {
	t.Helper()
	raw, err := os.ReadFile("testdata/keys/" + name + ".pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(raw)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(crypto.Signer)
}

// record is what the DNS says of a key.
func record(t testing.TB, key crypto.Signer) string {
	t.Helper()
	switch public := key.Public().(type) {
	case ed25519.PublicKey:
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
	case *rsa.PublicKey:
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			t.Fatal(err)
		}
		return "v=DKIM1; k=rsa; h=sha256; s=email; p=" + base64.StdEncoding.EncodeToString(der)
	}
	t.Fatal("unknown key")
	return ""
}

// seal is how a mail is signed.
type seal struct {
	key, domain, selector, tags string
	fields                      []string
	simpleHeader, simpleText    bool
}

// sign signs a mail (RFC 6376, section 5), written after the words of that document and
// after nothing else; testdata/signed has mails that another program signed.
func sign(t testing.TB, raw string, change ...func(*seal)) string {
	t.Helper()
	s := seal{key: "rsa2048", domain: "claranet.es", selector: "s1", fields: fields()}
	for _, c := range change {
		c(&s)
	}
	key := secret(t, s.key)
	method := "rsa-sha256"
	if _, ok := key.(ed25519.PrivateKey); ok {
		method = "ed25519-sha256"
	}
	header, body, _ := strings.Cut(raw, "\r\n\r\n")
	text := sha256.Sum256([]byte(canonicalText(body, s.simpleText)))
	form := map[bool]string{true: "simple", false: "relaxed"}
	field := "DKIM-Signature: v=1; a=" + method + "; c=" + form[s.simpleHeader] + "/" + form[s.simpleText] + ";\r\n d=" + s.domain + "; s=" + s.selector + ";" + s.tags +
		"\r\n h=" + strings.ToLower(strings.Join(s.fields, ":")) + ";\r\n bh=" + base64.StdEncoding.EncodeToString(text[:]) + ";\r\n b="
	var signed strings.Builder
	lines := regexp.MustCompile(`\r\n([^ \t])`).ReplaceAllString(header, "\r\n\x00$1")
	there := strings.Split(strings.TrimSuffix(lines, "\r\n"), "\r\n\x00")
	for _, name := range s.fields {
		for i, line := range slices.Backward(there) {
			if own, _, _ := strings.Cut(line, ":"); strings.EqualFold(strings.TrimSpace(own), name) {
				signed.WriteString(canonicalField(line, s.simpleHeader) + "\r\n")
				there = slices.Delete(there, i, i+1)
				break
			}
		}
	}
	signed.WriteString(canonicalField(field, s.simpleHeader))
	sum := sha256.Sum256([]byte(signed.String()))
	digest, options := sum[:], crypto.SignerOpts(crypto.SHA256)
	if method != "rsa-sha256" {
		options = crypto.Hash(0)
	}
	signature, err := key.Sign(rand.Reader, digest, options)
	if err != nil {
		t.Fatal(err)
	}
	return field + base64.StdEncoding.EncodeToString(signature) + "\r\n" + raw
}

func canonicalField(field string, simple bool) string {
	if simple {
		return field
	}
	name, value, _ := strings.Cut(field, ":")
	value = regexp.MustCompile(`[ \t]+`).ReplaceAllString(strings.ReplaceAll(value, "\r\n", ""), " ")
	return strings.ToLower(strings.TrimSpace(name)) + ":" + strings.Trim(value, " ")
}

func canonicalText(text string, simple bool) string {
	if !simple {
		text = regexp.MustCompile(`[ \t]+`).ReplaceAllString(text, " ")
		text = strings.ReplaceAll(text+"\r\n", " \r\n", "\r\n")
	}
	text = regexp.MustCompile(`(\r\n)*$`).ReplaceAllString(text, "\r\n")
	if !simple && text == "\r\n" {
		return ""
	}
	return text
}

func without(names ...string) func(*seal) {
	return func(s *seal) {
		s.fields = slices.DeleteFunc(s.fields, func(f string) bool { return slices.Contains(names, f) })
	}
}

func by(domain, selector, key string) func(*seal) {
	return func(s *seal) { s.domain, s.selector, s.key = domain, selector, key }
}

func simple(s *seal) { s.simpleHeader, s.simpleText = true, true }

func tags(list string) func(*seal) { return func(s *seal) { s.tags = " " + list + ";" } }

func moment(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
