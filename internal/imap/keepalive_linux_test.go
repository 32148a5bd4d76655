package imap

import (
	"net"
	"syscall"
	"testing"
)

// A connection on which nobody answers is found out by TCP itself.
func TestKeepalive(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	r, err := New(Config{Addr: f.addr, TLS: None, Username: "u", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := r.dialer().DialContext(t.Context(), "tcp", f.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for option, want := range map[[2]int]int{
		{syscall.SOL_SOCKET, syscall.SO_KEEPALIVE}: 1, {syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE}: 60,
		{syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL}: 15, {syscall.IPPROTO_TCP, syscall.TCP_KEEPCNT}: 4,
	} {
		got := -1
		if err := raw.Control(func(fd uintptr) { got, err = syscall.GetsockoptInt(int(fd), option[0], option[1]) }); err != nil || got != want {
			t.Errorf("option %v is %d, %v; want %d", option, got, err, want)
		}
	}
}
