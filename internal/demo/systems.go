package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge/message"
	"escalat/internal/sim"
)

// callNow begins what escalat writes while the desk takes only calls.
const callNow = "TRUQUEU ARA"

// first are the acts of the first escalation: a form with two gaps, a screenshot, an
// answer with a file, a forgery.
func (s *story) first() []func(context.Context) error {
	return []func(context.Context) error{
		s.escalated, s.asked, s.completed, s.sent, s.told, s.acknowledged, s.answered, s.forged,
	}
}

func (s *story) escalated(context.Context) error {
	s.next("A person escalates an issue")
	s.tell.say(martaName + " of AOC’s team labels it for Claranet’s systems desk. Of six answers that Claranet requires she gives " +
		"three; the screenshot is the fourth.")
	jira := s.world.Jira
	_, s.systems.key = jira.CreateIssue(marta, project, systemsSummary, systemsDescription(time.Now().In(s.zone)))
	picture, err := screenshot()
	if err != nil {
		return err
	}
	if _, err := jira.AddAttachment(marta, s.systems.key, screenshotName, "image/png", picture); err != nil {
		return err
	}
	if err := jira.AddLabel(marta, s.systems.key, systemsLabel); err != nil {
		return err
	}
	return s.showIssue(s.systems.key, "contacte")
}

func (s *story) asked(ctx context.Context) error {
	s.next("escalat asks for what is missing")
	body, err := s.comment(ctx, &s.systems, "Impacte en negoci")
	if err != nil {
		return err
	}
	if err := s.unsent(0, "an incomplete issue was sent to Claranet"); err != nil {
		return err
	}
	s.tell.say("A comment on the issue, with lines to copy. Claranet has received nothing yet.")
	text := s.plain(body)
	if n := asks(text); n != 2 {
		return fmt.Errorf("%d answers are asked for, not two:\n%s", n, text)
	}
	if strings.Contains(text, callNow) {
		s.tell.say("It is outside Claranet’s hours, when incidents must be called in: the comment begins with whom to call and what " +
			"to say.")
	}
	s.tell.show(text)
	return nil
}

// asks counts the answers that a request asks for: they stand above what is to be
// copied.
func asks(text string) int {
	asked, _, _ := strings.Cut(text, "\nCopieu")
	return strings.Count(asked, "\n- ")
}

func (s *story) completed(context.Context) error {
	s.next("The person completes the description")
	jira := s.world.Jira
	before, err := jira.Issue(s.systems.key)
	if err != nil {
		return err
	}
	if err := jira.Edit(marta, s.systems.key, map[string]string{"description": before.Description + missing}); err != nil {
		return err
	}
	after, err := jira.Issue(s.systems.key)
	if err != nil {
		return err
	}
	s.tell.say("Marta copies the two lines that she needs and fills them:")
	s.tell.show(strings.TrimPrefix(after.Description, before.Description))
	return nil
}

func (s *story) sent(ctx context.Context) error {
	s.next("Claranet’s desk receives one mail")
	l, err := s.letter(ctx, 1)
	if err != nil {
		return err
	}
	s.systems.mail = l
	if len(l.Files) != 1 || l.Files[0].Name != screenshotName {
		return fmt.Errorf("the mail brings %d files, not the screenshot", len(l.Files))
	}
	if l.HTML == "" {
		return errors.New("the mail has no HTML")
	}
	s.tell.say("Claranet’s form in its own order, as plain text (below) and as HTML, with the screenshot. The Message-ID carries a " +
		"signed name of this case: an answer to it finds its way back, and nobody can make one up.")
	s.tell.mail(until(written(l), "- "+screenshotName))
	return nil
}

func (s *story) told(ctx context.Context) error {
	s.next("escalat says so on the issue")
	// The Message-ID is in the part that is not shown.
	body, err := s.comment(ctx, &s.systems, s.systems.mail.MessageID)
	if err != nil {
		return err
	}
	labels, err := s.labelled(ctx, s.systems.key, "claranet-enviat")
	if err != nil {
		return err
	}
	s.tell.show(until(s.plain(body), screenshotName))
	s.tell.say("Labels show how it stands: " + strings.Join(slices.Sorted(slices.Values(labels)), ", ") + ".")
	return nil
}

func (s *story) acknowledged(ctx context.Context) error {
	s.next("Claranet’s robot confirms, and gives its ticket number")
	if err := s.acknowledge(ctx, &s.systems); err != nil {
		return err
	}
	body, err := s.comment(ctx, &s.systems, s.systems.ticket)
	if err != nil {
		return err
	}
	s.tell.say("escalat puts it on the issue, with a link; every later mail carries the number.")
	s.tell.show(until(s.plain(body), s.systems.ticket))
	var links []sim.RemoteLink
	err = s.await(ctx, "the link to the ticket", func(context.Context) (bool, error) {
		links = s.world.Jira.RemoteLinks(s.systems.key)
		return len(links) > 0, nil
	})
	if err != nil {
		return err
	}
	if !strings.Contains(links[0].Title, s.systems.ticket) {
		return fmt.Errorf("the link says %q and not %s", links[0].Title, s.systems.ticket)
	}
	s.tell.show("Link: " + links[0].Title + " → " + links[0].URL)
	return nil
}

// acknowledge lets the desk's robot confirm the incident's mail.
func (s *story) acknowledge(ctx context.Context, i *incident) error {
	_, err := s.came(ctx, func() (err error) {
		i.newest, i.ticket, err = s.desk.Acknowledge(i.mail.MessageID)
		return err
	})
	return err
}

func (s *story) answered(ctx context.Context) error {
	s.next("A person at Claranet answers")
	s.tell.say("From Outlook: a text, a signature, a file, and the whole original below.")
	answer := sim.Reply{Text: systemsAnswer, Style: sim.Outlook, Files: []sim.File{registry(time.Now().In(s.zone))}}
	mail, err := s.reply(ctx, s.systems, answer)
	if err != nil {
		return err
	}
	s.tell.mail(until(shown(mail), "Hola, Marta:"))
	body, err := s.comment(ctx, &s.systems, "web-03")
	if err != nil {
		return err
	}
	text := s.plain(body)
	if strings.Contains(text, systemsSummary) {
		return errors.New("the comment repeats the original mail")
	}
	file, err := s.attached(ctx, s.systems.key, "web-03.log")
	if err != nil {
		return err
	}
	labels, err := s.labelled(ctx, s.systems.key, "claranet-respost")
	if err != nil {
		return err
	}
	s.tell.say(fmt.Sprintf("escalat comments on %s, without the original, and attaches %s:", s.systems.key, file.Name))
	s.tell.show(text)
	s.tell.say("The labels have changed: " + strings.Join(slices.Sorted(slices.Values(labels)), ", ") + ".")
	return nil
}

// attached waits for a file of escalat's on the issue.
func (s *story) attached(ctx context.Context, key, name string) (file sim.Attachment, err error) {
	err = s.await(ctx, "the attachment "+name, func(context.Context) (bool, error) {
		for _, f := range s.files(key) {
			if f.Name == name {
				file = f
				return true, nil
			}
		}
		return false, nil
	})
	return file, err
}

// failed reports whether our mail server could not verify the sender.
func failed(m message.Mail) bool { return strings.Contains(verified(m), "dmarc=fail") }

func (s *story) forged(ctx context.Context) error {
	s.next("Somebody pretends to be Claranet")
	s.tell.say("The sender and the subject are right. But the team’s own mail server notes on each mail what it could verify of " +
		"the sender (DKIM, DMARC), and this one failed:")
	mail, err := s.reply(ctx, s.systems, sim.Reply{Text: forgery, Style: sim.Plain, Forged: true})
	if err != nil {
		return err
	}
	if !failed(mail) {
		return fmt.Errorf("the forged mail is said to be right: %s", verified(mail))
	}
	s.tell.forged("Authentication-Results: " + verified(mail) + "\n" + until(shown(mail), "contraseña"))
	body, err := s.comment(ctx, &s.systems, s.world.Info.Desks[0].Address)
	if err != nil {
		return err
	}
	text := s.plain(body)
	if strings.Contains(text, "contraseña") {
		return errors.New("the text of the forged mail is on the issue")
	}
	s.tell.say("escalat holds it back and warns the team, without repeating what it says:")
	s.tell.show(text)
	return nil
}
