package demo

import (
	"bytes"
	"fmt"
	"strings"

	"escalat/bridge/message"
)

// tally is what there is at the end.
type tally struct {
	mails, screenshots      int // at the desk
	robot, answers, forged  int // mails in our mailbox
	ovh, tickets            int // mails of OVH there, and tickets of OVH
	systems, network, files int // by escalat: comments on either issue, files on both
	server                  int // comments on the third
}

// want is what the story told of.
var want = tally{mails: 4, screenshots: 1, robot: 2, answers: 4, forged: 1, ovh: 2, tickets: 1, systems: 8, network: 6, files: 3, server: 4}

// count proves from the outside that everything happened exactly once.
func (s *story) count() error {
	got, err := s.tallied()
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("there are %+v instead of %+v", got, want)
	}
	s.tell.title("In the end, counted in the simulators")
	for _, line := range []string{
		fmt.Sprintf("%d mails at Claranet’s desk, with %d screenshot", got.mails, got.screenshots),
		fmt.Sprintf("%d ticket at OVH, entered by a person", got.tickets),
		fmt.Sprintf("%d mails came back: %d by Claranet’s robot, %d answers, %d forged and held back, %d by OVH",
			got.robot+got.answers+got.forged+got.ovh, got.robot, got.answers, got.forged, got.ovh),
		fmt.Sprintf("%d comments by escalat on %s: request, mail, ticket, answer, warning, text, answer, status", got.systems, s.systems.key),
		fmt.Sprintf("%d comments by escalat on %s: request, mail, ticket, addition, two answers", got.network, s.network.key),
		fmt.Sprintf("%d comments by escalat on %s: text to copy, ticket, its number, answer", got.server, s.server.key),
		fmt.Sprintf("%d files from the answers: web-03.log, the long answer as text and as mail", got.files),
	} {
		for _, part := range wrap("  "+line, width) {
			s.tell.line(part)
		}
	}
	s.tell.say("Nothing twice, nothing lost.")
	return s.tell.err
}

// tallied counts at the desk, in our mailbox and in Jira.
func (s *story) tallied() (tally, error) {
	got := tally{systems: len(s.own(s.systems.key)), network: len(s.own(s.network.key))}
	got.server, got.tickets = len(s.own(s.server.key)), len(s.world.OVH.Tickets())
	got.files = len(s.files(s.systems.key)) + len(s.files(s.network.key)) + len(s.files(s.server.key))
	letters, err := s.desk.Letters()
	if err != nil {
		return tally{}, err
	}
	got.mails = len(letters)
	for _, l := range letters {
		got.screenshots += len(l.Files)
	}
	for _, raw := range s.world.Mail.Delivered(s.world.Info.MailAddress) {
		mail, err := message.Read(bytes.NewReader(raw), message.Limits{})
		switch {
		case err != nil:
			return tally{}, fmt.Errorf("read a mail in our mailbox: %w", err)
		case len(mail.From) == 1 && mail.From[0].Address == s.world.Info.MailAddress: // the copy of what we sent
		case len(mail.From) == 1 && mail.From[0].Address == s.world.Info.OVH.Sender:
			got.ovh++
		case failed(mail):
			got.forged++
		case automatic(mail):
			got.robot++
		default:
			got.answers++
		}
	}
	return got, nil
}

// automatic reports whether a robot says that it wrote the mail.
func automatic(m message.Mail) bool { return strings.HasPrefix(field(m, "Auto-Submitted"), "auto-") }

// farewell says what to do next.
func (s *story) farewell() error {
	s.tell.line("")
	s.tell.say("Next:")
	for _, line := range []string{
		"bin/escalat demo --stay   go on from here by hand: label, reply, look",
		"bin/escalat preview       see what an issue of yours becomes; nothing is sent",
		"make test                 run every test",
		"README.md                 what escalat does, and how to set it up",
	} {
		s.tell.line("  " + strings.TrimSpace(line))
	}
	return s.tell.err
}
