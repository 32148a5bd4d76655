package jira

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// base is the place to which the credentials belong.
type base struct {
	scheme string
	host   string // lower case, with port
	path   string // context path, begins and ends with a slash
}

func newBase(raw string) (base, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The error of url.Parse repeats the URL, which may hold a password.
		return base{}, errors.New("jira: the URL is not readable: it looks like https://jira.example.org")
	}
	switch {
	case u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return base{}, errors.New("jira: the URL has no host: it looks like https://jira.example.org")
	case u.User != nil:
		return base{}, errors.New("jira: the URL holds a user or password: give them by their own settings")
	case u.RawQuery != "" || u.Fragment != "":
		return base{}, errors.New("jira: the URL holds a query or fragment: it ends with the context path")
	case !safeScheme(u):
		return base{}, fmt.Errorf("jira: the URL begins with %s://: only https is accepted, because the token would be sent in clear", u.Scheme)
	}
	b := base{scheme: strings.ToLower(u.Scheme), host: hostPort(u), path: path.Clean("/" + u.Path)}
	if strings.ContainsAny(b.path, `\%?#`) {
		return base{}, errors.New("jira: the context path of the URL holds strange characters")
	}
	if b.path != "/" {
		b.path += "/"
	}
	return b, nil
}

func (b base) String() string { return b.scheme + "://" + b.host + b.path }

// covers reports whether u lies in the place, also for a server on the way that
// decodes its path again, or takes what stands after a semicolon for no part of it.
func (b base) covers(u *url.URL) bool {
	if !strings.EqualFold(u.Scheme, b.scheme) || hostPort(u) != b.host || strings.Contains(u.Path, `\`) {
		return false
	}
	raw := u.EscapedPath()
	return !strings.Contains(raw, ";") && steady(raw) && strings.HasPrefix(path.Clean("/"+u.Path)+"/", b.path)
}

// mostDecodings is more than the servers are that may stand before a Jira.
const mostDecodings = 4

// steady reports whether no segment of the escaped path leads upwards, as .. and
// ..; do, however often it is decoded.
func steady(escaped string) bool {
	for range mostDecodings {
		for segment := range strings.SplitSeq(strings.ReplaceAll(escaped, `\`, "/"), "/") {
			if name, _, _ := strings.Cut(segment, ";"); name == "." || name == ".." {
				return false
			}
		}
		escaped = decoded(escaped)
	}
	return true
}

// decoded undoes one encoding and leaves alone what is none.
func decoded(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// redirected is covers for where an answer leads to: nobody has a reason to encode
// a dot or a percent sign there.
func (b base) redirected(u *url.URL) bool {
	raw := strings.ToLower(u.EscapedPath())
	return b.covers(u) && !strings.Contains(raw, "%2e") && !strings.Contains(raw, "%25")
}

// within returns the path of u below the place, escaped, without leading
// slash. A path with dot segments is not in it, wherever it leads.
func (b base) within(u *url.URL) (string, bool) {
	if !b.covers(u) || path.Clean(u.Path) != strings.TrimSuffix(u.Path, "/") {
		return "", false
	}
	return strings.CutPrefix(u.EscapedPath(), b.path)
}

// maxRedirects is generous: Jira needs none.
const maxRedirects = 5

// followWithin lets a read follow a redirect inside the place. Everything else
// is handed back as the redirect that it is.
func (b base) followWithin(req *http.Request, via []*http.Request) error {
	if via[0].Method != http.MethodGet || len(via) > maxRedirects || !b.redirected(req.URL) {
		return http.ErrUseLastResponse
	}
	return nil
}

// followAway lets the download of a file follow a redirect to the host of
// media; the transport sends no credentials there. Only a Jira on this machine may
// lead to what listens on this machine alone.
func (b base) followAway(req *http.Request, via []*http.Request) error {
	safe := strings.EqualFold(req.URL.Scheme, "https") || b.scheme == "http" && safeScheme(req.URL)
	if via[0].Method != http.MethodGet || len(via) > maxRedirects || !safe {
		return http.ErrUseLastResponse
	}
	return nil
}

func safeScheme(u *url.URL) bool {
	switch strings.ToLower(u.Scheme) {
	case "https":
		return true
	case "http":
		ip := net.ParseIP(u.Hostname())
		return strings.EqualFold(u.Hostname(), "localhost") || ip != nil && ip.IsLoopback()
	default:
		return false
	}
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)]
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}
