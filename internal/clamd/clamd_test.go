package clamd

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"escalat/bridge"
)

// daemon answers each connection as clamd does, with what answer says of the file. A
// limit of 0 takes every size.
func daemon(t *testing.T, network, addr string, limit int, answer func(file []byte) string) string {
	t.Helper()
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serve(conn, limit, answer)
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return l.Addr().String()
}

func serve(conn net.Conn, limit int, answer func(file []byte) string) {
	defer func() { _ = conn.Close() }()
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, command); err != nil || string(command) != "zINSTREAM\x00" {
		_, _ = io.WriteString(conn, "UNKNOWN COMMAND\x00")
		return
	}
	var file []byte
	for {
		var size [4]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		n := int(binary.BigEndian.Uint32(size[:]))
		if n == 0 {
			_, _ = io.WriteString(conn, answer(file)+"\x00")
			return
		}
		if limit > 0 && len(file)+n > limit {
			_, _ = io.WriteString(conn, "INSTREAM size limit exceeded. ERROR\x00")
			return
		}
		chunk := make([]byte, n)
		if _, err := io.ReadFull(conn, chunk); err != nil {
			return
		}
		file = append(file, chunk...)
	}
}

// judge finds a marker.
func judge(file []byte) string {
	if bytes.Contains(file, []byte("infected")) {
		return "stream: Test.Word FOUND"
	}
	return "stream: OK"
}

func TestScan(t *testing.T) {
	t.Parallel()
	tcp := daemon(t, "tcp", "127.0.0.1:0", 0, judge)
	socket := filepath.Join(t.TempDir(), "s")
	daemon(t, "unix", socket, 0, judge)
	for _, addr := range []string{tcp, "unix:" + socket} {
		c, err := New(addr)
		if err != nil {
			t.Fatal(err)
		}
		for name, test := range map[string]struct{ file, want string }{
			"empty":       {"", ""},
			"clean":       {"hello", ""},
			"infected":    {"this is infected", "Test.Word"},
			"many chunks": {strings.Repeat("x", 3*chunkSize) + "infected", "Test.Word"},
			"whole chunk": {strings.Repeat("x", chunkSize), ""},
		} {
			if got, err := c.Scan(t.Context(), strings.NewReader(test.file)); err != nil || got != test.want {
				t.Errorf("%s by %s: %q, %v", name, addr, got, err)
			}
		}
	}
}

// TestErrors: only that the daemon takes no file of that size is for ever.
func TestErrors(t *testing.T) {
	t.Parallel()
	gone := daemon(t, "tcp", "127.0.0.1:0", 0, func([]byte) string { return "" })
	away := errors.New("the disk is away")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		addr      string
		ctx       context.Context
		file      io.Reader
		permanent bool
		is        error
	}{
		"nobody listens":   {addr: "127.0.0.1:1", file: strings.NewReader("x")},
		"too large":        {addr: daemon(t, "tcp", "127.0.0.1:0", 100, judge), file: strings.NewReader(strings.Repeat("x", 40*chunkSize)), permanent: true},
		"it says nothing":  {addr: gone, file: strings.NewReader("x")},
		"it is in trouble": {addr: daemon(t, "tcp", "127.0.0.1:0", 0, func([]byte) string { return "stream: Can't allocate memory ERROR" }), file: strings.NewReader("x")},
		"the file is away": {addr: daemon(t, "tcp", "127.0.0.1:0", 0, judge), file: io.MultiReader(strings.NewReader("x"), iotest.ErrReader(away)), is: away},
		"ended":            {addr: daemon(t, "tcp", "127.0.0.1:0", 0, judge), ctx: ended, file: strings.NewReader("x"), is: context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := New(test.addr)
			if err != nil {
				t.Fatal(err)
			}
			ctx := test.ctx
			if ctx == nil {
				ctx = t.Context()
			}
			found, err := c.Scan(ctx, test.file)
			if err == nil || found != "" || bridge.IsPermanent(err) != test.permanent || test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%q, %v", found, err)
			}
		})
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	for addr, ok := range map[string]bool{
		"localhost:3310": true, "[::1]:3310": true, "unix:/run/clamav/clamd.ctl": true,
		"": false, "localhost": false, ":3310": false, "unix:clamd.ctl": false, "/run/clamd": false,
	} {
		if _, err := New(addr); (err == nil) != ok {
			t.Errorf("%q: %v", addr, err)
		}
	}
}

// TestReal asks a real clamd, where ESCALAT_CLAMD says one listens: it needs no
// signatures but the one for EICAR's test file.
func TestReal(t *testing.T) {
	t.Parallel()
	addr := os.Getenv("ESCALAT_CLAMD")
	if addr == "" {
		t.Skip("ESCALAT_CLAMD is not set: NOT tested against a real clamd")
	}
	c, err := New(addr)
	if err != nil {
		t.Fatal(err)
	}
	// In two pieces, so that no scanner takes this file for one.
	eicar := `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-` + `STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`
	if found, err := c.Scan(t.Context(), strings.NewReader(eicar)); err != nil || !strings.Contains(strings.ToLower(found), "eicar") {
		t.Errorf("%q, %v", found, err)
	}
	if found, err := c.Scan(t.Context(), strings.NewReader("hola")); err != nil || found != "" {
		t.Errorf("%q, %v", found, err)
	}
	if found, err := c.Scan(t.Context(), io.LimitReader(zeros{}, 200<<20)); !bridge.IsPermanent(err) || found != "" {
		t.Errorf("beyond its limit: %q, %v", found, err)
	}
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
