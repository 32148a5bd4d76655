package config

import (
	"crypto/x509"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxFile bounds a file that a variable names, in bytes.
const maxFile = 1 << 20

// invalidValue says what is wrong with a value, in words that follow the name
// of its variable. Those of a secret never contain the value.
type invalidValue string

func (e invalidValue) Error() string { return string(e) }

func invalid(format string, args ...any) error {
	return invalidValue(fmt.Sprintf(format, args...))
}

// quote shows a value that was refused, shortened.
func quote(v string) string {
	const most = 80
	if r := []rune(v); len(r) > most {
		v = string(r[:most]) + "…"
	}
	return strconv.Quote(v)
}

// Zone is a time zone by its IANA name.
type Zone struct{ loc *time.Location }

// Location returns the zone, UTC when none was set.
func (z Zone) Location() *time.Location {
	if z.loc == nil {
		return time.UTC
	}
	return z.loc
}

// String returns the IANA name.
func (z Zone) String() string { return z.Location().String() }

// UnmarshalText refuses a name that the time zone database does not have, and
// "Local", which depends on the machine.
func (z *Zone) UnmarshalText(text []byte) error {
	loc, err := time.LoadLocation(string(text))
	if err != nil || string(text) == "Local" {
		return invalid("is %s, which is no time zone", quote(string(text)))
	}
	z.loc = loc
	return nil
}

// ProjectKey is the key of a Jira project.
type ProjectKey string

var projectKeys = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,254}$`)

// UnmarshalText refuses what could not be a key; the keys go into a search.
func (p *ProjectKey) UnmarshalText(text []byte) error {
	if !projectKeys.Match(text) {
		return invalid("%s is not a project key", quote(string(text)))
	}
	*p = ProjectKey(text)
	return nil
}

// LinkTypes are the names of types of link between issues.
type LinkTypes []string

// String returns the names as they are written.
func (l LinkTypes) String() string {
	if len(l) == 0 {
		return string(SwitchOff)
	}
	return strings.Join(l, ",")
}

// UnmarshalText reads names separated by commas, or “off”, which stands alone.
func (l *LinkTypes) UnmarshalText(text []byte) error {
	names := LinkTypes{}
	for name := range strings.SplitSeq(string(text), ",") {
		names = append(names, strings.TrimSpace(name))
	}
	off := slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, string(SwitchOff)) })
	switch {
	case off && len(names) > 1:
		return invalid("is %s: “off” stands alone", quote(string(text)))
	case off:
		names = LinkTypes{}
	}
	*l = names
	return nil
}

// Date is a day.
type Date struct{ start time.Time }

// Time returns the beginning of the day in UTC; the zero time when none was set.
func (d Date) Time() time.Time { return d.start }

// String returns year-month-day, or the empty text.
func (d Date) String() string {
	if d.start.IsZero() {
		return ""
	}
	return d.start.Format(time.DateOnly)
}

// UnmarshalText refuses what is no day of the calendar.
func (d *Date) UnmarshalText(text []byte) error {
	start, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return invalid("is %s, which is no day such as 2027-03-31", quote(string(text)))
	}
	d.start = start
	return nil
}

// Folder is a directory that exists.
type Folder string

// UnmarshalText refuses a folder that is not there.
func (f *Folder) UnmarshalText(text []byte) error {
	info, err := os.Stat(string(text))
	if err != nil || !info.IsDir() {
		return invalid("is %s, which is not a folder that can be read", quote(string(text)))
	}
	*f = Folder(text)
	return nil
}

// CAs are the authorities of a PEM file, trusted beside the system's.
type CAs struct {
	file string
	pool *x509.CertPool
}

// Pool returns the system's authorities and those of the file, or nil, which
// means the system's, when there is no file.
func (c CAs) Pool() *x509.CertPool { return c.pool }

// String returns the name of the file.
func (c CAs) String() string { return c.file }

// UnmarshalText reads the file and refuses one without a certificate.
func (c *CAs) UnmarshalText(text []byte) error {
	name := string(text)
	pem, err := readFile(name, maxFile)
	if err != nil {
		return err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return invalid("names %s, which has no PEM certificate", quote(name))
	}
	*c = CAs{name, pool}
	return nil
}

// Size is a number of bytes.
type Size int64

// String returns the size in the largest binary unit that divides it.
func (s Size) String() string {
	for _, u := range []struct {
		name string
		n    Size
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if s != 0 && s%u.n == 0 {
			return strconv.FormatInt(int64(s/u.n), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

var sizes = regexp.MustCompile(`^(?i)([0-9]{1,12})\s*(k|m|g)?(i?b)?$`)

// UnmarshalText reads a number with an optional unit: 1024, 64KiB, 50MB, 1G. A
// unit is always a power of 1024.
func (s *Size) UnmarshalText(text []byte) error {
	m := sizes.FindStringSubmatch(string(text))
	if m == nil {
		return invalid("is %s, which is not a size", quote(string(text)))
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return invalid("is %s, which is not a size", quote(string(text)))
	}
	shift := map[string]int{"k": 10, "m": 20, "g": 30}[strings.ToLower(m[2])]
	if n > 1<<(62-shift) {
		return invalid("is %s, which is too large", quote(string(text)))
	}
	*s = Size(n << shift)
	return nil
}
