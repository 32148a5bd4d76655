// Package send writes to the provider: it composes a notice and transmits it.
//
// Composing reads the issue again and renders the whole mail into a blob under a
// Message-ID that escalat signs. Before transmitting the issue is read once
// more: what was withdrawn meanwhile is not sent, and what was composed from texts or
// files that are no longer there is composed anew. Once an attempt may have sent, exactly
// those bytes are transmitted, at every attempt.
//
// Whether a mail left is known from the server's answer or, when that was lost,
// from our own copy: our mailbox is a recipient of the same transaction. That no
// copy was seen proves nothing; after three times the usual delay the same bytes
// are sent once more, or not, as configured, and then a person decides.
//
// The first notice brings everything, with the issue's evidence as far as there is
// room: files are streamed from Jira into the mail, and one that cannot be had in time,
// or with which the server refuses the mail, holds up no incident. One that a
// person sent although something was missing says what is to be confirmed; additions,
// answers to it in the same thread, bring that later, and what was changed or uploaded
// since, and only to whom the first notice really went. How an addition ends changes
// nothing about how the escalation stands.
//
// So do notices that bring nothing of the form: a text of the team, whose comment is read
// again before it is composed and before it leaves, a claim, that the case is closed or
// opened again. A claim goes besides to people who stand in the provider's matrix, and to
// nobody else. Sent once more, the first notice is composed anew.
//
// Where a provider takes no mail, what would be one is the text of a ticket: bounded,
// without files, with the text of small ones in it. It goes on to the provider's API, or
// to a person.
//
// What the team wrote in Catalan goes out translated, marked so, and with what was written
// at the end. Everything that is decided, compared or remembered is of what was written.
// A translator that is away, or gives back what is damaged, holds nothing up: the text goes
// as it was written, and the team is told. One that gives texts to others gets none with
// what a person lets leave for the provider alone.
package send

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/sentence"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
)

const stage = "send"

// Issues reads an issue by its id.
type Issues interface {
	Issue(ctx context.Context, id string) (bridge.Issue, error)
}

// Blobs keeps composed mails.
type Blobs interface {
	WriteBlob(ctx context.Context, r io.Reader) (name string, size int64, err error)
	OpenBlob(ctx context.Context, name string) (io.ReadCloser, error)
}

// Provider is a profile and to whom its notices go.
type Provider struct {
	Profile *mapping.Profile
	To      []string // addresses; never empty where notices go by mail
	// Channel is how notices reach it; empty: by mail.
	Channel bridge.Channel
	// Glossary are the words with a translation of their own, or that stay; nil: none. See
	// ProviderGlossary.
	Glossary *sentence.Glossary
	// SendChanges: what is changed or uploaded after the first notice is sent by
	// itself; else it is offered.
	SendChanges bool
}

// Telling is what both parts need to tell the team what became of a notice.
type Telling struct {
	Providers map[string]Provider // by profile id
	Texts     text.Texts
	Zone      *time.Location // in which times are told
	// Redirect is the only recipient of everything when it is set.
	Redirect string
	// Shadow: nothing leaves, what would be sent is only recorded.
	Shadow bool
	// Team is markup that addresses the team, for when nobody else is known.
	Team string
}

// recipients is to whom a provider's notices go in the present mode.
func (t *Telling) recipients(p Provider) []string {
	if t.Redirect != "" {
		return []string{t.Redirect}
	}
	return p.To
}

// cargo is what a notice brings, as the team calls it, or what it is about; of the first
// notice nothing.
type cargo struct {
	added, changed, files []string
	about                 bridge.About
}

// brings is what an addition brings.
func (t *Telling) brings(c bridge.Case, n *bridge.Notice) cargo {
	switch {
	case n.Serial == 1:
		return cargo{}
	case n.About != bridge.AboutForm:
		return cargo{about: n.About, files: names(n.Files)}
	}
	return t.cargo(c, n.Fields, n.Changed, names(n.Files))
}

func (t *Telling) cargo(c bridge.Case, fields, changed, files []string) cargo {
	added := slices.DeleteFunc(slices.Clone(fields), func(id string) bool { return slices.Contains(changed, id) })
	return cargo{added: t.labels(c, added), changed: t.labels(c, changed), files: files}
}

func names(files []bridge.Evidence) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Name)
	}
	return out
}

// problem makes the arguments of a text about a notice that did not go well.
func (t *Telling) problem(c bridge.Case, brings cargo, at time.Time, reason string) text.SendProblem {
	told := text.SendProblem{
		MentionMarkup: wording.Mention(c, t.Team), Provider: t.name(c), Reason: reason, Call: t.call(c, at),
		Added: brings.added, Changed: brings.changed, Files: brings.files, About: string(brings.about),
	}
	if p, ok := t.Providers[c.Provider]; ok {
		told.Phones, told.Portal = p.Profile.PhonesOf(c.Kind), p.Profile.PortalOf(c.Kind)
	}
	return told
}

// trouble is problem for what must not wait until the desk opens. Of a first notice it
// notes in the case that the call is due, as of one that was sent.
func (t *Telling) trouble(c *bridge.Case, about notice, at time.Time, reason string) text.SendProblem {
	told := t.problem(*c, about.brings, at, reason)
	if about.first {
		told.Call = t.due(c, about.subject, at, t.Shadow || t.Redirect != "")
	}
	return told
}

// notice is what a problem is about.
type notice struct {
	first   bool
	subject string // empty while it is not known
	brings  cargo
}

// due is whom to call about a first notice. That the call is due stands in the case,
// which is looked at when the desk opens. A case that is over waits for no call, and
// nobody is called about a test.
func (t *Telling) due(c *bridge.Case, subject string, at time.Time, test bool) *text.Call {
	p, ok := t.Providers[c.Provider]
	if !ok || test || !c.State.Open() {
		return t.call(*c, at)
	}
	call := wording.Due(c, p.Profile, t.Texts, at, spoken(*c, p.Profile, subject))
	if until := c.CallUntil; !until.IsZero() && (c.DueAt.IsZero() || c.DueAt.After(until)) {
		c.DueAt = until
	}
	return call
}

// labels are how the team calls fields, in the form's order.
func (t *Telling) labels(c bridge.Case, ids []string) []string {
	p, ok := t.Providers[c.Provider]
	if !ok {
		return ids
	}
	return wording.Labels(p.Profile, c.Kind, ids, t.Texts.Language())
}

// private tells the team what did not leave as it is.
func (t *Telling) private(c bridge.Case, n bridge.Notice) text.Private {
	p, ok := t.Providers[c.Provider]
	if !ok {
		return text.Private{}
	}
	return wording.Private(c, p.Profile, n, t.Texts.Language())
}

// doubtful tells the team of what looked wrong when it was sent.
func (t *Telling) doubtful(c bridge.Case, n *bridge.Notice) []text.Doubtful {
	var out []text.Doubtful
	for _, d := range n.Doubts {
		out = append(out, text.Doubtful{Label: t.labels(c, []string{d.Field})[0], Value: d.Value, Why: string(d.Code)})
	}
	return out
}

// How many failures in a row make a delay worth telling: a minute or so by day; at
// night one that is met again at once, since the telephone must not wait.
const (
	delayedByDay   = 6
	delayedAtNight = 2
)

// errUnread means that Jira is away: nobody can be told there, and when it is back
// the notice goes on by itself.
var errUnread = errors.New("the issue cannot be read")

// delayed tells, once an effect, that a notice cannot be composed or handed over yet.
func (t *Telling) delayed(c bridge.Case, about notice, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	told := t.trouble(&c, about, ev.At, serverWords(ev.Err))
	after := delayedByDay
	if told.Call != nil {
		after = delayedAtNight
	}
	if errors.Is(ev.Err, errUnread) || e.Tries < after {
		return bridge.Outcome{}
	}
	return bridge.Outcome{Case: c, Effects: []bridge.Effect{tell("delayed/"+e.Key, t.Texts.SendDelayed(told))}}
}

func (t *Telling) name(c bridge.Case) string {
	if p, ok := t.Providers[c.Provider]; ok {
		return p.Profile.Name
	}
	return c.Provider
}

// call says whom to telephone at that hour, or nil while the desk is open.
func (t *Telling) call(c bridge.Case, at time.Time) *text.Call {
	p, ok := t.Providers[c.Provider]
	if !ok {
		return nil
	}
	return wording.Call(p.Profile, c.Kind, t.Texts, at)
}

// tell plans a comment.
func tell(key, markup string) bridge.Effect {
	return bridge.Plan(bridge.ToJira, bridge.PostComment, key, bridge.CommentBody{Text: markup})
}

func entry(ev bridge.Event, action, why string) []bridge.Entry {
	return []bridge.Entry{{At: ev.At, Stage: stage, Action: action, Reason: why}}
}

// become changes the state of a case that is still being sent. One that was
// answered or closed meanwhile stays so.
func become(c *bridge.Case, s bridge.State) bool {
	if c.State != bridge.Sending {
		return false
	}
	c.State = s
	return true
}

// refusal says why a notice is not wanted any more.
type refusal string

const (
	unlabelled refusal = "the label was removed"
	resolved   refusal = "the issue is resolved" // or archived
	closed     refusal = "the case is closed"    // and nobody waits for an addition
	reopened   refusal = "the case is open"      // and the provider is not told that it is closed
)

// wanted reads the issue again and says whether its notice, the first or one after it, is
// still wanted: why is empty then. A failure changed nothing outside.
func (t *Telling) wanted(ctx context.Context, issues Issues, c bridge.Case, first bool, about bridge.About) (p Provider, issue bridge.Issue, why refusal, err error) {
	p, ok := t.Providers[c.Provider]
	if !ok {
		return p, issue, "", bridge.Permanent(fmt.Errorf("provider %s is not configured", c.Provider))
	}
	if issue, err = issues.Issue(ctx, c.IssueID); err != nil {
		return p, issue, "", notDone(fmt.Errorf("%s: %w: %w", c.IssueKey, errUnread, err))
	}
	issue = issue.Allow(c.Allowed.Prints)
	return p, issue, unwanted(c, p, issue, first, about), nil
}

// unwanted is why a notice is not wanted any more, or empty.
func unwanted(c bridge.Case, p Provider, issue bridge.Issue, first bool, about bridge.About) refusal {
	byLabel := c.Closing == bridge.ByLabel && about == bridge.AboutForm
	switch {
	case about == bridge.AboutClose && c.Closing == "":
		return reopened
	case about == bridge.AboutClose:
		return ""
	case !first && c.Closing != "" && !byLabel:
		return closed // whose label it is that is on or off now does not matter
	case !c.Follows(p.Profile.EscalationLabels(issue.Labels)) || byLabel && !first:
		return unlabelled
	case first && c.Rests(issue):
		return resolved
	}
	return ""
}

// putBack has a case that was to be sent decided upon anew. What follows gets
// other keys than what is put back.
func putBack(c *bridge.Case, at time.Time) bool {
	if !become(c, bridge.Settling) {
		return false
	}
	c.DueAt = at
	c.Rounds++
	return true
}
