package bridge

import (
	"maps"
	"slices"
	"strings"

	"escalat/mapping"
	"escalat/mapping/wiki"
)

// Addressed is a comment that begins by saying for which provider it is, as in
// «Per a Claranet:», «Para Claranet:», «For Claranet:» and «@claranet».
type Addressed struct {
	Comment Comment
	// Text is what stands behind that, as Jira markup: the whole rest of the comment,
	// without the lines that command. Digest names it.
	Text   string
	Digest string
	// Fault says why it goes to nobody; empty: it may leave.
	Fault Fault
}

// Fault says why a comment that is for a provider goes to nobody.
type Fault string

// The faults.
const (
	// FaultUnclear: it may be for the provider or about it, as in «A Claranet:» or where the
	// colon is missing.
	FaultUnclear Fault = "unclear"
	FaultEmpty   Fault = "empty"  // nothing stands behind
	FaultHidden  Fault = "hidden" // customers see it, or not all of the team
	FaultBarred  Fault = "barred" // who wrote it may not command
	// FaultGone and FaultEdited are of one that was to leave: it is no text for the provider
	// any more, or says something else.
	FaultGone   Fault = "gone"
	FaultEdited Fault = "edited"
)

// Addressed returns the comments that say that they are for the provider, oldest first.
// Those without a fault are of the team, and their authors may command. What our own
// account or a customer writes is never one, nor what only names the provider further
// down, in a quote or in code.
func (i Issue) Addressed(p *mapping.Profile) []Addressed {
	var out []Addressed
	signs := callsigns(p)
	for _, c := range i.Comments {
		if c.Own || c.Author.Customer || !mayCall(c.Body, signs) {
			continue
		}
		if a, ok := i.addressed(p, c); ok {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b Addressed) int { return a.Comment.At().Compare(b.Comment.At()) })
	return out
}

func (i Issue) addressed(p *mapping.Profile, c Comment) (Addressed, bool) {
	tree := wiki.Parse(c.Body)
	end, clear := addressEnd(tree, callsigns(p))
	if end < 0 {
		return Addressed{}, false
	}
	a := Addressed{Comment: c}
	if clear {
		a.Text = i.withoutCommands(behindAddress(tree, end))
	}
	a.Digest = Digest(a.Text)
	switch {
	case !c.FromTeam():
		a.Fault = FaultHidden
	case !i.May(c.Author):
		a.Fault = FaultBarred
	case !clear:
		a.Fault = FaultUnclear
	case shapeless(a.Text):
		a.Fault = FaultEmpty
	}
	return a, true
}

// maxOpening is within how many bytes a comment calls the provider that is for it, marks and
// all.
const maxOpening = 1 << 10

// mayCall reports whether a comment may begin with the provider: most do not, and need not
// be read.
func mayCall(body string, signs []string) bool {
	body = strings.TrimLeftFunc(body, isMargin)
	head := signOf(strings.ToValidUTF8(body[:min(len(body), maxOpening)], ""))
	return slices.ContainsFunc(signs, func(sign string) bool { return strings.Contains(head, sign) })
}

// Says returns the text for the provider of the comment with that id, and why it may not
// leave as the one that the digest names.
func (i Issue) Says(p *mapping.Profile, commentID, digest string) Addressed {
	for _, c := range i.Comments {
		if c.ID != commentID || c.Own || c.Author.Customer {
			continue
		}
		a, ok := i.addressed(p, c)
		switch {
		case !ok || a.Fault == FaultUnclear || a.Fault == FaultEmpty:
			return Addressed{Comment: c, Fault: FaultGone}
		case a.Fault == "" && a.Digest != digest:
			a.Fault = FaultEdited
		}
		return a
	}
	return Addressed{Fault: FaultGone}
}

// shapeless reports whether markup shows nothing: neither words nor a file.
func shapeless(markup string) bool {
	return strings.TrimSpace(wiki.Plain(markup)) == "" && len(ShownFiles(wiki.Parse(markup).Root.Children)) == 0
}

// behindAddress is the source from that place on. A mark that is open there is opened
// again, one that ends there is left out.
func behindAddress(tree wiki.Tree, end int) string {
	var open []wiki.Node // outermost first
	for nodes := tree.Root.Children; ; {
		at := slices.IndexFunc(nodes, func(n wiki.Node) bool { return n.Start < end && end <= n.InnerEnd })
		if at < 0 {
			break
		}
		if nodes[at].Kind > wiki.Text {
			open = append(open, nodes[at])
		}
		nodes = nodes[at].Children
	}
	marks := ""
	for _, n := range slices.Backward(open) {
		if strings.TrimSpace(tree.Source[min(end, n.InnerEnd):n.InnerEnd]) == "" {
			end = max(end, n.End)
		} else {
			marks = tree.Source[n.Start:n.InnerStart] + marks
		}
	}
	rest := strings.TrimLeftFunc(tree.Source[end:], isMargin)
	for strings.HasPrefix(rest, `\\`) && !strings.HasPrefix(rest, `\\\`) {
		rest = strings.TrimLeftFunc(rest[2:], isMargin)
	}
	return strings.TrimSpace(marks + rest)
}

// withoutCommands is markup without its lines that command.
func (i Issue) withoutCommands(markup string) string {
	if !strings.Contains(strings.ToLower(markup), "escalat") {
		return markup
	}
	tree := wiki.Parse(markup)
	var out strings.Builder
	done := 0
	for _, l := range sayings(tree.Root, nil) {
		if l.from < done || !i.commandsIn(tree.Source[l.from:l.to]) {
			continue
		}
		begin := 1 + strings.LastIndexByte(tree.Source[:l.from], '\n')
		if begin < done || strings.Trim(tree.Source[begin:l.from], "*#- \t") != "" {
			begin = l.from // it is no item of its own
		}
		out.WriteString(tree.Source[done:begin])
		done = l.to + len(tree.Source[l.to:]) - len(strings.TrimPrefix(tree.Source[l.to:], "\n"))
	}
	return strings.TrimSpace(out.String() + tree.Source[done:])
}

func (i Issue) commandsIn(markup string) bool {
	return len(Issue{Named: i.Named, Comments: []Comment{{Body: markup}}}.Commands()) > 0
}

// stretch is a part of a source.
type stretch struct{ from, to int }

// sayings are the lines that somebody says by himself: see spoken.
func sayings(n wiki.Node, out []stretch) []stretch {
	switch n.Kind {
	case wiki.Quote, wiki.Code, wiki.Preformatted:
		return out
	case wiki.Paragraph, wiki.Heading:
		from := n.InnerStart
		for _, b := range breaks(n, nil) {
			out = append(out, stretch{from, b.from})
			from = b.to
		}
		return append(out, stretch{from, n.InnerEnd})
	}
	for _, child := range n.Children {
		out = sayings(child, out)
	}
	return out
}

// breaks are where lines end below a node.
func breaks(n wiki.Node, out []stretch) []stretch {
	for _, child := range n.Children {
		if child.Kind == wiki.Break {
			out = append(out, stretch{child.Start, child.End})
		}
		out = breaks(child, out)
	}
	return out
}

// Relay notes that the text of the comment is on its way to the provider, as the one that
// the digest names.
func (c *Case) Relay(commentID, digest string) {
	c.Relayed = maps.Clone(c.Relayed)
	if c.Relayed == nil {
		c.Relayed = map[string]string{}
	}
	c.Relayed[commentID] = digest
}

// Unrelay notes that it is not after all: what the comment says then may go.
func (c *Case) Unrelay(commentID string) {
	c.Relayed = maps.Clone(c.Relayed)
	delete(c.Relayed, commentID)
}

// Explained reports whether of a comment for the provider, as it stands, its author was told
// why it is not sent, or it is on its way.
func (c *Case) Explained(a Addressed) bool {
	said := func(begin string) bool {
		return slices.ContainsFunc(c.Spent, func(mark string) bool { return strings.HasPrefix(mark, begin) })
	}
	switch planned, was := c.OnItsWay(a.Comment.ID); {
	case was:
		return planned == a.Digest || said("relay/"+a.Comment.ID+"/edited/"+a.Digest)
	case c.GivenUp(a.Comment.ID, a.Digest):
		return true
	}
	return said("relay/" + a.Comment.ID + "/")
}

// GiveUp notes that the text could not be sent, of which people were told: it goes when it
// is written anew.
func (c *Case) GiveUp(commentID, digest string) { c.Relay(commentID, givenUp+digest) }

// GivenUp reports whether it was given up.
func (c *Case) GivenUp(commentID, digest string) bool {
	return c.Relayed[commentID] == givenUp+digest
}

// OnItsWay returns the digest of the text of the comment that was planned to be sent.
func (c *Case) OnItsWay(commentID string) (digest string, ok bool) {
	digest, ok = c.Relayed[commentID]
	return digest, ok && !strings.HasPrefix(digest, givenUp)
}

// givenUp begins, in Relayed, what was given up; no digest does.
const givenUp = "-"
