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

// first are the acts of the first escalation: half of the form, a screenshot, an
// answer with a file, a forgery.
func (s *story) first() []func(context.Context) error {
	return []func(context.Context) error{
		s.escalated, s.asked, s.completed, s.sent, s.told, s.acknowledged, s.answered, s.answer, s.forged,
	}
}

func (s *story) escalated(context.Context) error {
	s.next("A person escalates an issue")
	s.tell.say(martaName + " of the support team writes it in Jira, in Catalan, with a screenshot, and labels it for Claranet’s " +
		"systems desk. Half of what Claranet demands is missing.")
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
	return s.showIssue(s.systems.key)
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
	if strings.Contains(text, callNow) {
		s.tell.say("It is outside Claranet’s hours, when incidents must be called in: the comment begins with whom to call and what " +
			"to say.")
	}
	s.tell.show(text)
	return nil
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
	s.tell.say("Claranet’s form in Spanish, in the form’s order; what the person wrote stays as it is. The screenshot comes with " +
		"it. The Message-ID is signed, so that the answer finds its way back.")
	s.tell.show(s.written(l))
	if l.HTML != "" {
		s.tell.say("The mail says the same once more as HTML, for desks that show that.")
	}
	return nil
}

func (s *story) told(ctx context.Context) error {
	s.next("escalat says so on the issue")
	body, err := s.comment(ctx, &s.systems, s.systems.mail.MessageID)
	if err != nil {
		return err
	}
	labels, err := s.labelled(ctx, s.systems.key, "claranet-enviat")
	if err != nil {
		return err
	}
	s.tell.show(s.plain(body))
	s.tell.say("Labels show how it stands: " + strings.Join(slices.Sorted(slices.Values(labels)), ", ") + ".")
	return nil
}

func (s *story) acknowledged(ctx context.Context) error {
	s.next("Claranet’s robot confirms, and names its ticket")
	mail, err := s.acknowledge(ctx, &s.systems)
	if err != nil {
		return err
	}
	s.tell.show(shortened(shown(mail), 4))
	body, err := s.comment(ctx, &s.systems, s.systems.ticket)
	if err != nil {
		return err
	}
	s.tell.say("escalat has learned the number. It is on the issue, and later mails will carry it:")
	s.tell.show(shortened(s.plain(body), 4))
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
func (s *story) acknowledge(ctx context.Context, i *incident) (message.Mail, error) {
	return s.came(ctx, func() (err error) {
		_, i.ticket, err = s.desk.Acknowledge(i.mail.MessageID)
		return err
	})
}

func (s *story) answered(ctx context.Context) error {
	s.next("A person at Claranet answers")
	s.tell.say("From Outlook: a text, a signature, a file, and the whole original below.")
	return s.reply(ctx, s.systems, sim.Reply{Text: systemsAnswer, Style: sim.Outlook, Files: []sim.File{registry(time.Now().In(s.zone))}}, 40)
}

func (s *story) answer(ctx context.Context) error {
	s.next("The answer is on the issue")
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
	s.tell.say(fmt.Sprintf("As one comment, without the original. %s (%d bytes) is attached to %s.", file.Name, file.Size, s.systems.key))
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

func (s *story) forged(ctx context.Context) error {
	s.next("Somebody pretends to be Claranet")
	s.tell.say("The same address and the right subject, but the mail does not come from Claranet’s servers.")
	if err := s.reply(ctx, s.systems, sim.Reply{Text: forgery, Style: sim.Plain, Forged: true}, 40); err != nil {
		return err
	}
	body, err := s.comment(ctx, &s.systems, s.world.Info.Desks[0].Address)
	if err != nil {
		return err
	}
	text := s.plain(body)
	if strings.Contains(text, "contraseña") {
		return errors.New("the text of the forged mail is on the issue")
	}
	s.tell.say("escalat keeps it back and warns the team, without repeating what it says:")
	s.tell.show(text)
	return nil
}
