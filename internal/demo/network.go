package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/internal/sim"
)

// second are the acts of the second escalation: sent before it is complete, an
// addition, and an answer with a long measurement.
func (s *story) second() []func(context.Context) error {
	return []func(context.Context) error{s.urgent, s.atOnce, s.added, s.measured, s.overlong}
}

func (s *story) urgent(ctx context.Context) error {
	s.next("Another one, for the network, that cannot wait")
	s.tell.say(joanName + " writes in Spanish, with the MTR that Claranet demands in network incidents. Two answers are missing:")
	jira := s.world.Jira
	_, s.network.key = jira.CreateIssue(joan, project, networkSummary, networkDescription(time.Now().In(s.zone)))
	if err := jira.AddLabel(joan, s.network.key, networkLabel); err != nil {
		return err
	}
	if err := s.showIssue(s.network.key); err != nil {
		return err
	}
	body, err := s.comment(ctx, &s.network, "És intermitent o constant?")
	if err != nil {
		return err
	}
	s.tell.say("escalat asks for them, as above:")
	s.tell.show(shortened(s.plain(body), 6))
	if err := s.unsent(1, "an incomplete issue was sent to Claranet"); err != nil {
		return err
	}
	s.tell.say("Joan does not know yet, and comments:")
	if _, err := jira.AddComment(joan, s.network.key, sendNow); err != nil {
		return err
	}
	s.tell.show(sendNow)
	return nil
}

func (s *story) atOnce(ctx context.Context) error {
	s.next("It goes out at once, and says what is to be confirmed")
	l, err := s.letter(ctx, 2)
	if err != nil {
		return err
	}
	s.network.mail = l
	const pending = "pendiente de confirmar"
	var told []string
	for line := range strings.Lines(l.Text) {
		if strings.Contains(line, pending) {
			told = append(told, strings.TrimSpace(line))
		}
	}
	if len(told) < 2 || !strings.Contains(l.Text, "MTR") {
		return fmt.Errorf("the mail does not say what is %s:\n%s", pending, l.Text)
	}
	if err := verbatim(l.Text, route); err != nil {
		return fmt.Errorf("the MTR is changed in the mail: %w", err)
	}
	s.tell.show("Subject: " + l.Subject + "\n[…]\n" + strings.Join(told, "\n"))
	if _, err := s.comment(ctx, &s.network, l.MessageID); err != nil {
		return err
	}
	if _, err := s.acknowledge(ctx, &s.network); err != nil {
		return err
	}
	if _, err := s.comment(ctx, &s.network, s.network.ticket); err != nil {
		return err
	}
	s.tell.say("escalat says so on the issue, and notes the ticket that Claranet’s robot names: " + s.network.ticket + ".")
	return nil
}

func (s *story) added(ctx context.Context) error {
	s.next("What was missing follows in the same thread")
	s.tell.say("Joan has found out, and comments:")
	if _, err := s.world.Jira.AddComment(joan, s.network.key, later); err != nil {
		return err
	}
	s.tell.show(later)
	l, err := s.letter(ctx, 3)
	if err != nil {
		return err
	}
	switch {
	case l.InReplyTo == "" || !slices.Contains(l.References, s.network.mail.MessageID):
		return errors.New("the addition is not in the thread of the first mail")
	case !strings.Contains(l.Subject, s.network.ticket):
		return fmt.Errorf("the subject %q does not name the ticket %s", l.Subject, s.network.ticket)
	}
	s.tell.say("Claranet’s desk receives an answer to the first mail, with the ticket in its subject and nothing but what is new:")
	s.tell.show(s.written(l))
	_, err = s.comment(ctx, &s.network, l.MessageID)
	return err
}

func (s *story) measured(ctx context.Context) error {
	s.next("Claranet answers with a measurement")
	err := s.reply(ctx, s.network, sim.Reply{Text: networkAnswer(), Style: sim.Gmail}, 6)
	if err != nil {
		return err
	}
	body, err := s.comment(ctx, &s.network, "salto 9")
	if err != nil {
		return err
	}
	text := s.plain(body)
	if err := verbatim(text, mtr(0)); err != nil {
		return fmt.Errorf("the measurement is changed in the comment: %w", err)
	}
	s.tell.say("The comment has all of it, line by line, and not what was quoted below:")
	s.tell.show(text)
	return nil
}

func (s *story) overlong(ctx context.Context) error {
	s.next("And with more than a comment can hold")
	all := measurements(time.Now().In(s.zone))
	s.tell.say(fmt.Sprintf("A measurement every quarter of an hour: %d lines. Jira takes at most 32,767 characters in a comment.",
		strings.Count(all, "\n")+1))
	if _, err := s.came(ctx, func() error {
		_, err := s.desk.Reply(s.network.mail.MessageID, sim.Reply{Text: all, Style: sim.Plain})
		return err
	}); err != nil {
		return err
	}
	body, err := s.comment(ctx, &s.network, "todas las medidas")
	if err != nil {
		return err
	}
	var named []string
	whole := false
	for _, f := range s.files(s.network.key) {
		if !strings.Contains(s.plain(body), f.Name) {
			return fmt.Errorf("the comment does not name %s", f.Name)
		}
		named = append(named, fmt.Sprintf("%s (%d bytes)", f.Name, f.Size))
		whole = whole || verbatim(string(f.Content), all) == nil
	}
	if !whole {
		return fmt.Errorf("none of the files holds the whole answer: %s", strings.Join(named, ", "))
	}
	s.tell.say(fmt.Sprintf("The comment shows the beginning. The whole answer is attached to %s, as text and as the mail that came: %s.",
		s.network.key, strings.Join(named, ", ")))
	s.tell.show(ends(s.plain(body), 8, 3))
	return nil
}

// verbatim fails when a line of the part does not stand in the text as it is.
func verbatim(text, part string) error {
	for line := range strings.Lines(part) {
		if line = strings.TrimSpace(line); !strings.Contains(text, line) {
			return fmt.Errorf("there is no line %q in\n%s", line, text)
		}
	}
	return nil
}
