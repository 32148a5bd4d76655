package smtp

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
)

// delivery is a mail that the server took.
type delivery struct {
	From string
	To   []string
	Mail string
	Opts gosmtp.MailOptions
	Ask  []gosmtp.RcptOptions // of each recipient
}

// server is a go-smtp server with faults on demand.
type server struct {
	addr string
	pool *x509.CertPool

	refuseMail error
	refuseRcpt map[string]error
	refuseData error

	mu        sync.Mutex
	delivered []delivery
	logins    int
	dataSeen  int
	quits     chan struct{}
}

type serverOption func(*server, *gosmtp.Server)

func startServer(t *testing.T, mode Mode, options ...serverOption) *server {
	t.Helper()
	cert, pool := certificate(t)
	s := &server{pool: pool, refuseRcpt: map[string]error{}, quits: make(chan struct{}, 100)}
	srv := gosmtp.NewServer(gosmtp.BackendFunc(func(*gosmtp.Conn) (gosmtp.Session, error) {
		return &serverSession{server: s}, nil
	}))
	srv.Domain = "mail.example.test"
	srv.EnableDSN = true
	srv.MaxMessageBytes = 1 << 20
	srv.ErrorLog = log.New(io.Discard, "", 0)
	if mode != None {
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
	} else {
		srv.AllowInsecureAuth = true
	}
	for _, o := range options {
		o(s, srv)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if mode == Implicit {
		l = tls.NewListener(l, srv.TLSConfig)
	}
	s.addr = l.Addr().String()
	var done sync.WaitGroup
	done.Go(func() { _ = srv.Serve(l) })
	t.Cleanup(func() {
		_ = srv.Close()
		done.Wait()
	})
	return s
}

func (s *server) mails() []delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]delivery(nil), s.delivered...)
}

// ended waits for the end of a connection. Before STARTTLS there is a session of
// its own, which ends, too.
func (s *server) ended(mode Mode) {
	<-s.quits
	if mode == StartTLS {
		<-s.quits
	}
}

type serverSession struct {
	server *server
	now    delivery
}

func (s *serverSession) Reset() { s.now = delivery{} }

func (s *serverSession) Logout() error {
	s.server.quits <- struct{}{}
	return nil
}

func (s *serverSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *serverSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != sender || pass != password {
			return &gosmtp.SMTPError{Code: 535, EnhancedCode: gosmtp.EnhancedCode{5, 7, 8}, Message: "no: " + pass}
		}
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		s.server.logins++
		return nil
	}), nil
}

func (s *serverSession) Mail(from string, opts *gosmtp.MailOptions) error {
	s.now.From, s.now.Opts = from, *opts
	return s.server.refuseMail
}

func (s *serverSession) Rcpt(to string, opts *gosmtp.RcptOptions) error {
	if err := s.server.refuseRcpt[to]; err != nil {
		return err
	}
	s.now.To, s.now.Ask = append(s.now.To, to), append(s.now.Ask, *opts)
	return nil
}

func (s *serverSession) Data(r io.Reader) error {
	s.server.mu.Lock()
	s.server.dataSeen++
	s.server.mu.Unlock()
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.server.refuseData != nil {
		return s.server.refuseData
	}
	s.now.Mail = string(raw)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.delivered = append(s.server.delivered, s.now)
	return nil
}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
