package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"escalat/internal/config"
)

// healthTimeout is shorter than any health check waits; maxHealth bounds what
// is shown of the answer, in bytes.
const (
	healthTimeout = 3 * time.Second
	maxHealth     = 64 << 10
)

type healthCommand struct {
	URL string `arg:"" optional:"" name:"url" help:"What to ask; by default /healthz at ESCALAT_HTTP_ADDR."`
}

// Run succeeds when the answer is 200, and shows the answer.
func (h healthCommand) Run(ctx context.Context, w world) error {
	url := h.URL
	if url == "" {
		addr, err := config.HTTPAddr(w.environ)
		if err != nil {
			return err
		}
		url = "http://" + reachable(addr) + "/healthz"
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	// No proxy: the process asked is on this machine or beside it.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(w.out, io.LimitReader(resp.Body, maxHealth)); err != nil {
		return fmt.Errorf("health: read the answer of %s: %w", url, err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("health: %s answers %s", url, resp.Status)
	}
	return nil
}

// reachable turns an address to listen on into one to call.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() && ip.To4() != nil {
		host = "127.0.0.1"
	} else if ip != nil && ip.IsUnspecified() {
		host = "::1"
	}
	return net.JoinHostPort(host, port)
}
