package config

import (
	"net"
	"path/filepath"
	"strings"
)

// Socket is host:port, or unix:/path of a local socket.
type Socket string

// UnmarshalText refuses everything else.
func (s *Socket) UnmarshalText(text []byte) error {
	v := string(text)
	if path, ok := strings.CutPrefix(v, "unix:"); ok {
		if !filepath.IsAbs(path) {
			return invalid("is %s, but the path of a socket begins with “/”: “unix:/run/clamav/clamd.ctl”", quote(v))
		}
		*s = Socket(v)
		return nil
	}
	host, port, err := net.SplitHostPort(v)
	if err != nil || host == "" || !portIn(port, 1) {
		return invalid("is %s, but must be host:port or unix:/path", quote(v))
	}
	*s = Socket(v)
	return nil
}

// Extension is that of a file: letters and digits, without the dot, in small letters.
type Extension string

// UnmarshalText takes a dot before it and letters of either case.
func (e *Extension) UnmarshalText(text []byte) error {
	v := strings.ToLower(strings.TrimPrefix(string(text), "."))
	if v == "" || len(v) > 10 || strings.Trim(v, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return invalid("is %s, but must be a list of extensions such as “exe,js”", quote(string(text)))
	}
	*e = Extension(v)
	return nil
}
