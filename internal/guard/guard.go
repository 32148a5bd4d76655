// Package guard finds what is private in texts and files before anything leaves: secrets,
// in prose too, and data of persons.
//
// What it returns is where something stands, of which sort it is, and a print that is of no
// use without the installation's key: never the value. A text and its masked copy look the
// same to it, so that it finds nothing in what was masked. Its work is bounded by the
// length of what it is given, whatever that says.
package guard

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/internal/guard/inside"
)

// Config is what a guard is made of.
type Config struct {
	// Key is the installation's: what prints are made with.
	Key []byte
	// Treat is how each kind is treated; of the others, it is Mask.
	Treat map[bridge.Private]Treatment
	// Limits bound the looking into a file. Those that are zero are inside's own.
	Limits inside.Limits
}

// Guard finds what is private. Several goroutines may use it.
type Guard struct {
	key    []byte
	treat  map[bridge.Private]Treatment
	rules  *rules
	limits inside.Limits
	finder *finder
	memory memory
}

// The bounds.
const (
	minKey = 16
	// chunk is how much of a text is looked at together, and overlap how much of it again
	// with the next.
	chunk, overlap = 256 << 10, 16 << 10
	// rounds is how often a text is looked at again without what was found in it.
	rounds = 6
)

// New returns a guard.
func New(cfg Config) (*Guard, error) {
	if len(cfg.Key) < minKey {
		return nil, fmt.Errorf("guard: a key of %d bytes: at least %d are needed", len(cfg.Key), minKey)
	}
	for kind, treatment := range cfg.Treat {
		if err := checkTreatment(kind, treatment); err != nil {
			return nil, fmt.Errorf("guard: %w", err)
		}
	}
	rules, err := loadRules()
	if err != nil {
		return nil, fmt.Errorf("guard: %w", err)
	}
	return &Guard{key: []byte(string(cfg.Key)), treat: maps.Clone(cfg.Treat), rules: rules, limits: cfg.Limits, finder: newFinder()}, nil
}

// Stops reports whether a notice with something of that kind waits for a person.
func (g *Guard) Stops(kind bridge.Private) bool { return g.treat[kind] == Stop }

// Text returns what is private in a text, in order and apart from each other. What is
// allowed is not among it.
func (g *Guard) Text(text string) []bridge.Hit { return g.memory.find(text, g.text) }

func (g *Guard) text(text string) []bridge.Hit {
	var hits []bridge.Hit
	for _, f := range g.find(text) {
		hits = append(hits, bridge.Hit{Kind: f.kind, Start: f.start, End: f.end, Print: g.print(f.kind, text[f.start:f.end])})
	}
	return hits
}

// print names a value without telling it.
func (g *Guard) print(kind bridge.Private, value string) string {
	sum := hmac.New(sha256.New, g.key)
	sum.Write([]byte(string(kind) + "\x00" + value))
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

// find looks at the text as people see it: blanks that are pasted from documents are blanks,
// and what does not show is not there.
func (g *Guard) find(text string) []found {
	even := viewOf(text, each(text, "\u00a0", "\u202f", "\u2007"), " ")
	shown := viewOf(even.text, each(even.text, "\u200b", "\u00ad", "\ufeff", "\u2060"), "")
	all := g.findIn(shown.text)
	for i := range all {
		all[i].span = even.origin(shown.origin(all[i].span))
	}
	return all
}

// each are the spans of those parts in a text, in order.
func each(text string, parts ...string) []span {
	var out []span
	for _, part := range parts {
		for from := 0; ; {
			at := strings.Index(text[from:], part)
			if at < 0 {
				break
			}
			out = append(out, span{from + at, from + at + len(part)})
			from += at + len(part)
		}
	}
	slices.SortFunc(out, func(a, b span) int { return a.start - b.start })
	return out
}

// findIn looks at the text, then at what is left of it without what was found, until there is
// nothing more: so nothing is found in the masked text.
func (g *Guard) findIn(text string) []found {
	covered := masks(text)
	var all []found
	for range rounds {
		v := viewOf(text, covered, mark)
		var more []found
		for _, f := range g.scan(v.text) {
			f.span = v.origin(f.span)
			more = append(more, f)
		}
		if len(more) == 0 {
			break
		}
		all = append(all, more...)
		for _, f := range more {
			covered = append(covered, f.span)
		}
		covered = united(covered)
	}
	return joined(all)
}

// scan looks at a text chunk by chunk. What it returns is in order and apart, holds no
// mark, and is of no kind that is allowed.
func (g *Guard) scan(text string) []found {
	var all []found
	for from := 0; ; {
		end := cutAt(text, from+chunk)
		for _, f := range g.look(text[from:end], 0) {
			if strings.Contains(text[from+f.start:from+f.end], mark) || g.treat[f.kind] == Allow {
				continue
			}
			f.start, f.end = f.start+from, f.end+from
			all = append(all, f)
		}
		if end == len(text) {
			return joined(all)
		}
		from = cutAt(text, end-overlap)
	}
}

// cutAt is a good place for a cut, at or before the offset: a line's beginning.
func cutAt(text string, at int) int {
	if at >= len(text) {
		return len(text)
	}
	if line := strings.LastIndexByte(text[max(0, at-overlap/2):at], '\n'); line >= 0 {
		return max(0, at-overlap/2) + line + 1
	}
	for at > 0 && text[at]&0xC0 == 0x80 {
		at--
	}
	return at
}

// united are spans in order, with those that overlap made one.
func united(all []span) []span {
	var both []found
	for _, s := range all {
		both = append(both, found{span: s})
	}
	var out []span
	for _, f := range joined(both) {
		out = append(out, f.span)
	}
	return out
}
