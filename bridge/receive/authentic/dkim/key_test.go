package dkim_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"io"
	"math/big"
	"strings"
	"testing"
	"time"

	"escalat/bridge/receive/authentic/dkim"

	msgauth "github.com/emersion/go-msgauth/dkim"
)

// short is an RSA key of any length; crypto/rsa signs by none that is weak.
type short struct{ modulus, exponent *big.Int }

func newShort(t *testing.T, bits int) short {
	t.Helper()
	one := big.NewInt(1)
	for {
		p, err := rand.Prime(rand.Reader, bits/2)
		q, err2 := rand.Prime(rand.Reader, bits-bits/2)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		n := new(big.Int).Mul(p, q)
		d := new(big.Int).ModInverse(big.NewInt(65537), new(big.Int).Mul(p.Sub(p, one), q.Sub(q, one)))
		if n.BitLen() == bits && d != nil {
			return short{n, d}
		}
	}
}

func (s short) Public() crypto.PublicKey { return &rsa.PublicKey{N: s.modulus, E: 65537} }

// Sign signs a SHA-256 (RFC 8017, section 8.2.1).
func (s short) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	kind, err := hex.DecodeString("003031300d060960864801650304020105000420")
	tail := append(kind, digest...)
	length := (s.modulus.BitLen() + 7) / 8
	padded := append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, length-2-len(tail))...)
	number := new(big.Int).SetBytes(append(padded, tail...))
	return number.Exp(number, s.exponent, s.modulus).FillBytes(make([]byte, length)), err
}

// TestWeakKeys: the signatures are right, and by a key of less than 1024 bits do not
// count. The library rounds the length up to bytes; then crypto/rsa refuses the key.
func TestWeakKeys(t *testing.T) {
	t.Parallel()
	for bits, want := range map[int]dkim.Why{768: dkim.WeakKey, 1016: dkim.WeakKey, 1023: dkim.Wrong, 1024: ""} {
		key := newShort(t, bits)
		der, err := x509.MarshalPKIXPublicKey(key.Public())
		if err != nil {
			t.Fatal(err)
		}
		var raw bytes.Buffer
		signer := &msgauth.SignOptions{Domain: "example.org", Selector: "a", Signer: key, Hash: crypto.SHA256, HeaderKeys: []string{"From"}}
		if err := msgauth.Sign(&raw, strings.NewReader(crlf(example2005)), signer); err != nil {
			t.Fatal(err)
		}
		o := options("example.org")
		o.At = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) // the signer writes the machine's time
		o.Lookup = func(context.Context, string) ([]string, error) {
			return []string{"p=" + base64.StdEncoding.EncodeToString(der)}, nil
		}
		if got := whys(t, &raw, o); len(got) != 1 || got[0] != want {
			t.Errorf("%d bits: %q, want %q", bits, got, want)
		}
	}
}
