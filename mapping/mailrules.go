package mapping

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

const (
	maxAcknowledgements = 20
	maxAcknowledgement  = 300 // bytes
	maxFooters          = 50
	maxFooter           = 200 // bytes
	// What is shorter would be found where it means nothing.
	minOpening = 8 // characters that an expression finds at least
	minFooter  = 8 // letters and digits
)

// proofs are what a sender's domain may be proved by.
var proofs = []string{"dmarc", "spf", "address"}

// Acknowledges reports whether a text begins as those with which the desk's program
// takes our mail in.
func (m Mail) Acknowledges(text string) bool {
	return slices.ContainsFunc(m.openings, func(e *regexp.Regexp) bool { return e.MatchString(text) })
}

// mail checks how a provider's mails are read, and makes the expressions.
func (d *document) mail(m *Mail) {
	if m.Proof != "" {
		d.known("$.mail.proof", "proof", m.Proof, proofs)
	}
	if len(m.Acknowledgements) > maxAcknowledgements {
		d.report("$.mail.acknowledgements", "acknowledgements must be at most %d", maxAcknowledgements)
	} else {
		d.acknowledgements(m)
	}
	if len(m.Footers) > maxFooters {
		d.report("$.mail.footers", "footers must be at most %d", maxFooters)
		return
	}
	d.footers(m.Footers)
}

func (d *document) acknowledgements(m *Mail) {
	for i, source := range m.Acknowledgements {
		at := fmt.Sprintf("$.mail.acknowledgements[%d]", i)
		if slices.Contains(m.Acknowledgements[:i], source) {
			d.report(at, "expression %q stands twice", source)
			continue
		}
		expr, err := openingPattern(source)
		if err != nil {
			d.report(at, "expression %q %v", source, err)
			continue
		}
		m.openings = append(m.openings, expr)
	}
}

// openingPattern makes an expression for the beginning of a text, in any letter case.
func openingPattern(source string) (*regexp.Regexp, error) {
	if len(source) > maxAcknowledgement {
		return nil, fmt.Errorf("must be at most %d bytes", maxAcknowledgement)
	}
	tree, err := syntax.Parse(source, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return nil, fmt.Errorf("is no regular expression: %w", err)
	}
	if shortest(tree) < minOpening {
		return nil, fmt.Errorf("must find at least %d characters: what is shorter begins other mails too", minOpening)
	}
	expr, err := regexp.Compile(`\A(?i:` + source + ")")
	if err != nil { // a group that is only closed behind ours
		return nil, errors.New("is no regular expression by itself")
	}
	return expr, nil
}

func (d *document) footers(footers []string) {
	seen := map[string]bool{}
	for i, f := range footers {
		at, key := fmt.Sprintf("$.mail.footers[%d]", i), normal(f)
		switch {
		case len(f) > maxFooter:
			d.report(at, "footer %q must be at most %d bytes: its beginning is enough", f, maxFooter)
		case utf8.RuneCountInString(key) < minFooter:
			d.report(at, "footer %q must have at least %d letters and digits: what is shorter begins other paragraphs too", f, minFooter)
		case seen[key]:
			d.report(at, "footer %q stands twice", f)
		}
		seen[key] = true
	}
}
