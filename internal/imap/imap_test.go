package imap

import (
	"bytes"
	"context"
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
	"strings"
	"sync"
	"testing"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"escalat/bridge"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// mailbox is go-imap's own server with one account.
type mailbox struct {
	*imapmemserver.User
	addr string
	pool *x509.CertPool
}

func startMailbox(t *testing.T, mode Mode) *mailbox {
	t.Helper()
	m := &mailbox{User: imapmemserver.NewUser("aoc@example.test", password)}
	if err := m.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	mem := imapmemserver.New()
	mem.AddUser(m.User)
	cert, pool := certificate(t)
	m.pool = pool
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	options := &imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		Caps:         goimap.CapSet{goimap.CapIMAP4rev1: {}, goimap.CapIMAP4rev2: {}},
		InsecureAuth: mode == None,
		Logger:       log.New(io.Discard, "", 0),
	}
	if mode == StartTLS {
		options.TLSConfig = config
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.addr = l.Addr().String()
	if mode == Implicit {
		l = tls.NewListener(l, config)
	}
	srv := imapserver.New(options)
	var done sync.WaitGroup
	done.Go(func() { _ = srv.Serve(l) })
	t.Cleanup(func() {
		_ = srv.Close()
		done.Wait()
	})
	return m
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
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
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

type literal struct{ *bytes.Reader }

// put appends a mail to a folder.
func (m *mailbox) put(t *testing.T, folder, raw string) {
	t.Helper()
	_, err := m.Append(folder, literal{bytes.NewReader([]byte(raw))}, &goimap.AppendOptions{Time: clock})
	if err != nil {
		t.Fatal(err)
	}
}

func (m *mailbox) unseen(t *testing.T) uint32 {
	t.Helper()
	data, err := m.Status("INBOX", &goimap.StatusOptions{NumUnseen: true})
	if err != nil {
		t.Fatal(err)
	}
	return *data.NumUnseen
}

func TestFirstStartBeginsAtTheEnd(t *testing.T) {
	t.Parallel()
	for _, mode := range []Mode{None, StartTLS, Implicit} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			box := startMailbox(t, mode)
			box.put(t, "INBOX", letter(1))
			box.put(t, "INBOX", letter(2))
			sink := newMemory()
			r := start(t, sink, Config{Addr: box.addr, TLS: mode, RootCAs: box.pool, PollInterval: often})
			if diff := cmp.Diff(commit{"INBOX", Cursor{}, Cursor{1, 2, 2, 0}, nil}, sink.next(t)); diff != "" {
				t.Fatal(diff)
			}
			box.put(t, "INBOX", letter(3))
			want := commit{"INBOX", Cursor{1, 2, 2, 0}, Cursor{1, 3, 2, 0}, []bridge.Mail{{
				Folder: "INBOX", UIDValidity: 1, UID: 3, Blob: "blob-1", Size: int64(len(letter(3))),
				ArrivedAt: clock, StoredAt: clock,
			}}}
			if diff := cmp.Diff(want, sink.next(t)); diff != "" {
				t.Error(diff)
			}
			if got := sink.blob("blob-1"); got != letter(3) {
				t.Errorf("blob %q", got)
			}
			if n := box.unseen(t); n != 3 {
				t.Errorf("%d of 3 mails are unseen", n)
			}
			if err := r.stop(); err != nil {
				t.Errorf("Run: %v", err)
			}
			if st := r.Reader.Status(); st.Connected || st.Err != "" || !st.LastSuccess.Equal(clock) || st.Stored != 1 {
				t.Errorf("status %+v", st)
			}
		})
	}
}

func TestRestartGoesOn(t *testing.T) {
	t.Parallel()
	box := startMailbox(t, None)
	sink := newMemory()
	r := start(t, sink, Config{Addr: box.addr, PollInterval: often})
	sink.next(t)
	box.put(t, "INBOX", letter(1))
	sink.mails(t, 1)
	_ = r.stop()
	box.put(t, "INBOX", letter(2))
	start(t, sink, Config{Addr: box.addr})
	if c := sink.next(t); position(c.From) != [2]uint32{1, 1} || len(c.Mails) != 1 || c.Mails[0].UID != 2 {
		t.Errorf("commit %+v", c)
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	box := startMailbox(t, None)
	for i := range 8 {
		box.put(t, "INBOX", letter(i))
	}
	tests := []struct {
		name string
		cfg  Config
		want []uint32 // cursors
	}{
		{"by number", Config{BatchMails: 3}, []uint32{3, 6, 8}},
		{"by bytes", Config{BatchBytes: int64(len(letter(1)))*2 - 1}, []uint32{2, 4, 6, 8}},
	}
	for _, tt := range tests {
		sink := newMemory().at(1, 0)
		tt.cfg.Addr = box.addr
		r := start(t, sink, tt.cfg)
		last := uint32(0)
		for _, to := range tt.want {
			c := sink.next(t)
			if position(c.From) != [2]uint32{1, last} || position(c.To) != [2]uint32{1, to} || len(c.Mails) != int(to-last) {
				t.Errorf("%s: commit %+v, want up to %d", tt.name, c, to)
			}
			last = to
		}
		_ = r.stop()
	}
}

func TestBigMailIsStreamed(t *testing.T) {
	t.Parallel()
	box := startMailbox(t, Implicit)
	raw := "Subject: big\r\n\r\n" + strings.Repeat(strings.Repeat("z", 70)+"\r\n", 100_000)
	box.put(t, "INBOX", raw)
	sink := newMemory().at(1, 0)
	start(t, sink, Config{Addr: box.addr, TLS: Implicit, RootCAs: box.pool})
	if got := sink.mails(t, 1)[0]; sink.blob(got.Blob) != raw || got.Size != int64(len(raw)) {
		t.Errorf("row %+v", got)
	}
}

func TestSeveralFolders(t *testing.T) {
	t.Parallel()
	box := startMailbox(t, None)
	if err := box.Create("Desk", nil); err != nil {
		t.Fatal(err)
	}
	sink := newMemory().at(1, 0)
	sink.place("Desk", 2, 0)
	r := start(t, sink, Config{Addr: box.addr, Folders: []string{"INBOX", "Missing", "Desk"}, PollInterval: time.Millisecond})
	box.put(t, "Desk", letter(1))
	if c := sink.next(t); c.Folder != "Desk" || len(c.Mails) != 1 || c.Mails[0].Folder != "Desk" {
		t.Errorf("commit %+v", c)
	}
	box.put(t, "INBOX", letter(2))
	if c := sink.next(t); c.Folder != "INBOX" || len(c.Mails) != 1 {
		t.Errorf("commit %+v", c)
	}
	_ = r.stop()
	if st := r.Reader.Status(); !strings.Contains(st.Err, "Missing") || !st.LastSuccess.IsZero() {
		t.Errorf("status %+v", st)
	}
	if n := strings.Count(r.log.String(), "level=WARN"); n != 1 {
		t.Errorf("%d warnings:\n%s", n, r.log)
	}
}

func TestFolderMadeAnew(t *testing.T) {
	t.Parallel()
	box := startMailbox(t, None)
	box.put(t, "INBOX", letter(1))
	sink := newMemory().at(1, 0)
	start(t, sink, Config{Addr: box.addr, PollInterval: time.Millisecond})
	sink.mails(t, 1)
	if err := box.Delete("INBOX"); err != nil {
		t.Fatal(err)
	}
	if err := box.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	box.put(t, "INBOX", letter(2))
	if got := sink.mails(t, 1)[0]; got.UIDValidity != 2 || got.UID != 1 || sink.blob(got.Blob) != letter(2) {
		t.Errorf("row %+v", got)
	}
}

func TestEncryptionIsNotNegotiable(t *testing.T) {
	t.Parallel()
	plain, upgradable, implicit := startMailbox(t, None), startMailbox(t, StartTLS), startMailbox(t, Implicit)
	preauth := newFake(t)
	preauth.script(func(k *talk, tag, said string) bool {
		return said == "GREETING" && k.say("* PREAUTH welcome")
	})
	chatty := newFake(t)
	chatty.script(func(k *talk, tag, said string) bool {
		return said == "STARTTLS" && k.say("%s OK go\r\n* OK [CAPABILITY IMAP4rev1]", tag)
	})
	endless := newFake(t)
	endless.script(func(k *talk, tag, said string) bool {
		if said != "STARTTLS" {
			return false
		}
		for k.say("* OK %s", strings.Repeat("x", 100)) {
		}
		return true
	})
	tests := []struct {
		name  string
		cfg   Config
		words string
	}{
		{"no STARTTLS", Config{Addr: plain.addr, TLS: StartTLS}, "STARTTLS"},
		{"unknown certificate", Config{Addr: upgradable.addr, TLS: StartTLS}, "certificate"},
		{"certificate of another", Config{Addr: implicit.addr, TLS: Implicit, RootCAs: plain.pool}, "certificate"},
		{"clear text instead of TLS", Config{Addr: plain.addr, TLS: Implicit}, "TLS"},
		{"already logged in", Config{Addr: preauth.addr, TLS: StartTLS}, "PREAUTH"},
		{"talks on before TLS", Config{Addr: chatty.addr, TLS: StartTLS}, "in the clear"},
		{"never comes to TLS", Config{Addr: endless.addr, TLS: StartTLS}, "too much"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.cfg.Username, tt.cfg.Password = "aoc@example.test", password
			r, err := New(tt.cfg)
			if err != nil {
				t.Fatal(err)
			}
			_, err = r.connect(t.Context(), newMemory())
			if err == nil || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("error %v lacks %q", err, tt.words)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := Config{Addr: "mail.example.test:993", TLS: Implicit, Username: "u", Password: "p"}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	tests := map[string]func(*Config){
		"no port":                   func(c *Config) { c.Addr = "mail.example.test" },
		"no host":                   func(c *Config) { c.Addr = ":993" },
		"no mode":                   func(c *Config) { c.TLS = "" },
		"clear text over a network": func(c *Config) { c.TLS = None },
		"no user":                   func(c *Config) { c.Username = "" },
		"no password":               func(c *Config) { c.Password = "" },
		"too seldom":                func(c *Config) { c.PollInterval = 29 * time.Minute },
	}
	for name, spoil := range tests {
		cfg := good
		spoil(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestStopWhileNobodyAnswers(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	reached := make(chan struct{}, 1)
	f.script(func(k *talk, _, said string) bool {
		if said != "GREETING" {
			return false
		}
		reached <- struct{}{}
		k.hang()
		return true
	})
	ctx, cancel := context.WithCancel(t.Context())
	r, err := New(Config{Addr: f.addr, TLS: None, Username: "u", Password: "p"})
	if err != nil {
		t.Fatal(err)
	}
	go func() { <-reached; cancel() }()
	if err := r.Run(ctx, newMemory()); err != nil {
		t.Errorf("Run: %v", err)
	}
}
