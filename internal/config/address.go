package config

import (
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// URL is an absolute http or https URL without a final slash.
type URL string

// UnmarshalText refuses what could not be the base of an API, and plain http
// to another machine, which would show the token to the network.
func (u *URL) UnmarshalText(text []byte) error {
	p, err := url.Parse(string(text))
	switch {
	case err != nil || p.Host == "" || p.Hostname() == "" || p.Opaque != "":
		return invalid("is not an absolute URL")
	case p.User != nil:
		return invalid("must not contain a user or a password")
	case p.RawQuery != "" || p.Fragment != "" || p.ForceQuery:
		return invalid("must end with the path, without ? and #")
	case p.Scheme != "https" && (p.Scheme != "http" || !loopback(p.Hostname())):
		return invalid("must begin with https:// (http:// is for this machine only)")
	}
	*u = URL(strings.TrimRight(p.String(), "/"))
	return nil
}

// Endpoint is an absolute https URL that is used as it stands: a slash at its
// end may matter.
type Endpoint string

// UnmarshalText refuses what URL refuses.
func (e *Endpoint) UnmarshalText(text []byte) error {
	var u URL
	if err := u.UnmarshalText(text); err != nil {
		return err
	}
	*e = Endpoint(text)
	return nil
}

// loopback reports whether host is this machine without asking the DNS.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// HostPort is the address of a server.
type HostPort string

// Host returns the part before the port.
func (h HostPort) Host() string {
	host, _, _ := net.SplitHostPort(string(h))
	return host
}

// UnmarshalText refuses an address without a host or a port.
func (h *HostPort) UnmarshalText(text []byte) error {
	v := string(text)
	host, port, err := net.SplitHostPort(v)
	if err != nil || host == "" || !portIn(port, 1) {
		return invalid("is %s, but must be host:port", quote(v))
	}
	*h = HostPort(v)
	return nil
}

// Listen is an address to listen on; an empty host means every interface.
type Listen string

// UnmarshalText refuses an address without a port.
func (l *Listen) UnmarshalText(text []byte) error {
	v := string(text)
	if _, port, err := net.SplitHostPort(v); err != nil || !portIn(port, 0) {
		return invalid("is %s, but must be host:port", quote(v))
	}
	*l = Listen(v)
	return nil
}

// overlaps reports whether both cannot be listened on at the same time. Names of
// hosts are not resolved.
func (l Listen) overlaps(o Listen) bool {
	host, port, _ := net.SplitHostPort(string(l))
	other, same, _ := net.SplitHostPort(string(o))
	if n, err := strconv.Atoi(port); err != nil || n == 0 || port != same {
		return false
	}
	every := func(host string) bool {
		ip := net.ParseIP(host)
		return host == "" || ip != nil && ip.IsUnspecified()
	}
	return every(host) || every(other) || strings.EqualFold(host, other) || loopback(host) && loopback(other)
}

func portIn(port string, least int) bool {
	n, err := strconv.Atoi(port)
	return err == nil && n >= least && n <= 65535
}

// Address is a mail address (RFC 5321, section 4.1.2) in ASCII, its domain in
// lower case.
type Address string

// UnmarshalText refuses display names and addresses that would need SMTPUTF8.
func (a *Address) UnmarshalText(text []byte) error {
	v := string(text)
	p, err := mail.ParseAddress(v)
	if err != nil || p.Name != "" || strings.ContainsAny(v, "<>") {
		return invalid("%s is not a mail address", quote(v))
	}
	addr, err := plainAddress(p.Address)
	*a = addr
	return err
}

// Same reports whether both are the same mailbox as far as one can tell.
func (a Address) Same(b Address) bool { return a != "" && strings.EqualFold(string(a), string(b)) }

// Domain returns the part after the last @.
func (a Address) Domain() string {
	return string(a[strings.LastIndexByte(string(a), '@')+1:])
}

// plainAddress checks what net/mail let through.
func plainAddress(v string) (Address, error) {
	at := strings.LastIndexByte(v, '@')
	notPlain := func(r rune) bool { return r <= ' ' || r > '~' }
	if at < 1 || strings.ContainsFunc(v, notPlain) || !domains.MatchString(v[at+1:]) {
		return "", invalid("%s is not a plain ASCII mail address", quote(v))
	}
	return Address(v[:at+1] + strings.ToLower(v[at+1:])), nil
}

var domains = regexp.MustCompile(`^(?i)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// Mailbox is an address with the name that people see (RFC 5322, section 3.4).
type Mailbox struct {
	Name    string
	Address Address
}

// UnmarshalText refuses groups, lists and line breaks.
func (m *Mailbox) UnmarshalText(text []byte) error {
	v := string(text)
	p, err := mail.ParseAddress(v)
	if err != nil || strings.ContainsAny(v, "\r\n") {
		return invalid("is %s, which is not a mailbox; a name with special characters stands in double quotes", quote(v))
	}
	addr, err := plainAddress(p.Address)
	if err != nil {
		return err
	}
	*m = Mailbox{Name: p.Name, Address: addr}
	return nil
}

// String returns the mailbox as it stands in a header before encoding.
func (m Mailbox) String() string {
	if m.Name == "" {
		return string(m.Address)
	}
	return strconv.Quote(m.Name) + " <" + string(m.Address) + ">"
}

// Sender is an address, or a domain that stands for all its addresses, in lower
// case.
type Sender string

// UnmarshalText accepts "a@b", "b" and "@b".
func (s *Sender) UnmarshalText(text []byte) error {
	v := strings.ToLower(strings.TrimPrefix(string(text), "@"))
	if domains.MatchString(v) && strings.Contains(v, ".") {
		if suffix, icann := publicsuffix.PublicSuffix(v); icann && suffix == v {
			return invalid("%s is no organisation's: anybody can have a domain below it", quote(string(text)))
		}
		*s = Sender(v)
		return nil
	}
	var a Address
	if err := a.UnmarshalText([]byte(v)); err != nil {
		return invalid("%s is neither a mail address nor a domain", quote(string(text)))
	}
	*s = Sender(a)
	return nil
}

// Covers reports whether a mail from a would be this sender's. A domain stands
// for those below it, too.
func (s Sender) Covers(a Address) bool {
	if strings.Contains(string(s), "@") {
		return a.Same(Address(s))
	}
	domain, own := strings.ToLower(a.Domain()), strings.ToLower(string(s))
	return domain == own || strings.HasSuffix(domain, "."+own)
}
