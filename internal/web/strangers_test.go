package web_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"escalat/internal/web"

	"github.com/google/go-cmp/cmp"
)

// stranger begins a webhook that it cannot sign and never ends it. The answer comes
// to codes; 0 is none.
func stranger(t *testing.T, e *ear, codes chan<- int) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", e.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "POST /jira HTTP/1.1\r\nHost: x\r\nX-Hub-Signature: sha256=%s\r\nContent-Length: 1000\r\n\r\n{", strings.Repeat("00", 32))
	if err != nil {
		t.Fatal(err)
	}
	// Sooner than the server gives up a request of any kind.
	_ = conn.SetReadDeadline(time.Now().Add(8 * time.Second))
	go func() {
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			codes <- 0
			return
		}
		resp.Body.Close()
		codes <- resp.StatusCode
	}()
	return conn
}

// TestStrangersHoldNoPlace: who does not know the secret keeps nobody out who does,
// however many they are and however slow.
func TestStrangersHoldNoPlace(t *testing.T) {
	t.Parallel()
	const most, more = 8, 24
	e := listen(t, nil, time.Hour)
	codes := make(chan int, most+more)
	var conns []net.Conn
	for range most + more {
		conns = append(conns, stranger(t, e, codes))
	}
	for range more { // each one more makes one go
		if code := <-codes; code != http.StatusRequestTimeout {
			t.Errorf("a stranger who made room: %d", code)
		}
	}
	if n := len(codes); n != 0 {
		t.Errorf("%d of the %d who may stay went", n, most)
	}
	for _, how := range []struct {
		path   string
		header []string
	}{
		{"/jira/" + strings.ReplaceAll(secret, " ", "%20"), nil},
		{"/jira", []string{"X-Hub-Signature", sign(link)}},
	} {
		if resp := send(t, http.MethodPost, e.url+how.path, strings.NewReader(link), how.header...); resp.StatusCode != http.StatusNoContent {
			t.Errorf("Jira gets %d while strangers hold their places", resp.StatusCode)
		}
	}
	if code := <-codes; code != http.StatusRequestTimeout {
		t.Errorf("the stranger who made room for Jira: %d", code)
	}
	for _, conn := range conns {
		conn.Close()
	}
	for range most - 1 {
		if code := <-codes; code != 0 {
			t.Errorf("a stranger who went: %d", code)
		}
	}
	if got := e.counted()[web.HookAccepted]; got != 2 {
		t.Errorf("%v", e.counted())
	}
}

// TestSlowStranger: a body that proves its sender must arrive soon. Once it has, the
// look may take longer than that.
func TestSlowStranger(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	var ended error
	e := listen(t, func(ctx context.Context) {
		close(entered)
		<-leave
		ended = ctx.Err()
	})
	const body = `{"issue":{"id":"7"}}`
	done := make(chan int, 1)
	go func() {
		done <- send(t, http.MethodPost, e.url+"/jira", strings.NewReader(body), "X-Hub-Signature", sign(body)).StatusCode
	}()
	<-entered
	codes := make(chan int, 1)
	stranger(t, e, codes) // whose time ends after that of the webhook would
	if code := <-codes; code != http.StatusRequestTimeout {
		t.Errorf("a slow stranger: %d", code)
	}
	close(leave)
	if code := <-done; code != http.StatusNoContent || ended != nil {
		t.Errorf("the webhook whose look is slow: %d, %v", code, ended)
	}
	if diff := cmp.Diff(map[string]int{web.HookAccepted: 1, web.HookFailed: 1}, e.counted()); diff != "" {
		t.Error(diff)
	}
}
