package mapping

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

const (
	maxPatterns = 20
	maxPattern  = 200 // bytes
	maxSubject  = 40  // bytes
	// sample is a number that what is written in a subject is tried with.
	sample = "1234567"
)

// references checks how ticket numbers are written, and makes the expressions.
func (d *document) references(r *References) {
	if len(r.Patterns) > maxPatterns {
		d.report("$.references.patterns", "patterns must be at most %d", maxPatterns)
		return
	}
	sound := true
	for i := range r.Patterns {
		p := &r.Patterns[i]
		expr, err := numberPattern(p.source)
		if err != nil {
			d.report(fmt.Sprintf("$.references.patterns[%d]", i), "pattern %q %v", p.source, err)
			sound = false
			continue
		}
		p.expr = expr
	}
	d.subject(*r, sound)
}

// subject checks what is written in the subjects. The patterns are asked only when all
// of them are sound.
func (d *document) subject(r References, sound bool) {
	const at = "$.references.subject"
	odd := func(c rune) bool { return c < ' ' || c > '~' }
	switch {
	case r.Subject == "":
	case strings.Count(r.Subject, "{}") != 1:
		d.report(at, "subject %q must hold {} once, where the number stands", r.Subject)
	case strings.ContainsFunc(r.Subject, odd) || len(r.Subject) > maxSubject:
		d.report(at, "subject %q must be at most %d letters, digits and signs of ASCII", r.Subject, maxSubject)
	case sound && !r.finds(r.Write(sample), sample):
		d.report(at, "no pattern finds the number in %q: an answer to it would not be known", r.Write(sample))
	}
}

// finds reports whether a text is known to name exactly that number.
func (r References) finds(text, number string) bool {
	found := r.Tickets(text)
	return len(found) == 1 && found[0].Number == number
}

// numberPattern makes an expression for any letter case; its one group is never empty.
func numberPattern(source string) (*regexp.Regexp, error) {
	if len(source) > maxPattern {
		return nil, fmt.Errorf("must be at most %d bytes", maxPattern)
	}
	tree, err := syntax.Parse(source, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return nil, fmt.Errorf("is no regular expression: %w", err)
	}
	group := captured(tree)
	if tree.MaxCap() != 1 || group == nil {
		return nil, errors.New("must have one group, the number; of others (?: makes none")
	}
	expr, err := regexp.Compile("(?i:" + source + ")")
	if err != nil {
		return nil, fmt.Errorf("is no regular expression: %w", err)
	}
	if shortest(group) == 0 || expr.MatchString("") {
		return nil, errors.New("must not find an empty number")
	}
	return expr, nil
}

// captured returns what the first group holds, or nil.
func captured(e *syntax.Regexp) *syntax.Regexp {
	if e.Op == syntax.OpCapture {
		return e.Sub[0]
	}
	for _, sub := range e.Sub {
		if found := captured(sub); found != nil {
			return found
		}
	}
	return nil
}

// shortest is how many letters an expression finds at least.
func shortest(e *syntax.Regexp) int {
	switch e.Op {
	case syntax.OpLiteral:
		return len(e.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return shortest(e.Sub[0])
	case syntax.OpRepeat:
		return e.Min * shortest(e.Sub[0])
	case syntax.OpConcat:
		n := 0
		for _, sub := range e.Sub {
			n += shortest(sub)
		}
		return n
	case syntax.OpAlternate:
		n := shortest(e.Sub[0])
		for _, sub := range e.Sub[1:] {
			n = min(n, shortest(sub))
		}
		return n
	}
	return 0
}
