package dkim

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"slices"
	"strings"
)

// RSA keys are of at least 1024 bits (RFC 8301, section 3.2), and not of so many that
// verifying would take long.
const (
	leastBits = 1024
	mostBits  = 8192
)

// found is what the DNS says of a key.
type found struct {
	why    Why
	method string
	key    crypto.PublicKey
	exact  bool // the agent must be of the signer's very domain
}

// readKey reads a key record (RFC 6376, section 3.6.1). Several records have no
// meaning, so there must be one.
func readKey(records []string) found {
	if len(records) != 1 {
		return found{why: NoKey}
	}
	tags, ok := tagList(records[0])
	version, versioned := tags["v"]
	switch {
	case !ok || versioned && version != "DKIM1":
		return found{why: BadKey}
	case tags["p"] == "": // none, or revoked
		return found{why: NoKey}
	case !names(tags, "h", "sha256") || !names(tags, "s", "email", "*"):
		return found{why: BadKey}
	case has(tags, "t") && slices.Contains(strings.Split(tags["t"], ":"), "y"):
		return found{why: Testing}
	}
	f := found{method: "rsa", exact: slices.Contains(strings.Split(tags["t"], ":"), "s")}
	if k := tags["k"]; k != "" {
		f.method = k
	}
	raw, err := base64.StdEncoding.DecodeString(tags["p"])
	if err != nil {
		return found{why: BadKey}
	}
	switch f.method {
	case "rsa":
		f.key, f.why = rsaKey(raw)
	case "ed25519":
		f.key = ed25519.PublicKey(raw)
		if len(raw) != ed25519.PublicKeySize {
			f.why = BadKey
		}
	default:
		f.why = BadKey
	}
	return f
}

// names reports whether a list of the record names one of the words; without the
// list it does.
func names(tags map[string]string, tag string, words ...string) bool {
	list, ok := tags[tag]
	if !ok {
		return true
	}
	for word := range strings.SplitSeq(list, ":") {
		if slices.Contains(words, word) {
			return true
		}
	}
	return false
}

// rsaKey reads both forms that are in use.
func rsaKey(raw []byte) (crypto.PublicKey, Why) {
	var key *rsa.PublicKey
	if parsed, err := x509.ParsePKIXPublicKey(raw); err == nil {
		key, _ = parsed.(*rsa.PublicKey)
	} else if key, err = x509.ParsePKCS1PublicKey(raw); err != nil {
		key = nil
	}
	switch {
	case key == nil || key.N.BitLen() > mostBits:
		return nil, BadKey
	case key.N.BitLen() < leastBits:
		return nil, WeakKey
	}
	return key, ""
}
