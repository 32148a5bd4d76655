package config

import (
	"context"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/sethvargo/go-envconfig"
)

// source is the environment while it is being read. It is the lookuper of
// go-envconfig, which stops at the first error: source remembers which variable
// was asked for last, records the problem, hides that variable and lets the
// decoding begin again.
type source struct {
	names    []string // of the ESCALAT_* variables, as they came
	values   map[string]string
	files    map[string]bool // secrets whose value came from a file
	refused  map[string]bool
	last     string
	problems []Problem
}

func newSource(environ []string) *source {
	s := &source{values: map[string]string{}, files: map[string]bool{}, refused: map[string]bool{}}
	for _, line := range environ {
		name, value, ok := strings.Cut(line, "=")
		if _, again := s.values[name]; !ok || again || !strings.HasPrefix(name, Prefix) {
			continue
		}
		s.names = append(s.names, name)
		s.values[name] = value
	}
	return s
}

// Lookup implements envconfig.Lookuper.
func (s *source) Lookup(name string) (string, bool) {
	s.last = name
	if !s.has(name) || s.refused[name] {
		return "", false
	}
	if s.files[name] {
		return s.values[name], true
	}
	return strings.TrimSpace(s.values[name]), true
}

// has reports whether the variable is set, whatever its value.
func (s *source) has(name string) bool {
	return strings.TrimSpace(s.values[name]) != ""
}

func (s *source) add(name, format string, args ...any) {
	s.problems = append(s.problems, Problem{Name: name, What: invalid(format, args...).Error()})
}

// decode fills target from the variables that begin with prefix.
func (s *source) decode(prefix string, target any) {
	for {
		s.last = ""
		err := envconfig.ProcessWith(context.Background(), &envconfig.Config{
			Target:   target,
			Lookuper: envconfig.PrefixLookuper(prefix, s),
			// Without it a decoder is called for a variable that is not set.
			DefaultNoInit: true,
		})
		if err == nil {
			return
		}
		bad, ok := errors.AsType[invalidValue](err)
		if !ok {
			// Every other type is ours and says itself what is wrong.
			bad = invalidValue("is " + quote(s.values[s.last]) + ", which is no duration such as 90s or 2m")
		}
		s.add(s.last, "%s", bad)
		if s.refused[s.last] {
			return // its default is wrong: hiding it again changes nothing
		}
		s.refused[s.last] = true
	}
}

// kubernetes matches what a cluster injects into every container for a Service
// whose name begins with "escalat".
var kubernetes = regexp.MustCompile(`^ESCALAT_([A-Z0-9_]+_)?` +
	`(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$`)

// injected reports whether a cluster set the variable. The plain …_PORT holds a
// URL there, so that somebody's ESCALAT_SMTP_PORT=587 is still a mistake.
func injected(name, value string) bool {
	if !kubernetes.MatchString(name) {
		return false
	}
	return !strings.HasSuffix(name, "_PORT") || strings.Contains(value, "://") ||
		strings.Contains(name, "_SERVICE_PORT") || strings.Contains(name, "_PORT_")
}

// checkNames refuses the names that mean nothing.
func (s *source) checkNames(vars []Variable) {
	known := map[string]bool{}
	var all []string
	for _, v := range vars {
		for _, name := range v.names() {
			known[name] = true
			all = append(all, name)
		}
	}
	for _, name := range s.names {
		if known[name] || injected(name, s.values[name]) {
			continue
		}
		if near := nearest(strings.ToUpper(name), all); near != "" {
			s.add(name, "is unknown; did you mean %s?", near)
			continue
		}
		s.add(name, "is unknown; “escalat config --reference” lists every variable")
	}
}

// readFiles puts the content of each …_FILE in the place of its secret.
func (s *source) readFiles(vars []Variable) {
	for _, v := range vars {
		file := v.Name + fileSuffix
		if !v.Secret || !s.has(file) {
			continue
		}
		if s.has(v.Name) {
			s.add(v.Name, "and %s are both set; keep one", file)
			continue
		}
		content, err := readFile(strings.TrimSpace(s.values[file]), maxSecret)
		if err != nil {
			s.add(file, "%v", err)
			s.refused[v.Name] = true
			continue
		}
		value := strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r")
		if strings.TrimSpace(value) == "" {
			s.add(file, "names a file that is empty")
			s.refused[v.Name] = true
			continue
		}
		s.values[v.Name], s.files[v.Name] = value, true
	}
}

const (
	fileSuffix = "_FILE"
	// maxSecret bounds the file of a secret, in bytes.
	maxSecret = 64 << 10
)

// readFile reads a regular file of at most limit bytes. A pipe or a device is
// refused because reading it could wait for ever.
func readFile(name string, limit int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, invalid("names %s, which is not a regular file", quote(name))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, unreadable(name, err)
	}
	if int64(len(content)) > limit {
		return nil, invalid("names %s, which is larger than %s", quote(name), Size(limit))
	}
	return content, nil
}

// unreadable keeps the reason but not the path, which stands quoted before it.
func unreadable(name string, err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		err = pe.Err
	}
	return invalid("names %s, which cannot be read: %v", quote(name), err)
}
