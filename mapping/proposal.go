package mapping

import (
	"fmt"
	"slices"
	"strings"
)

// Proposal is a rule by which the facts speak for a form.
type Proposal struct {
	Form string `yaml:"form"` // id
	// Says is the name of a list of the profile's Words, one of which stands in the issue;
	// Unless one of which none does.
	Says   string `yaml:"says"`
	Unless string `yaml:"unless"`
	Reason Phrase `yaml:"reason"`
}

// Proposed is a form for which the facts speak.
type Proposed struct {
	Form   string   // id
	Reason Phrase   // a clause
	Words  []string // that were found, as the profile writes them; the first few
}

// maxFound bounds how many words of a list are told.
const maxFound = 5

// Propose returns the forms for which an issue's facts speak, the strongest first, each
// once: by the profile's rules, over the summary and what the texts say. Labels of
// fields, what stands under the kind's and what is no answer speak for nothing.
func (p *Profile) Propose(in Input) []Proposed {
	if len(p.Proposals) == 0 || p.common == nil {
		return nil
	}
	return p.proposed(in.Summary, p.labelsOf(p.common).gather(in).said)
}

func (p *Profile) proposed(summary string, said []string) []Proposed {
	if len(p.Proposals) == 0 || p.lexicon == nil {
		return nil
	}
	found := map[string][]string{}
	p.lexicon.find(summary, found)
	for _, text := range said {
		p.lexicon.find(text, found)
	}
	var out []Proposed
	for _, rule := range p.Proposals {
		once := slices.ContainsFunc(out, func(o Proposed) bool { return o.Form == rule.Form })
		words := found[rule.Says]
		if once || len(words) == 0 || rule.Unless != "" && len(found[rule.Unless]) > 0 || p.Form(rule.Form) == nil {
			continue
		}
		out = append(out, Proposed{Form: rule.Form, Reason: rule.Reason, Words: words})
	}
	return out
}

// against returns the strongest proposal where it is for another form than the one that
// was chosen, and that one is not asked for through the other; else nil.
func (p *Profile) against(chosen *Form, proposed []Proposed) *Proposed {
	if chosen == nil || len(proposed) == 0 || p.leads(chosen.ID, proposed[0].Form, nil) != nil {
		return nil
	}
	return &proposed[0]
}

// lexicon finds words of lists in texts, as words: the longest that begins at a word of
// the text counts, and is used up, so that "no fa ping" may mean something else than
// "fa ping".
type lexicon struct {
	next  map[string]*lexicon
	lists map[string]string // by the lists that hold the words up to here: how each writes them
}

// newLexicon makes that of the lists that a profile's rules look for.
func newLexicon(p *Profile) *lexicon {
	root := &lexicon{}
	for _, rule := range p.Proposals {
		for _, list := range []string{rule.Says, rule.Unless} {
			for _, written := range p.Words[list] {
				root.add(list, written)
			}
		}
	}
	return root
}

func (l *lexicon) add(list, written string) {
	at := l
	for w := range strings.FieldsSeq(normal(written)) {
		if at.next == nil {
			at.next = map[string]*lexicon{}
		}
		if at.next[w] == nil {
			at.next[w] = &lexicon{}
		}
		at = at.next[w]
	}
	if at.lists == nil {
		at.lists = map[string]string{}
	}
	at.lists[list] = written
}

// find adds to found, by list, the words that a text says.
func (l *lexicon) find(text string, found map[string][]string) {
	words := strings.Fields(normal(text))
	for len(words) > 0 {
		n, longest := 1, (*lexicon)(nil)
		at := l
		for i := 0; i < len(words) && at.next[words[i]] != nil; i++ {
			if at = at.next[words[i]]; at.lists != nil {
				n, longest = i+1, at
			}
		}
		words = words[n:]
		if longest == nil {
			continue
		}
		for list, written := range longest.lists {
			if known := found[list]; len(known) < maxFound && !slices.Contains(known, written) {
				found[list] = append(known, written)
			}
		}
	}
}

// maxProposals bounds the rules of a profile.
const maxProposals = 40

// proposals checks the rules by which the facts speak for a form.
func (d *document) proposals(p *Profile) {
	if len(p.Proposals) > maxProposals {
		d.report("$.proposals", "proposals must be at most %d", maxProposals)
		return
	}
	lists := listsOf(p.Words)
	for i, rule := range p.Proposals {
		at := fmt.Sprintf("$.proposals[%d]", i)
		d.known(at+".form", "form", rule.Form, p.formIDs())
		if d.given(at, "says", rule.Says) {
			d.known(at+".says", "list of words", rule.Says, lists)
		}
		if rule.Unless != "" {
			d.known(at+".unless", "list of words", rule.Unless, lists)
		}
		d.phrase(at+".reason", rule.Reason)
		rule.Reason.each(func(lang, text string) { d.line(at+".reason."+lang, text, maxTell) })
	}
}
