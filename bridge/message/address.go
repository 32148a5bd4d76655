package message

import (
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxAddresses is the longest list of addresses that is read by the grammar, in bytes.
const maxAddresses = 64 << 10

var (
	looseAddress  = regexp.MustCompile(`[^\s<>"(),:;\[\]@\\]+@[^\s<>"(),:;\[\]@\\]+`)
	encodedAtom   = regexp.MustCompile(`=\?[^?\s<>"]+\?[bBqQ]\?[^?<>"]*\?=`)
	comment       = regexp.MustCompile(`\([^()<>]*\)`)
	singleAddress = regexp.MustCompile(`^([^<>]*)<[^<>]*>?\s*$`)
)

// addresses reads an address list. From one that breaks the grammar it takes
// everything that stands there as an address: a display name that is one makes the
// sender ambiguous instead of choosing for us. It never makes one out of what is
// encoded, quoted or a comment.
func addresses(value string) (list []Address, clean bool) {
	if len(value) > maxAddresses {
		return looseAddresses(value), false
	}
	hidden, show := hideWords(value)
	if parsed, err := new(mail.AddressParser).ParseList(hidden); err == nil {
		for _, a := range parsed {
			list = append(list, Address{Name: Words(show(a.Name)), Address: lowerDomain(trimQuotes(show(a.Address)))})
		}
		return list, true
	}
	return looseAddresses(value), false
}

// hideWords sets marks in place of encoded words, which may have anything inside, and
// returns what undoes it.
func hideWords(value string) (hidden string, show func(string) string) {
	const begin, end = "\uE000", "\uE001" // a letter to the grammar, and used by nobody
	var pairs []string
	if strings.Contains(value, begin) {
		return value, func(s string) string { return s }
	}
	hidden = encodedAtom.ReplaceAllStringFunc(value, func(word string) string {
		mark := begin + strconv.Itoa(len(pairs)) + end
		pairs = append(pairs, mark, word)
		return mark
	})
	return hidden, strings.NewReplacer(pairs...).Replace
}

func looseAddresses(value string) []Address {
	bare := encodedAtom.ReplaceAllString(value, " ")
	bare = comment.ReplaceAllString(dropQuoted(bare), " ")
	var list []Address
	for _, at := range looseAddress.FindAllStringIndex(bare, -1) {
		before, after := bare[:at[0]], bare[at[1]:]
		if strings.HasSuffix(before, "@") || strings.HasSuffix(before, `\`) || strings.HasPrefix(after, "@") || strings.HasPrefix(after, `\`) {
			continue // a piece of something else
		}
		address := lowerDomain(trimQuotes(bare[at[0]:at[1]]))
		if !slices.ContainsFunc(list, func(a Address) bool { return strings.EqualFold(a.Address, address) }) {
			list = append(list, Address{Address: address})
		}
		if len(list) > maxLoose {
			break
		}
	}
	if name := singleAddress.FindStringSubmatch(value); len(list) == 1 && name != nil {
		list[0].Name = Words(strings.Trim(name[1], ` "'`))
	}
	return list
}

// dropQuoted leaves out what is quoted, but not where it is the beginning of an address,
// nor where a quote does not close, so that nobody knows what is quoted.
func dropQuoted(value string) string {
	var out strings.Builder
	for rest := value; ; {
		before, after, ok := strings.Cut(rest, `"`)
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		end := 0
		for end < len(after) && after[end] != '"' {
			if after[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(after) {
			return value
		}
		if rest = after[end+1:]; strings.HasPrefix(strings.TrimLeft(rest, " \t"), "@") {
			out.WriteString(`"` + after[:end+1])
		}
		out.WriteByte(' ')
	}
}

// maxLoose bounds the addresses that are compared with each other.
const maxLoose = 1000

// trimQuotes takes the quotes off that some programs set around an address.
func trimQuotes(address string) string {
	if bare, ok := strings.CutPrefix(address, "'"); ok {
		return strings.TrimSuffix(bare, "'")
	}
	return address
}

func lowerDomain(address string) string {
	at := strings.LastIndexByte(address, '@')
	return address[:at+1] + strings.ToLower(address[at+1:])
}
