package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"escalat/internal/sim"
)

// second are the acts of the second escalation: sent before it is complete, an
// addition, and an answer with a long measurement.
func (s *story) second() []func(context.Context) error {
	return []func(context.Context) error{s.urgent, s.atOnce, s.added, s.measured, s.overlong}
}

func (s *story) urgent(ctx context.Context) error {
	s.next("A second issue: the network, and it cannot wait")
	s.tell.say(joanName + " writes in Spanish, with the route measured (MTR). Two of the nine required answers are missing: who is on duty, and whether it is intermittent.")
	jira := s.world.Jira
	_, s.network.key = jira.CreateIssue(joan, project, networkSummary, networkDescription(time.Now().In(s.zone)))
	if err := jira.AddLabel(joan, s.network.key, networkLabel); err != nil {
		return err
	}
	if err := s.showIssue(s.network.key, "HOST:"); err != nil {
		return err
	}
	body, err := s.comment(ctx, &s.network, "És intermitent o constant?")
	if err != nil {
		return err
	}
	text := s.plain(body)
	if n := asks(text); n != 2 {
		return fmt.Errorf("%d answers are asked for, not two:\n%s", n, text)
	}
	s.tell.say("escalat asks for them, in Catalan: comments are in the team’s language.")
	s.tell.show(until(text, "@"+joanName))
	if err := s.unsent(1, "an incomplete issue was sent to Claranet"); err != nil {
		return err
	}
	s.tell.say("Joan cannot tell yet, and does not wait. He comments:")
	return s.comments(joan, s.network.key, sendNow)
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
	s.tell.mail("Subject: " + l.Subject + "\n[…]\n" + strings.Join(told, "\n"))
	if _, err := s.comment(ctx, &s.network, l.MessageID); err != nil {
		return err
	}
	if err := s.acknowledge(ctx, &s.network); err != nil {
		return err
	}
	if _, err := s.comment(ctx, &s.network, s.network.ticket); err != nil {
		return err
	}
	return nil
}

func (s *story) added(ctx context.Context) error {
	s.next("What was missing follows in the same thread")
	s.tell.say("Joan has found out, and comments:")
	if err := s.comments(joan, s.network.key, later); err != nil {
		return err
	}
	l, err := s.letter(ctx, 3)
	if err != nil {
		return err
	}
	switch {
	case l.InReplyTo != s.network.newest || !slices.Contains(l.References, s.network.mail.MessageID):
		return errors.New("the addition is not in the thread of the first mail")
	case !strings.Contains(l.Subject, s.network.ticket):
		return fmt.Errorf("the subject %q does not name the ticket %s", l.Subject, s.network.ticket)
	}
	s.tell.say("The desk receives an answer to Claranet’s newest mail of the thread (the robot’s), with the ticket in its subject and nothing " +
		"but what is new:")
	_, text, found := strings.Cut(l.Text, "\n\n") // below the line above which one answers
	if !found {
		return fmt.Errorf("the addition says only:\n%s", l.Text)
	}
	s.tell.mail(until(oneLine("Subject: "+l.Subject)+"\nIn-Reply-To: <"+l.InReplyTo+">\n[…]\n"+text, "Constante"))
	_, err = s.comment(ctx, &s.network, l.MessageID)
	return err
}

func (s *story) measured(ctx context.Context) error {
	s.next("Claranet answers with a measurement")
	if _, err := s.reply(ctx, s.network, sim.Reply{Text: networkAnswer(), Style: sim.Gmail}); err != nil {
		return err
	}
	body, err := s.comment(ctx, &s.network, "salto 4")
	if err != nil {
		return err
	}
	text := s.plain(body)
	if err := verbatim(text, mtr(0)); err != nil {
		return fmt.Errorf("the measurement is changed in the comment: %w", err)
	}
	if strings.Contains(text, "Incidencia de AOC") {
		return fmt.Errorf("the comment repeats the original mail:\n%s", text)
	}
	s.tell.say("From Gmail, with our mail quoted below. The comment has only what is new:")
	s.tell.show(text)
	return nil
}

func (s *story) overlong(ctx context.Context) error {
	s.next("An answer too long for a comment")
	all := measurements(time.Now().In(s.zone))
	if _, err := s.reply(ctx, s.network, sim.Reply{Text: all, Style: sim.Plain}); err != nil {
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
		named = append(named, f.Name)
		whole = whole || verbatim(string(f.Content), all) == nil
	}
	if !whole {
		return fmt.Errorf("none of the files holds the whole answer: %s", strings.Join(named, ", "))
	}
	n := utf8.RuneCountInString(all)
	s.tell.say(fmt.Sprintf("%d measurements make %d,%03d characters; Jira takes at most 32,767 in a comment. It shows the "+
		"beginning; all of it is attached to %s, as text and as mail:", reports, n/1000, n%1000, s.network.key))
	s.tell.show(ends(s.plain(body), 1, 3))
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
