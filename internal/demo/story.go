package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
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

	step string // that is being told, for a failure
	n    int
	key  string // of the issue
	mail sim.Letter
}

// play tells the story up to its last event.
func (s *story) play(ctx context.Context) error {
	s.tell.line(s.tell.paint("1", "One escalation from Jira to Claranet and back"))
	s.tell.say("escalat itself is real, with its database. Jira, the mail servers and Claranet’s desk are simulated: " +
		"nothing leaves this machine.")
	s.step = "the start"
	for _, act := range []func(context.Context) error{
		s.ready, s.issue, s.request, s.completed, s.sent, s.told, s.answered, s.answer, s.forged,
	} {
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

func (s *story) issue(context.Context) error {
	s.next("A person escalates an issue")
	s.tell.say(name + " of the support team writes it in Jira, in Catalan, and labels it for Claranet’s systems desk. " +
		"Half of what Claranet demands is missing.")
	jira := s.world.Jira
	_, s.key = jira.CreateIssue(user, project, summary, description(time.Now().In(s.zone)))
	if err := jira.AddLabel(user, s.key, label); err != nil {
		return err
	}
	issue, err := jira.Issue(s.key)
	if err != nil {
		return err
	}
	s.tell.show(fmt.Sprintf("%s  %s\nLabels: %s\n\n%s", issue.Key, issue.Summary, strings.Join(issue.Labels, ", "), issue.Description))
	return nil
}

func (s *story) request(ctx context.Context) error {
	s.next("escalat asks for what is missing")
	text, err := s.comment(ctx, 0, "Impacte en negoci")
	if err != nil {
		return err
	}
	letters, err := s.desk.Letters()
	if err != nil {
		return err
	}
	if len(letters) > 0 {
		return errors.New("an incomplete issue was sent to Claranet")
	}
	s.tell.say("A comment on the issue, with lines to copy. Claranet has received nothing yet.")
	if strings.Contains(text, "TRUQUEU ARA") {
		s.tell.say("It is outside Claranet’s hours, so the comment begins with whom to call.")
	}
	s.tell.show(text)
	return nil
}

func (s *story) completed(context.Context) error {
	s.next("The person completes the description")
	jira := s.world.Jira
	before, err := jira.Issue(s.key)
	if err != nil {
		return err
	}
	if err := jira.Edit(user, s.key, map[string]string{"description": before.Description + missing}); err != nil {
		return err
	}
	after, err := jira.Issue(s.key)
	if err != nil {
		return err
	}
	s.tell.show(strings.TrimPrefix(after.Description, before.Description))
	return nil
}

func (s *story) sent(ctx context.Context) error {
	s.next("Claranet’s desk receives one mail")
	err := s.await(ctx, "a mail to Claranet", func(context.Context) (bool, error) {
		letters, err := s.desk.Letters()
		if len(letters) > 0 {
			s.mail = letters[0]
		}
		return len(letters) > 0, err
	})
	if err != nil {
		return err
	}
	s.tell.say("Claranet’s form in Spanish, in the form’s order; what the person wrote stays as it is. " +
		"The Message-ID is signed, so that the answer finds its way back.")
	m := s.mail
	s.tell.show(fmt.Sprintf("From: %s <%s>\nTo: %s\nDate: %s\nSubject: %s\nMessage-ID: <%s>\n\n%s",
		m.Sender, m.From, m.To, m.Date.In(s.zone).Format(time.RFC1123Z), m.Subject, m.MessageID, m.Text))
	return nil
}

func (s *story) told(ctx context.Context) error {
	s.next("escalat says so on the issue")
	text, err := s.comment(ctx, 1, s.mail.MessageID)
	if err == nil {
		s.tell.show(text)
	}
	return err
}

func (s *story) answered(ctx context.Context) error {
	s.next("Claranet answers")
	s.tell.say("From Outlook: a text, a signature, a file, and the whole original below.")
	return s.reply(ctx, sim.Reply{Text: answer, Style: sim.Outlook, Files: []sim.File{evidence(time.Now().In(s.zone))}})
}

func (s *story) answer(ctx context.Context) error {
	s.next("The answer is on the issue")
	text, err := s.comment(ctx, 2, "web-03")
	if err != nil {
		return err
	}
	if strings.Contains(text, s.key) {
		return errors.New("the comment repeats the original mail")
	}
	var files []sim.Attachment
	err = s.await(ctx, "the attachment", func(context.Context) (bool, error) {
		files = s.world.Jira.Attachments(s.key)
		return len(files) > 0, nil
	})
	if err != nil {
		return err
	}
	s.tell.say(fmt.Sprintf("As one comment, without the original. %s (%d bytes) is attached to %s.", files[0].Name, files[0].Size, s.key))
	s.tell.show(text)
	return nil
}

func (s *story) forged(ctx context.Context) error {
	s.next("Somebody pretends to be Claranet")
	s.tell.say("The same address and the right subject, but the mail does not come from Claranet’s servers.")
	if err := s.reply(ctx, sim.Reply{Text: forgery, Style: sim.Plain, Forged: true}); err != nil {
		return err
	}
	text, err := s.comment(ctx, 3, s.world.Info.Desks[0].Address)
	if err != nil {
		return err
	}
	if strings.Contains(text, "contraseña") {
		return errors.New("the text of the forged mail is on the issue")
	}
	s.tell.say("escalat keeps it back and warns the team, without repeating what it says:")
	s.tell.show(text)
	return nil
}

// reply lets the desk answer and shows what came into our mailbox.
func (s *story) reply(ctx context.Context, r sim.Reply) error {
	before := len(s.world.Mail.Delivered(s.world.Info.MailAddress))
	if _, err := s.desk.Reply(s.mail.MessageID, r); err != nil {
		return err
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
		return err
	}
	mail, err := message.Read(bytes.NewReader(raw), message.Limits{})
	if err != nil {
		return err
	}
	s.tell.show(shown(mail))
	return nil
}

// shown is a mail for a person; of a quoted original only the beginning.
func shown(m message.Mail) string {
	const quoted = "\nDe: "
	var b strings.Builder
	for _, from := range m.From {
		fmt.Fprintf(&b, "From: %s <%s>\n", from.Name, from.Address)
	}
	fmt.Fprintf(&b, "Subject: %s\n", m.Subject)
	for _, p := range m.Parts {
		fmt.Fprintf(&b, "Attachment: %s\n", p.Name)
	}
	text, original, found := strings.Cut(m.Text, quoted)
	b.WriteString("\n" + strings.TrimRight(text, "\n") + "\n")
	if found {
		first, more, _ := strings.Cut(original, "\n")
		fmt.Fprintf(&b, "%s%s\n[… and %d further lines of the original]\n", quoted, first, strings.Count(strings.TrimRight(more, "\n"), "\n")+1)
	}
	return b.String()
}

// comment waits for the n-th comment, from 0, and returns it as Jira shows it.
// A comment that does not hold the words is not the one of the story.
func (s *story) comment(ctx context.Context, n int, words string) (string, error) {
	var text string
	err := s.await(ctx, "a comment", func(context.Context) (bool, error) {
		all := s.world.Jira.Comments(s.key)
		if len(all) <= n {
			return false, nil
		}
		body := strings.ReplaceAll(all[n].Body, s.world.Jira.Mention(user), "@"+name)
		text = wiki.Plain(body)
		return true, nil
	})
	if err == nil && !strings.Contains(text, words) {
		err = fmt.Errorf("comment %d does not say %q:\n%s", n+1, words, text)
	}
	return text, err
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

// count proves from the outside that everything happened exactly once.
func (s *story) count() error {
	letters, err := s.desk.Letters()
	if err != nil {
		return err
	}
	comments, files := len(s.world.Jira.Comments(s.key)), len(s.world.Jira.Attachments(s.key))
	if len(letters) != 1 || comments != 4 || files != 1 {
		return fmt.Errorf("there are %d mails, %d comments and %d files instead of 1, 4 and 1", len(letters), comments, files)
	}
	s.tell.title("In the end")
	s.tell.say(fmt.Sprintf("Counted in the simulators: %d mail at Claranet’s desk, %d comments on %s (request, mail, answer, warning), "+
		"%d file. Nothing twice, nothing lost.", len(letters), comments, s.key, files))
	s.tell.line("")
	s.tell.say("Next:")
	s.tell.line("  make test         run every test")
	s.tell.line("  bin/escalat sim   start these simulators and play the story by hand")
	s.tell.line("  README.md         what escalat does, and how to set it up")
	return s.tell.err
}
