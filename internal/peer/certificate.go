package peer

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"testing"
	"time"
)

// Certificate is a self-signed certificate for localhost and 127.0.0.1.
type Certificate struct {
	PEM    []byte         // the certificate
	KeyPEM []byte         // its private key, PKCS #8
	Pool   *x509.CertPool // holds the certificate
}

// NewCertificate makes a certificate that is valid for a day.
func NewCertificate(t testing.TB) *Certificate {
	t.Helper()
	c, err := selfSigned()
	if err != nil {
		t.Fatalf("certificate: %v", err)
	}
	return c
}

func selfSigned() (*Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: "localhost"},
		NotBefore:    time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		IsCA:     true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	c := &Certificate{
		PEM:    pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		KeyPEM: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}),
		Pool:   x509.NewCertPool(),
	}
	if !c.Pool.AppendCertsFromPEM(c.PEM) {
		return nil, fmt.Errorf("the certificate made here cannot be read")
	}
	return c, nil
}
