package network

import (
	"net/netip"
	"strconv"
	"strings"
)

// ipv4 reads 192.0.2.1, with a port, a length or a mask behind it.
func (f *finder) ipv4(s string) (Kind, bool, bool) {
	address, tail := s, ""
	if n := strings.IndexAny(s, ":/"); n >= 0 {
		address, tail = s[:n], s[n:]
	}
	bad, wild, ok := f.dotted(address, tail)
	if !ok {
		return 0, false, false
	}
	switch {
	case tail == "" && wild:
		return Network, bad, true
	case tail == "":
		return IP, bad, true
	case tail[0] == ':':
		return endpoint(bad || wild, tail[1:])
	case !number(tail[1:]) && !strings.ContainsRune(tail[1:], '.'):
		return IP, bad, !strings.ContainsAny(tail, "0123456789") // 192.0.2.1/tcp
	}
	return Network, bad || wild || !lengthOrMask(tail[1:]), true
}

// endpoint is an address or a name with that port.
func endpoint(bad bool, port string) (Kind, bool, bool) {
	port, _, _ = strings.Cut(port, "/") // 8080/tcp
	if !number(port) {
		return 0, false, false
	}
	return Endpoint, bad || !validPort(port), true
}

func validPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 1 && n <= 65535
}

func lengthOrMask(s string) bool {
	if number(s) {
		n, err := strconv.Atoi(s)
		return err == nil && n <= 32
	}
	mask, err := netip.ParseAddr(s)
	if err != nil || !mask.Is4() {
		return false
	}
	b := mask.As4()
	bits := ^(uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3]))
	return bits&(bits+1) == 0
}

// dotted says whether numbers between dots are an address, or look like one.
func (f *finder) dotted(s, tail string) (bad, wild, ok bool) {
	labels := strings.Split(s, ".")
	if len(labels) < 3 || len(labels) > 6 || versionWords[strings.ToLower(f.before)] {
		return false, false, false
	}
	c, ok := countLabels(labels)
	switch {
	case !ok, c.numbers == 0, c.slips > 1, c.empty > 1, c.slips > 0 && c.numbers+c.slips != 4:
		return false, false, false
	case c.long && (len(labels) != 4 || octet(labels[0]) < 100), len(labels) > 4 && strings.HasPrefix(s, "1.3.6."):
		return false, false, false // 10.0.19041.1 is a version, 1.3.6.1.4 an object of SNMP
	case len(labels) == 3 && c.wilds > 0: // 192.0.x
		return c.bad, true, true
	case len(labels) == 3:
		return true, false, incomplete(labels, tail)
	}
	return c.bad || len(labels) != 4, c.wilds > 0, true
}

// counts says what stands between the dots of something like an address.
type counts struct {
	numbers, empty, slips, wilds int
	bad, long                    bool // one that is no octet, one of more than three digits
}

func countLabels(labels []string) (counts, bool) {
	var c counts
	for i, l := range labels {
		switch {
		case number(l):
			c.numbers++
			c.long = c.long || len(l) > 3
			c.bad = c.bad || octet(l) > 255
		case l == "":
			c.empty++
		case i > 1 && (l == "*" || strings.Trim(strings.ToLower(l), "x") == "" && len(l) <= 3):
			c.wilds++
		case len(l) <= 3 && strings.Trim(l, "0123456789oOlI") == "": // 1O.0.0.1
			c.slips++
		default:
			return counts{}, false
		}
	}
	c.bad = c.bad || c.empty+c.slips > 0
	return c, true
}

// incomplete tells the beginning of an address from a version and a date.
func incomplete(labels []string, tail string) bool {
	if labels[0] == "" || labels[1] == "" || labels[2] == "" {
		return false
	}
	first, second, third := octet(labels[0]), octet(labels[1]), labels[2]
	if len(third) > 3 || second > 255 {
		return false
	}
	date := first >= 1 && first <= 31 && second >= 1 && second <= 12 && len(third) == 2
	length := len(tail) > 1 && tail[0] == '/'
	private := first == 10 || first == 127 || first == 172 || first == 192
	return !date && (private || length || first >= 128 && first <= 255)
}

// octet is the value of some digits, as far as it matters.
func octet(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n > 9999 {
		return 9999
	}
	return n
}

func number(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// ipv6 reads 2001:db8::1, in brackets with a port, with a zone or a length.
func ipv6(s string) (Kind, bool, bool) {
	if strings.HasPrefix(s, "[") {
		address, tail, closed := strings.Cut(s[1:], "]")
		if _, bad, ok := ipv6(address); ok && closed && (tail == "" || strings.HasPrefix(tail, ":")) {
			if tail == "" {
				return IP, bad, true
			}
			return endpoint(bad, tail[1:])
		}
		return 0, false, false
	}
	address, length, cut := strings.Cut(s, "/")
	if !likeIPv6(address) {
		return 0, false, false
	}
	_, err := netip.ParseAddr(address)
	if !cut {
		return IP, err != nil, true
	}
	n, lengthErr := strconv.Atoi(length)
	return Network, err != nil || lengthErr != nil || n < 0 || n > 128, true
}

// likeIPv6 tells what is meant as an address from times, hardware addresses,
// fingerprints and names of programs.
func likeIPv6(s string) bool {
	s, _, _ = strings.Cut(s, "%")
	colons := strings.Count(s, ":")
	if colons < 2 || colons > 12 || !strings.ContainsAny(s, "0123456789") {
		return false
	}
	groups := strings.Split(s, ":")
	pairs, long := true, false
	for i, g := range groups {
		last := i == len(groups)-1
		if len(g) > 5 && (!last || !strings.Contains(g, ".")) || strings.Trim(strings.ToLower(g), "0123456789abcdefghijklmnopqrstuvwxyz.") != "" {
			return false
		}
		pairs = pairs && len(g) == 2
		long = long || len(g) > 2 && hex(g)
	}
	if strings.Contains(s, "::") {
		return hex(groups[0]) && (groups[0] != "" || groups[1] == "")
	}
	return !pairs && hex(groups[0]) && (long && colons >= 3 || colons == 7 && !number(strings.ReplaceAll(s, ":", "")))
}

func hex(s string) bool { return strings.Trim(strings.ToLower(s), "0123456789abcdef") == "" }
