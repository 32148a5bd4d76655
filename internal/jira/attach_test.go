package jira

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"escalat/bridge"
)

func TestAttach(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client()
		for i, test := range []struct{ name, kind, wantName, wantKind, data string }{
			{"captura.png", "image/png", "captura.png", "image/png", "PNG"},
			{`../a"b` + "\r\nX: y/ç.txt", "text/plain; charset=utf-8", "_a_bX_ y_ç.txt", "text/plain", "hola"},
			{"", "not a type\r\nX: y", "fitxer", "application/octet-stream", ""},
		} {
			id, err := c.Attach(t.Context(), "10001", test.name, test.kind, int64(len(test.data)), strings.NewReader(test.data))
			if err != nil || id != fmt.Sprint(30000+i) {
				t.Fatalf("Attach(%q) = %q, %v", test.name, id, err)
			}
			got := f.files[i]
			if got.Name != test.wantName || got.Type != test.wantKind || string(got.Data) != test.data {
				t.Errorf("%q arrived as %q, %s, %q", test.name, got.Name, got.Type, got.Data)
			}
			found, ok, err := c.FindAttachment(t.Context(), "10001", test.name, int64(len(test.data)), f.now)
			if err != nil || !ok || found != id {
				t.Errorf("FindAttachment(%q) = %q, %t, %v", test.name, found, ok, err)
			}
		}
		if n := f.count("GET rest/api/2/attachment/meta"); n != 1 {
			t.Errorf("asked %d times for the limit, want 1", n)
		}
	})
}

func TestFileName(t *testing.T) {
	t.Parallel()
	long := fileName(strings.Repeat("à", 500) + ".tar.gz")
	if n := len([]rune(long)); n != 200 || !strings.HasSuffix(long, ".tar.gz") {
		t.Errorf("%d characters: %s", n, long)
	}
	for in, want := range map[string]string{"a\x00b.txt": "ab.txt", " . ": "fitxer", "\xff.png": "_.png", "..": "fitxer", "a\u202egnp.exe": "agnp.exe"} {
		if got := fileName(in); got != want || fileName(got) != got {
			t.Errorf("fileName(%q) = %q, want %q", in, got, want)
		}
	}
}

// endless makes as many bytes as are asked for, and knows how far it was read.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read.Add(int64(len(p)))
	return len(p), nil
}

// The file must not be held in memory: while the server takes nothing, no more
// than buffers is read of it.
func TestAttachStreams(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	const size = 96 << 20
	var took int64
	arrived, proceed := make(chan struct{}), make(chan struct{})
	f.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		if r.ContentLength < size {
			t.Errorf("Content-Length %d", r.ContentLength)
		}
		close(arrived)
		<-proceed
		took, _ = io.Copy(io.Discard, r.Body)
		f.json(w, 200, []any{map[string]any{"id": "9"}})
		return true
	})
	c := f.client()
	source := &endless{}
	done := make(chan error, 1)
	go func() {
		_, err := c.Attach(t.Context(), "10001", "gran.bin", "", size, source)
		done <- err
	}()
	<-arrived
	if n := source.read.Load(); n > 32<<20 {
		t.Errorf("%d bytes were read before the server took any", n)
	}
	close(proceed)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if took < size {
		t.Errorf("%d bytes arrived", took)
	}
}

func TestAttachTooLarge(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		f.uploadLimit = 10
		c := f.client()
		_, told := c.Attach(t.Context(), "10001", "a", "", 11, strings.NewReader("01234567890"))
		if n := f.count("POST"); n != 0 {
			t.Errorf("%d uploads of a file that is known to be too large", n)
		}
		// The limit was lowered meanwhile.
		f.uploadLimit = 5
		_, refused := c.Attach(t.Context(), "10001", "a", "", 10, strings.NewReader("0123456789"))
		for _, err := range []error{told, refused} {
			if !errors.Is(err, ErrTooLarge) || errors.Is(err, ErrNotFound) || !bridge.IsPermanent(err) {
				t.Errorf("%v; want a permanent ErrTooLarge", err)
			}
		}
		if _, err := c.Attach(t.Context(), "404", "a", "", 1, strings.NewReader("x")); !errors.Is(err, bridge.ErrUnwritable) || errors.Is(err, ErrTooLarge) || bridge.IsPermanent(err) || !bridge.IsNotDone(err) {
			t.Errorf("%v; want ErrUnwritable, not done", err)
		}
	})
}

func TestAttachLimitIsAskedAgain(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	f.uploadLimit = 1
	c := f.client()
	if _, err := c.Attach(t.Context(), "10001", "a", "", 2, strings.NewReader("ab")); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("%v", err)
	}
	f.uploadLimit, f.now = 2, f.now.Add(limitAge+time.Second)
	if _, err := c.Attach(t.Context(), "10001", "a", "", 2, strings.NewReader("ab")); err != nil {
		t.Errorf("%v", err)
	}
}

func TestAttachLimitUnknown(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	c := f.client()
	f.status("GET", "meta", 503, "Retry-After", "7")
	_, err := c.Attach(t.Context(), "10001", "a", "", 1, strings.NewReader("x"))
	if err == nil || !bridge.IsNotDone(err) || bridge.IsPermanent(err) || !bridge.RetryAt(err).Equal(f.now.Add(7*time.Second)) {
		t.Errorf("Jira away: %v (not done %t)", err, bridge.IsNotDone(err))
	}
	f.pass(7 * time.Second)
	f.status("GET", "meta", 403)
	if _, err := c.Attach(t.Context(), "10001", "a", "", 1, strings.NewReader("x")); err != nil {
		t.Errorf("limit not told: %v", err)
	}
	f.answer(func(w http.ResponseWriter, r *http.Request) bool {
		f.json(w, 200, map[string]any{"enabled": false})
		return true
	})
	if _, err := c.Attach(t.Context(), "10001", "a", "", 1, strings.NewReader("x")); !bridge.IsPermanent(err) {
		t.Errorf("switched off: %v", err)
	}
}

// A file that is not as announced must not arrive half.
func TestAttachBrokenFile(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client()
		broken := errors.New("the disk is gone")
		for name, r := range map[string]io.Reader{
			"short":  strings.NewReader("abc"),
			"broken": io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)),
		} {
			_, err := c.Attach(t.Context(), "10001", "a", "", 1<<20, r)
			if err == nil || bridge.IsPermanent(err) {
				t.Errorf("%s: %v", name, err)
			}
			if name == "broken" && !errors.Is(err, broken) {
				t.Errorf("the cause is lost: %v", err)
			}
		}
		f.server.Close() // waits for the handlers
		if len(f.files) != 0 {
			t.Errorf("%d files arrived", len(f.files))
		}
	})
}

// slowReader announces that it is being read and waits to be released.
type slowReader struct{ reading, release chan struct{} }

func (r slowReader) Read([]byte) (int, error) {
	close(r.reading)
	<-r.release
	return 0, io.EOF
}

// hangingWire answers everything but uploads, which it leaves hanging while it
// takes what it is given.
type hangingWire struct{}

func (hangingWire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost {
		return answer(r, 200, "application/json", `{"enabled":true}`), nil
	}
	go func() { _, _ = io.Copy(io.Discard, r.Body) }()
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// The reader is not touched after Attach has returned, whatever became of it:
// Attach waits for a read that is going on.
func TestAttachGivesTheReaderBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := newClient(Config{URL: "https://jira.example.org", Token: testToken}, hangingWire{})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		source := slowReader{make(chan struct{}), make(chan struct{})}
		done := make(chan error, 1)
		go func() {
			_, err := c.Attach(ctx, "10001", "a", "", 1, source)
			done <- err
		}()
		<-source.reading
		cancel()
		synctest.Wait()
		select {
		case err := <-done:
			t.Errorf("Attach returned while its reader was read: %v", err)
		default:
		}
		close(source.release)
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Attach: %v", err)
		}
	})
}

func TestFindAttachment(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		f.files = []*fakeFile{
			{ID: 9, Name: "a.txt", Data: []byte("abc"), Author: "escalat", Created: f.now},
			{ID: 10, Name: "a.txt", Data: []byte("abc"), Author: "escalat", Created: f.now},
			{ID: 11, Name: "a.txt", Data: []byte("abc"), Author: "marta", Created: f.now},
			{ID: 12, Name: "b.txt", Data: []byte("abc"), Author: "escalat", Created: f.now.Add(-time.Hour)},
		}
		c := f.client()
		for _, test := range []struct {
			name string
			size int64
			want string
		}{{"a.txt", 3, "10"}, {"a.txt", 4, ""}, {"b.txt", 3, ""}, {"c.txt", 3, ""}} {
			id, found, err := c.FindAttachment(t.Context(), "10001", test.name, test.size, f.now)
			if err != nil || id != test.want || found != (test.want != "") {
				t.Errorf("%+v: %q, %t, %v", test, id, found, err)
			}
		}
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			f.json(w, 200, map[string]any{"id": "10001", "fields": map[string]any{}})
			return true
		})
		if _, _, err := c.FindAttachment(t.Context(), "10001", "a.txt", 3, f.now); err == nil {
			t.Error("no list of attachments was taken for an empty one")
		}
	})
}

func TestAttachment(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		other, seen := foreign(t)
		data := bytes.Repeat([]byte("0123456789"), 100_000)
		f.files = []*fakeFile{
			{ID: 31, Name: "mtr a%2Fb.txt", Type: "text/plain", Data: data, Created: f.now},
			{ID: 32, Name: "a.txt", Type: "text/plain", Data: data, Created: f.now, Content: other.URL + "/secure/attachment/32/a.txt"},
			{ID: 33, Name: "a.txt", Type: "text/plain", Data: data, Created: f.now, Content: f.server.URL + "/jira/secure/attachment/33/../../../admin"},
		}
		c := f.client()
		for _, id := range []string{"31", "32", "33"} {
			body, err := c.Attachment(t.Context(), bridge.Attachment{ID: id, Size: int64(len(data)), MIMEType: "text/plain"})
			if err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			got, err := io.ReadAll(body)
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s: %d bytes, %v", id, len(got), err)
			}
			if err := body.Close(); err != nil {
				t.Error(err)
			}
		}
		if n := len(seen()); n != 0 {
			t.Errorf("%d requests to another host", n)
		}
		if _, err := c.Attachment(t.Context(), bridge.Attachment{ID: "99"}); !errors.Is(err, ErrNotFound) || !bridge.IsPermanent(err) {
			t.Errorf("missing attachment: %v", err)
		}
	})
}

func TestAttachmentIsHeldAgainstItsSize(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	f.files = []*fakeFile{{ID: 31, Name: "a.bin", Type: "application/zip", Data: make([]byte, 1000)}}
	c := f.client(func(cfg *Config) { cfg.MaxAttachment = 500 })
	if _, err := c.Attachment(t.Context(), bridge.Attachment{ID: "31", Size: 501}); !errors.Is(err, ErrTooLarge) || !bridge.IsPermanent(err) {
		t.Errorf("announced too large: %v", err)
	}
	big := f.client()
	for size, want := range map[int64]error{1000: nil, 1001: io.ErrUnexpectedEOF, 0: nil} {
		body, err := big.Attachment(t.Context(), bridge.Attachment{ID: "31", Size: size})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(body); !errors.Is(err, want) || bridge.IsPermanent(err) {
			t.Errorf("size %d: %v, want %v", size, err, want)
		}
		_ = body.Close()
	}
	for size, kind := range map[int64]error{400: nil, 0: ErrTooLarge} {
		body, err := c.Attachment(t.Context(), bridge.Attachment{ID: "31", Size: size})
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(body)
		if err == nil || kind != nil && !errors.Is(err, kind) || len(got) > 500 {
			t.Errorf("size %d: %d bytes, %v", size, len(got), err)
		}
		_ = body.Close()
	}
}

func TestAttachmentIsNoLoginPage(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		f.files = []*fakeFile{{ID: 31, Name: "a.html", Type: "text/html", Data: []byte("<p>hola</p>")}}
		c := f.client()
		body, err := c.Attachment(t.Context(), bridge.Attachment{ID: "31", Size: 11, MIMEType: "text/html"})
		if err != nil {
			t.Fatalf("a file in HTML: %v", err)
		}
		_ = body.Close()
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			switch {
			case strings.HasSuffix(r.URL.Path, "login.jsp"):
				w.Header().Set("Content-Type", "text/html")
				fmt.Fprint(w, "<form>")
			case strings.Contains(r.URL.Path, "/secure/") || strings.Contains(r.URL.Path, "/content/"):
				http.Redirect(w, r, "/jira/login.jsp", http.StatusFound)
			default:
				return false
			}
			return true
		})
		for _, kind := range []string{"text/html", "image/png"} {
			if _, err := c.Attachment(t.Context(), bridge.Attachment{ID: "31", MIMEType: kind}); !errors.Is(err, ErrCredentials) || bridge.IsPermanent(err) {
				t.Errorf("%s: %v; want a temporary ErrCredentials", kind, err)
			}
		}
	})
}
