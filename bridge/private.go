package bridge

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Private is a sort of what texts and files hold without being meant for a provider: a
// secret, or data of a person.
type Private string

// The sorts.
const (
	PrivatePassword   Private = "password"   // also in prose
	PrivateKey        Private = "key"        // a private key
	PrivateToken      Private = "token"      // of an API, a session, a cookie
	PrivateConnection Private = "connection" // a connection string with its password
	PrivateIdentity   Private = "identity"   // DNI, NIE, NIF of a person
	PrivateAccount    Private = "account"    // IBAN
	PrivateSocial     Private = "social"     // number of the Spanish social security
	PrivateCard       Private = "card"       // payment card
	PrivateHealth     Private = "health"     // CIP, of a Catalan health card
	PrivatePerson     Private = "person"     // a person of a register: name with birth or address
)

// Privates are all sorts, in the order in which they are told.
func Privates() []Private {
	return []Private{
		PrivatePassword, PrivateKey, PrivateToken, PrivateConnection,
		PrivateIdentity, PrivateAccount, PrivateSocial, PrivateCard, PrivateHealth, PrivatePerson,
	}
}

// Mask stands in the place of what is private, in the words of who reads it: the provider.
// No markup, no mail and no file name takes it for anything but text.
func (p Private) Mask() string { return "(" + p.hidden() + ")" }

func (p Private) hidden() string {
	switch p {
	case PrivatePassword:
		return "contraseña oculta"
	case PrivateKey:
		return "clave privada oculta"
	case PrivateToken:
		return "credencial oculta"
	case PrivateConnection:
		return "cadena de conexión oculta"
	case PrivateIdentity:
		return "DNI o NIE oculto"
	case PrivateAccount:
		return "IBAN oculto"
	case PrivateSocial:
		return "número de la Seguridad Social oculto"
	case PrivateCard:
		return "número de tarjeta oculto"
	case PrivateHealth:
		return "CIP oculto"
	}
	return "datos personales ocultos"
}

// Hit is a place in a text where something private stands.
type Hit struct {
	Kind  Private
	Start int // byte offsets in the text
	End   int
	// Print names the value without telling it: the same for the same value of a kind, and
	// not to be guessed from without the installation's key.
	Print string
}

// Hidden is something private in a text that leaves, as it is told: never the value.
type Hidden struct {
	Kind Private `json:"kind"`
	// Place is the id of the form's field whose value it stands in, or one of the places
	// below.
	Place string `json:"place"`
	Line  int    `json:"line"` // of that value, from 1
}

// Places besides the form's fields.
const (
	PlaceSummary = "summary" // of the issue
	PlaceRest    = "rest"    // what the description says besides the form
	PlaceWords   = "words"   // a text of the team for the provider
)

// Inside is something private in a file.
type Inside struct {
	Kind Private `json:"kind"`
	// Path leads to the file within an archive or a document, its names separated by “!/”;
	// empty: the file itself.
	Path string `json:"path,omitempty"`
	// Line is where it stands, from 1; 0 where a file has no lines. Of a PDF it is the page.
	Line int `json:"line,omitempty"`
}

// Opaque says why nobody can look into a file. Empty: it was looked into.
type Opaque string

// The reasons.
const (
	OpaqueEncrypted Opaque = "encrypted"
	OpaqueTooLarge  Opaque = "too-large" // over a bound of size, count, depth or time
	OpaqueUnknown   Opaque = "unknown"   // of a type that cannot be read
	OpaqueBroken    Opaque = "broken"    // not what its type says
	OpaqueImage     Opaque = "image"     // a picture: it may show anything
)

// Inspection is what looking into a file gave.
type Inspection struct {
	Inside []Inside `json:"inside,omitempty"` // the first of a great many
	Opaque Opaque   `json:"opaque,omitempty"`
}

// Clean reports whether the file was looked into and nothing private was found.
func (i Inspection) Clean() bool { return len(i.Inside) == 0 && i.Opaque == "" }

// Masks returns the sorts of what was masked in a text, with their lines, in their order.
func Masks(text, place string) []Hidden {
	type found struct {
		at   int
		kind Private
	}
	var all []found
	for _, kind := range Privates() {
		mask := kind.Mask()
		for from := 0; ; {
			at := strings.Index(text[from:], mask)
			if at < 0 {
				break
			}
			all = append(all, found{from + at, kind})
			from += at + len(mask)
		}
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Compare(a.at, b.at) })
	var out []Hidden
	for _, f := range all {
		out = append(out, Hidden{Kind: f.kind, Place: place, Line: 1 + strings.Count(text[:f.at], "\n")})
	}
	return out
}

// mask is the text with its hits masked, but for those that are allowed by their print.
// Hits that overlap are one.
func mask(text string, hits []Hit, allowed []string) string {
	var out strings.Builder
	end := 0
	for _, h := range ordered(text, hits) {
		if h.Start < end || slices.Contains(allowed, h.Print) {
			continue
		}
		out.WriteString(text[end:h.Start] + h.Kind.Mask())
		end = h.End
	}
	return out.String() + text[end:]
}

// Ordered are the hits that can be in a text, first things first. Those that overlap are one.
func Ordered(text string, hits []Hit) []Hit { return ordered(text, hits) }

// ordered are the hits that can be, the first and longest first. A hit within a letter
// covers the letter.
func ordered(text string, hits []Hit) []Hit {
	out := slices.Clone(hits)
	for i := range out {
		h := &out[i]
		h.Start, h.End = max(0, min(h.Start, len(text))), max(0, min(h.End, len(text)))
		for h.Start > 0 && h.Start < len(text) && !utf8.RuneStart(text[h.Start]) {
			h.Start--
		}
		for h.End < len(text) && !utf8.RuneStart(text[h.End]) {
			h.End++
		}
	}
	out = slices.DeleteFunc(out, func(h Hit) bool { return h.Start >= h.End })
	slices.SortStableFunc(out, func(a, b Hit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	// What reaches into one that is masked is masked with it.
	for i := 1; i < len(out); {
		if last := &out[i-1]; out[i].Start < last.End {
			last.End = max(last.End, out[i].End)
			out = slices.Delete(out, i, i+1)
			continue
		}
		i++
	}
	return out
}
