package mapping

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxExpressions = 20  // of a list
	maxExpression  = 300 // bytes
	maxPasses      = 20
	maxFooters     = 50
	maxFooter      = 200 // bytes
	// What is shorter would be found where it means nothing.
	minPhrase = 8 // characters that an expression finds at least
	minFooter = 8 // letters and digits
)

// proofs are what a sender's domain may be proved by.
var proofs = []string{"dmarc", "spf", "address"}

// mail checks how a provider's mails are read, and makes the expressions.
func (d *document) mail(m *Mail) {
	if m.Proof != "" {
		d.known("$.mail.proof", "proof", m.Proof, proofs)
	}
	m.openings = d.expressions("$.mail.acknowledgements", m.Acknowledgements, `\A`)
	m.closings = d.expressions("$.mail.closings", m.Closings, "")
	m.surveys = d.expressions("$.mail.surveys", m.Surveys, "")
	if len(m.Footers) > maxFooters {
		d.report("$.mail.footers", "footers must be at most %d", maxFooters)
		return
	}
	d.footers(m.Footers)
}

// expressions makes those of a list; each finds what stands behind the sign that is put
// before it.
func (d *document) expressions(at string, sources []string, before string) []*regexp.Regexp {
	if len(sources) > maxExpressions {
		d.report(at, "%s must be at most %d", at[strings.LastIndexByte(at, '.')+1:], maxExpressions)
		return nil
	}
	var made []*regexp.Regexp
	for i, source := range sources {
		at := fmt.Sprintf("%s[%d]", at, i)
		if slices.Contains(sources[:i], source) {
			d.report(at, "expression %q stands twice", source)
			continue
		}
		expr, err := phrasePattern(source, before)
		if err != nil {
			d.report(at, "expression %q %v", source, err)
			continue
		}
		made = append(made, expr)
	}
	return made
}

// phrasePattern makes an expression of a phrase, in any letter case.
func phrasePattern(source, before string) (*regexp.Regexp, error) {
	if len(source) > maxExpression {
		return nil, fmt.Errorf("must be at most %d bytes", maxExpression)
	}
	tree, err := syntax.Parse(source, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return nil, fmt.Errorf("is no regular expression: %w", err)
	}
	if shortest(tree) < minPhrase {
		return nil, fmt.Errorf("must find at least %d characters: what is shorter begins other mails too", minPhrase)
	}
	expr, err := regexp.Compile(before + "(?i:" + source + ")")
	if err != nil { // a group that is only closed behind ours
		return nil, errors.New("is no regular expression by itself")
	}
	return expr, nil
}

// passes checks which phrases pass a ticket on, and makes their expressions.
func (d *document) passes(p *Profile) {
	if len(p.Mail.Passes) > maxPasses {
		d.report("$.mail.passes", "passes must be at most %d", maxPasses)
		return
	}
	for i := range p.Mail.Passes {
		pass, at := &p.Mail.Passes[i], fmt.Sprintf("$.mail.passes[%d]", i)
		d.known(at+".form", "form", pass.Form, p.formIDs())
		if len(pass.Says) == 0 {
			d.report(at, "says must hold at least one expression")
		}
		pass.says = d.expressions(at+".says", pass.Says, "")
	}
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
