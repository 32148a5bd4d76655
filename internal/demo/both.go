package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/internal/sim"
)

// third are the last acts: what the team writes back, how a case stands, and a provider
// that takes no mail.
func (s *story) third() []func(context.Context) error {
	return []func(context.Context) error{s.back, s.stands, s.byHand, s.entered, s.returned}
}

func (s *story) back(ctx context.Context) error {
	s.next("The team writes back")
	s.tell.say("Claranet asked on " + s.systems.key + " whether all is well. A comment that begins with “Per a Claranet:” goes out in the " +
		"same thread. What the team says among itself never does, such as the first of these two:")
	if err := s.comments(marta, s.systems.key, remark); err != nil {
		return err
	}
	if err := s.comments(marta, s.systems.key, words); err != nil {
		return err
	}
	l, err := s.letter(ctx, 4)
	if err != nil {
		return err
	}
	_, said, _ := strings.Cut(words, ": ")
	switch {
	case !slices.Contains(l.References, s.systems.mail.MessageID):
		return errors.New("the text is not in the thread of the first mail")
	case !strings.Contains(l.Subject, s.systems.ticket):
		return fmt.Errorf("the subject %q does not name the ticket %s", l.Subject, s.systems.ticket)
	case !strings.Contains(strings.Join(strings.Fields(l.Text), " "), said) || strings.Contains(l.Text, "Nota nostra"):
		return fmt.Errorf("the mail says not what is for Claranet alone:\n%s", l.Text)
	}
	_, text, _ := strings.Cut(l.Text, "\n\n") // below the line above which one answers
	s.tell.say("Claranet’s desk receives:")
	s.tell.mail(until(oneLine("Subject: "+l.Subject)+"\n\n"+text, "Confirmado"))
	if _, err = s.comment(ctx, &s.systems, l.MessageID); err != nil { // that it was sent
		return err
	}
	if err := s.past(ctx, time.Now().Add(time.Second)); err != nil { // mails are dated to the second
		return err
	}
	if _, err := s.reply(ctx, incident{mail: l}, sim.Reply{Text: thanks, Style: sim.Outlook}); err != nil {
		return err
	}
	body, err := s.comment(ctx, &s.systems, "doble de memoria")
	if err != nil {
		return err
	}
	s.tell.say("And its answer is on the issue:")
	s.tell.show(until(s.plain(body), "doble de memoria"))
	return nil
}

func (s *story) stands(ctx context.Context) error {
	s.next("How does it stand?")
	s.tell.say("A line in a comment commands; “escalat ajuda” lists what there is. Marta asks:")
	if err := s.read(ctx, s.systems.key); err != nil {
		return err
	}
	if err := s.comments(marta, s.systems.key, status); err != nil {
		return err
	}
	body, err := s.comment(ctx, &s.systems, s.systems.ticket)
	if err != nil {
		return err
	}
	s.tell.show(s.plain(body))
	return nil
}

func (s *story) byHand(ctx context.Context) error {
	s.next("A third issue: OVH takes no mail")
	s.tell.say(nuriaName + " escalates a server. OVH wants a ticket in its own portal. escalat opens it through OVH’s API where " +
		"that is configured; here a person does, and escalat says where and with which words:")
	jira := s.world.Jira
	service := s.world.Info.OVH.Services[0]
	_, s.server.key = jira.CreateIssue(nuria, project, serverSummary, serverDescription(time.Now().In(s.zone), service))
	if err := jira.AddLabel(nuria, s.server.key, serverLabel); err != nil {
		return err
	}
	body, err := s.comment(ctx, &s.server, "escalat portal")
	if err != nil {
		return err
	}
	if n := len(s.world.OVH.Tickets()); n > 0 {
		return fmt.Errorf("OVH has %d tickets that nobody has opened", n)
	}
	if _, err := s.labelled(ctx, s.server.key, "ovh-cal-obrir-tiquet"); err != nil {
		return err
	}
	s.tell.show(until(s.plain(body), "Qué falla"))
	if s.server.subject, s.server.text, err = copied(body); err != nil {
		return err
	}
	if !strings.Contains(s.server.text, service) {
		return fmt.Errorf("the text to copy does not name %s:\n%s", service, s.server.text)
	}
	return nil
}

// read lets a person read what escalat has written on the issue, before he writes: an
// update of the same moment passes for escalat's own, and waits for the next comparison.
func (s *story) read(ctx context.Context, key string) error {
	own := s.own(key)
	if len(own) == 0 {
		return nil
	}
	return s.past(ctx, own[len(own)-1].Created.Add(bridge.EchoWindow+time.Second))
}

// past waits until a time is over.
func (s *story) past(ctx context.Context, at time.Time) error {
	return s.await(ctx, "time to pass", func(context.Context) (bool, error) { return time.Now().After(at), nil })
}

// copied is what a person copies out of a comment: a subject and a text, each in a block of
// its own.
func copied(body string) (subject, text string, err error) {
	parts := strings.Split(body, "{noformat}")
	if len(parts) != 5 {
		return "", "", fmt.Errorf("the comment has not a subject and a text to copy:\n%s", body)
	}
	return strings.TrimSpace(parts[1]), strings.TrimSpace(parts[3]), nil
}

func (s *story) entered(ctx context.Context) error {
	s.next("The person enters it, and tells the number")
	_, err := s.came(ctx, func() error {
		t, err := s.world.OVH.Enter(sim.NewTicket{Subject: s.server.subject, Body: s.server.text, Category: "incident"})
		s.server.ticket = strconv.FormatInt(t.Number, 10)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := s.comment(ctx, &s.server, s.server.ticket); err != nil { // OVH's robot
		return err
	}
	if err := s.read(ctx, s.server.key); err != nil {
		return err
	}
	if err := s.comments(nuria, s.server.key, "escalat portal "+s.server.ticket); err != nil {
		return err
	}
	body, err := s.comment(ctx, &s.server, s.server.ticket)
	if err != nil {
		return err
	}
	s.tell.show(s.plain(body))
	return nil
}

func (s *story) returned(ctx context.Context) error {
	s.next("What OVH writes comes back like any answer")
	number, err := strconv.ParseInt(s.server.ticket, 10, 64)
	if err != nil {
		return err
	}
	if _, err := s.came(ctx, func() error { return s.world.OVH.Answer(number, serverAnswer) }); err != nil {
		return err
	}
	body, err := s.comment(ctx, &s.server, "sustituido el disco")
	if err != nil {
		return err
	}
	labels, err := s.labelled(ctx, s.server.key, "ovh-respost")
	if err != nil {
		return err
	}
	s.tell.show(until(s.plain(body), "sustituido el disco"))
	s.tell.say("Labels: " + strings.Join(slices.Sorted(slices.Values(labels)), ", ") + ".")
	return nil
}
