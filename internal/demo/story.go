package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"escalat/bridge/message"
	"escalat/internal/sim"
	"escalat/mapping/wiki"
)

// story is one telling.
type story struct {
	world    *sim.World
	desk     *sim.Desk
	zone     *time.Location
	patience time.Duration
	tell     teller
	log      *daemonLog

	step    string // that is being told, for a failure
	n       int
	systems incident
	network incident
	server  incident
}

// incident is one issue of the story.
type incident struct {
	key    string
	said   int        // comments of escalat that were told
	mail   sim.Letter // the first one at the desk
	ticket string
	newest string // the Message-ID of the desk's confirmation
	// subject and text are what a person copies into the provider's portal.
	subject, text string
}

// play tells the story up to its last event.
func (s *story) play(ctx context.Context) error {
	s.tell.line(s.tell.paint("1", "Three issues from Jira to two providers and back, and a forged answer"))
	s.tell.say("AOC is a public administration body whose support team works in Jira, in Catalan. Claranet runs its systems and network: of " +
		"an incident it wants a form in Spanish by mail, and by night a telephone call. Until now somebody wrote that mail by " +
		"hand and copied each answer back; escalat does both once an issue is labelled, asks for what is missing, and says when " +
		"to call. OVH, which rents it servers, wants a ticket in its own portal.")
	s.tell.line("")
	s.tell.say("Here Jira, the mail servers and the providers are simulated; escalat is real. Lines marked │ were read back from " +
		"Jira and from the mailboxes of both sides. What the team writes stays as it is, in Catalan, since nobody translates here; the form is Spanish.")
	s.step = "the start"
	acts := []func(context.Context) error{s.ready}
	for _, act := range slices.Concat(acts, s.first(), s.second(), s.third()) {
		if err := act(ctx); err != nil {
			return err
		}
		if s.tell.err != nil {
			return s.tell.err
		}
	}
	return nil
}

// next begins a numbered step.
func (s *story) next(title string) {
	s.n++
	s.step = fmt.Sprintf("step %d, “%s”", s.n, title)
	s.tell.title(fmt.Sprintf("%d. %s", s.n, title))
}

// ready waits until the daemon says that all its parts work.
func (s *story) ready(ctx context.Context) error {
	var addr string
	err := s.await(ctx, "escalat to listen", func(context.Context) (bool, error) {
		select {
		case addr = <-s.log.listen:
		default:
		}
		return addr != "", nil
	})
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return s.await(ctx, "escalat to be ready", func(ctx context.Context) (bool, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/readyz", http.NoBody)
		if err != nil {
			return false, err
		}
		resp, err := client.Do(req)
		if err != nil {
			return false, err
		}
		return resp.StatusCode == http.StatusOK, resp.Body.Close()
	})
}

// showIssue shows an issue as Jira has it, down to the line with the words.
func (s *story) showIssue(key, words string) error {
	issue, err := s.world.Jira.Issue(key)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\nLabels: %s\n", issue.Key, issue.Summary, strings.Join(issue.Labels, ", "))
	for _, f := range issue.Attachments {
		fmt.Fprintf(&b, "Attached: %s (%d bytes)\n", f.Name, f.Size)
	}
	s.tell.show(until(b.String()+"\n"+wiki.Plain(issue.Description), words))
	return nil
}

// letter waits for the n-th mail at the desk, from 1.
func (s *story) letter(ctx context.Context, n int) (l sim.Letter, err error) {
	err = s.await(ctx, "a mail to Claranet", func(context.Context) (bool, error) {
		letters, err := s.desk.Letters()
		if len(letters) >= n {
			l = letters[n-1]
		}
		return len(letters) >= n, err
	})
	return l, err
}

// unsent fails when the desk has received more than n mails.
func (s *story) unsent(n int, why string) error {
	letters, err := s.desk.Letters()
	if err == nil && len(letters) > n {
		err = errors.New(why)
	}
	return err
}

// written is a letter of the desk for a person: its header, its files, its text.
func written(l sim.Letter) string {
	var b strings.Builder
	fmt.Fprintf(&b, "From: %s <%s>\nSubject: %s\nMessage-ID: <%s>\n", l.Sender, l.From, l.Subject, short(l.MessageID))
	for _, f := range l.Files {
		fmt.Fprintf(&b, "Attachment: %s (%d bytes)\n", f.Name, len(f.Content))
	}
	return b.String() + "\n" + l.Text
}

// came waits for what the desk does next to arrive in our mailbox, and returns it.
func (s *story) came(ctx context.Context, act func() error) (message.Mail, error) {
	before := len(s.world.Mail.Delivered(s.world.Info.MailAddress))
	if err := act(); err != nil {
		return message.Mail{}, err
	}
	var raw []byte
	err := s.await(ctx, "the answer in our mailbox", func(context.Context) (bool, error) {
		all := s.world.Mail.Delivered(s.world.Info.MailAddress)
		if len(all) > before {
			raw = all[len(all)-1]
		}
		return len(all) > before, nil
	})
	if err != nil {
		return message.Mail{}, err
	}
	return message.Read(bytes.NewReader(raw), message.Limits{})
}

// reply lets the desk answer and returns what came into our mailbox.
func (s *story) reply(ctx context.Context, to incident, r sim.Reply) (message.Mail, error) {
	return s.came(ctx, func() error {
		_, err := s.desk.Reply(to.mail.MessageID, r)
		return err
	})
}

// shown is a mail for a person: who and what, its files, its text.
func shown(m message.Mail) string {
	var b strings.Builder
	for _, from := range m.From {
		fmt.Fprintf(&b, "From: %s <%s>\n", from.Name, from.Address)
	}
	b.WriteString(oneLine("Subject: "+m.Subject) + "\n")
	for _, p := range m.Parts {
		fmt.Fprintf(&b, "Attachment: %s\n", p.Name)
	}
	return b.String() + "\n" + strings.TrimRight(m.Text, "\n") + "\n"
}

// verified is what our mail server noted of a mail's sender. Its note is the topmost.
func verified(m message.Mail) string { return field(m, "Authentication-Results") }

// field is the topmost header field of that name, on one line.
func field(m message.Mail, name string) string {
	for _, f := range m.Header {
		if f.Is(name) {
			return strings.Join(strings.Fields(f.Value), " ")
		}
	}
	return ""
}

// comment waits for escalat's next comment on the issue and returns it as it is
// written. One that does not hold the words is not the one of the story.
func (s *story) comment(ctx context.Context, i *incident, words string) (string, error) {
	var body string
	err := s.await(ctx, "a comment", func(context.Context) (bool, error) {
		own := s.own(i.key)
		if len(own) <= i.said {
			return false, nil
		}
		body = own[i.said].Body
		return true, nil
	})
	if err != nil {
		return "", err
	}
	i.said++
	if !strings.Contains(s.plain(body), words) {
		err = fmt.Errorf("comment %d of escalat on %s does not say %q:\n%s", i.said, i.key, words, s.plain(body))
	}
	return body, err
}

// comments lets a person comment on an issue, and shows what Jira has of it.
func (s *story) comments(user, key, text string) error {
	if _, err := s.world.Jira.AddComment(user, key, text); err != nil {
		return err
	}
	for _, c := range slices.Backward(s.world.Jira.Comments(key)) {
		if c.Author == user {
			s.tell.show(s.plain(c.Body))
			return nil
		}
	}
	return fmt.Errorf("there is no comment of %s on %s", user, key)
}

// own are escalat's comments on the issue.
func (s *story) own(key string) []sim.Comment {
	var own []sim.Comment
	for _, c := range s.world.Jira.Comments(key) {
		if c.Author == account {
			own = append(own, c)
		}
	}
	return own
}

// files are those that escalat attached to the issue.
func (s *story) files(key string) []sim.Attachment {
	var own []sim.Attachment
	for _, f := range s.world.Jira.Attachments(key) {
		if f.Author == account {
			own = append(own, f)
		}
	}
	return own
}

// plain is markup as Jira shows it.
func (s *story) plain(markup string) string {
	for user, name := range map[string]string{marta: martaName, joan: joanName, nuria: nuriaName} {
		markup = strings.ReplaceAll(markup, s.world.Jira.Mention(user), "@"+name)
	}
	return wiki.Plain(markup)
}

// labelled waits until the issue's labels are as they shall be and returns them.
func (s *story) labelled(ctx context.Context, key, with string) (labels []string, err error) {
	err = s.await(ctx, "the label "+with, func(context.Context) (bool, error) {
		issue, err := s.world.Jira.Issue(key)
		labels = issue.Labels
		return strings.Contains(" "+strings.Join(labels, " ")+" ", " "+with+" "), err
	})
	return labels, err
}

// await looks again and again until what is waited for is there.
func (s *story) await(ctx context.Context, what string, there func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.patience, fmt.Errorf("waited %s for %s", s.patience, what))
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		ok, err := there(ctx)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case ok || err != nil:
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-again.C:
		}
	}
}
