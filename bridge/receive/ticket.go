package receive

import (
	"cmp"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive/page"
	"escalat/bridge/receive/reply"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// TicketInput is what a decision about a ticket is made from that was read from a
// provider's API.
type TicketInput struct {
	Now time.Time
	// Case is the one whose ticket it is, and Followers those that share it, all locked.
	Case      bridge.Case
	Followers []bridge.Case
	Ticket    bridge.Ticket
	// Messages are all of the ticket, in any order.
	Messages []bridge.TicketMessage
}

const (
	// maxMessages bounds how many messages one decision tells; the next reading tells the
	// others.
	maxMessages = 40
	// maxAcknowledged is in how many of a message's lines it may say that ours came.
	maxAcknowledged = 6
)

// Ticket says what follows from a ticket as it was read: each message that was not looked
// at becomes a comment, once and in order, on the case's issue and on those that share it.
// What we wrote ourselves does not; what a person wrote in our name in the provider's
// portal does. How the ticket stands is followed too: closed, open again, or filed
// elsewhere. The case has the ticket as it was read, also where nothing is told.
func (r *Receiver) Ticket(in TicketInput) bridge.Outcome {
	p, known := r.providers[in.Case.Provider]
	if !known || in.Ticket.ID == 0 || in.Ticket.ID != in.Case.Ticket.ID {
		return bridge.Outcome{Case: in.Case}
	}
	d := reading{TicketInput: in, r: r, p: p.Profile, out: bridge.Outcome{Case: change(&in.Case)}}
	c, before := &d.out.Case, in.Case.Ticket
	c.Ticket.Number = cmp.Or(in.Ticket.Number, before.Number)
	c.Refer(c.Ticket.Number)
	fresh, all := unread(in.Messages, before.Message)
	for _, m := range fresh {
		c.Ticket.Message = m.ID
		if m.Support || !d.ours(m) {
			d.tell(m)
		}
	}
	if in.Ticket.Updated.Before(before.Updated) || !all { // it is read again
		return d.out
	}
	c.Ticket.State, c.Ticket.Category, c.Ticket.Updated = in.Ticket.State, in.Ticket.Category, in.Ticket.Updated
	d.moved(before)
	return d.out
}

// unread are the messages behind that id, in their order, each once; of a great many the
// oldest. It reports whether those are all.
func unread(messages []bridge.TicketMessage, looked int64) (fresh []bridge.TicketMessage, all bool) {
	for _, m := range messages {
		if m.ID > looked {
			fresh = append(fresh, m)
		}
	}
	slices.SortStableFunc(fresh, func(a, b bridge.TicketMessage) int { return cmp.Compare(a.ID, b.ID) })
	fresh = slices.CompactFunc(fresh, func(a, b bridge.TicketMessage) bool { return a.ID == b.ID })
	return fresh[:min(len(fresh), maxMessages)], len(fresh) <= maxMessages
}

// reading is the decision about a ticket.
type reading struct {
	TicketInput

	r   *Receiver
	p   *mapping.Profile
	out bridge.Outcome
}

// ours reports whether we wrote the message: its id says so, or it is one of our notices,
// whose answer may have been lost.
func (d *reading) ours(m bridge.TicketMessage) bool {
	if slices.Contains(d.Case.Ticket.Ours, m.ID) {
		return true
	}
	_, plain := legible(m.Body)
	return d.Case.Said(plain)
}

// tell plans the comments of a message, and what follows from it.
func (d *reading) tell(m bridge.TicketMessage) {
	c := &d.out.Case
	at := m.Created
	if at.IsZero() || at.After(d.Now) {
		at = d.Now
	}
	lines, plain := legible(m.Body)
	a := answer{
		Input: Input{
			Now: d.Now, Mail: bridge.Mail{ArrivedAt: at}, Case: c, Followers: d.Followers,
			Message: bridge.Message{Reply: plain, Lines: lines},
		},
		key: fmt.Sprintf("ticket-%d-%d", d.Ticket.ID, m.ID), textName: d.r.config.Texts.WholeName(fmt.Sprint(m.ID)),
		ticket: cmp.Or(c.Ticket.Number, fmt.Sprint(d.Ticket.ID)), portal: !m.Support,
	}
	action := "written in the portal"
	var follows sequel
	if m.Support {
		follows, action = d.heed(&a, c, plain, at), "message posted"
	}
	d.post(a, c, action)
	d.out.Effects = append(d.out.Effects, follows.effects...)
	d.out.Audit = append(d.out.Audit, follows.audit...)
}

// heed notes what a message of the provider means for the case. One in a ticket that is
// closed opens nothing again: its program says so there.
func (d *reading) heed(a *answer, c *bridge.Case, plain string, at time.Time) sequel {
	s := says(d.p, "", plain, false)
	s.at, s.takenIn = at, d.acknowledges(c, plain)
	if d.closed(d.Ticket) && c.State == bridge.Closed {
		s.robot = true
	}
	first := slices.IndexFunc(c.Notices, func(n bridge.Notice) bool { return n.Serial == 1 })
	return d.r.note(a, c, s, first)
}

// acknowledges reports whether a message only says that the ticket came: the first that
// comes, which begins with it.
func (d *reading) acknowledges(c *bridge.Case, plain string) bool {
	if c.State != bridge.Sent && c.State != bridge.Sending {
		return false
	}
	n := 0
	for line := range strings.Lines(plain) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if n++; n > maxAcknowledged {
			break
		}
		if d.p.Mail.Acknowledges(line) {
			return true
		}
	}
	return false
}

// post plans the comment on the issue and on those that share it, and the file with the
// whole text, where one of them does not show it.
func (d *reading) post(a answer, c *bridge.Case, action string) {
	comment, missing := d.r.comment(a, *c)
	own := missing.text
	others, missingThere := d.r.share(a)
	body := bridge.CommentBody{Text: comment}
	if missing.and(missingThere).text {
		whole := shorten(a.Message.Reply, maxText)
		d.out.Effects = append(d.out.Effects, d.r.attach(c.ID, a.key, "text", bridge.AttachBody{
			Text: whole, Name: a.textName, Type: "text/plain; charset=utf-8", Size: int64(len(whole)),
		}))
	}
	if own {
		body.Whole = a.textName
	}
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToJira, bridge.PostComment, "reply/"+c.ID+"/"+a.key, body))
	d.out.Audit = append(d.out.Audit, a.entry(action, a.key))
	for _, o := range others {
		d.other(o)
	}
}

// other adds what a message means for a case that shares this one.
func (d *reading) other(o bridge.Outcome) {
	d.Followers = slices.Clone(d.Followers)
	for i := range d.Followers {
		if d.Followers[i].ID == o.Case.ID {
			d.Followers[i] = o.Case
		}
	}
	for i := range d.out.Others {
		if known := &d.out.Others[i]; known.Case.ID == o.Case.ID {
			known.Case = o.Case
			known.Effects, known.Audit = append(known.Effects, o.Effects...), append(known.Audit, o.Audit...)
			return
		}
	}
	d.out.Others = append(d.out.Others, o)
}

// closed reports whether the provider has closed the ticket.
func (d *reading) closed(t bridge.Ticket) bool { return strings.EqualFold(t.State, "closed") }

// moved follows how the ticket stands now, after what was written in it.
func (d *reading) moved(before bridge.Ticket) {
	c := &d.out.Case
	a := answer{Input: Input{Now: d.Now, Case: c}, key: fmt.Sprintf("ticket-%d-%d", d.Ticket.ID, d.Ticket.Updated.Unix())}
	var follows sequel
	switch was, is := d.closed(before), d.closed(d.Ticket); {
	case is && !was:
		d.r.propose(&follows, &a, c, c.Ticket.Number)
	case was && !is && before.State != "":
		d.reopened(&follows, &a, c)
	}
	if form := d.filed(c, before); form != nil {
		d.r.passed(&follows, &a, c, form)
	}
	d.out.Effects = append(d.out.Effects, follows.effects...)
	d.out.Audit = append(d.out.Audit, follows.audit...)
}

// reopened tells that the ticket is open again, unless we had it opened or a message in it
// says so already.
func (d *reading) reopened(out *sequel, a *answer, c *bridge.Case) {
	told := text.TicketReopened{MentionMarkup: wording.Mention(*c, d.r.config.Team), Provider: d.r.name(c.Provider), Ticket: c.Ticket.Number, Close: closes}
	switch asked := slices.ContainsFunc(c.Notices, func(n bridge.Notice) bool {
		return n.About == bridge.AboutReopen && !n.SentAt.Before(c.ClosingProposed)
	}); {
	case c.OpensAgain():
		told.Case = true
		c.Reopen(bridge.Answered, d.Now)
	case c.ClosingProposed.IsZero() || !followed(c):
		return
	case asked:
		c.ClosingProposed = time.Time{}
		return
	}
	c.ClosingProposed = time.Time{}
	out.tells("ticket-open/"+c.ID+"/"+a.key, d.r.config.Texts.TicketReopened(told), a.entry("ticket reopened", d.Ticket.State))
}

// filed returns the form by whose category the ticket is filed now, when it was filed
// elsewhere; of several the first.
func (d *reading) filed(c *bridge.Case, before bridge.Ticket) *mapping.Form {
	category := d.Ticket.Category
	if category == "" || strings.EqualFold(category, before.Category) {
		return nil
	}
	now := cmp.Or(c.Passed, c.Kind)
	if first := c.First(); c.Passed == "" && first != nil && first.Form != "" {
		now = first.Form
	}
	form := d.p.Form(now)
	if form == nil || form.Filing.Category == "" || files(form.Filing, category) {
		return nil
	}
	for i := range d.p.Forms {
		if files(d.p.Forms[i].Filing, category) {
			return &d.p.Forms[i]
		}
	}
	return nil
}

// files reports whether a form may be filed under that category.
func files(f mapping.Filing, category string) bool {
	if strings.EqualFold(f.Category, category) {
		return true
	}
	for _, options := range f.Choices {
		for _, option := range options {
			if strings.EqualFold(option.Category, category) {
				return true
			}
		}
	}
	return false
}

// Tags by which a message is known to be HTML: those that part lines, and others.
var (
	blocks = regexp.MustCompile(`(?i)<(?:br|p|div|ul|ol|li|table|h[1-6]|blockquote|pre|html|body)(?:\s[^<>]*)?/?>`)
	inline = regexp.MustCompile(`(?i)</(?:b|i|u|a|strong|em|span|font|code)>`)
)

// legible are the lines of a message, where it is HTML, and its text.
func legible(body string) (lines []wiki.Line, plain string) {
	body = strings.ToValidUTF8(shorten(body, maxText), "\uFFFD")
	body = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(body)
	switch parts := blocks.MatchString(body); {
	case !parts && !inline.MatchString(body):
		return nil, strings.TrimSpace(html.UnescapeString(body))
	case !parts:
		body = strings.ReplaceAll(body, "\n", "<br>")
	}
	read, _ := page.Read(body)
	for _, l := range read {
		lines = append(lines, l.Line)
	}
	return lines, reply.Plain(lines)
}
