package demo

import (
	"fmt"
	"strings"
)

// tally is what there is at the end.
type tally struct {
	mails            int // at the desk
	systems, network int // comments of escalat
	files            int // attached by escalat
}

// want is what the story told of.
var want = tally{mails: 3, systems: 5, network: 6, files: 3}

// count proves from the outside that everything happened exactly once.
func (s *story) count() error {
	letters, err := s.desk.Letters()
	if err != nil {
		return err
	}
	got := tally{mails: len(letters), systems: len(s.own(s.systems.key)), network: len(s.own(s.network.key))}
	got.files = len(s.files(s.systems.key)) + len(s.files(s.network.key))
	if got != want {
		return fmt.Errorf("there are %+v instead of %+v", got, want)
	}
	s.tell.title("In the end")
	s.tell.say(fmt.Sprintf("Counted in the simulators: %d mails at Claranet’s desk, %d comments of escalat on %s (request, mail, ticket, "+
		"answer, warning) and %d on %s (request, mail, ticket, addition, two answers), %d files. Nothing twice, nothing lost.",
		got.mails, got.systems, s.systems.key, got.network, s.network.key, got.files))
	return s.tell.err
}

// farewell says what to do next.
func (s *story) farewell() error {
	s.tell.line("")
	s.tell.say("Next:")
	for _, line := range []string{
		"bin/escalat demo --stay   go on from here by hand: label, reply, look",
		"bin/escalat preview       see the mail of an issue of yours, nothing is sent",
		"make test                 run every test",
		"README.md                 what escalat does, and how to set it up",
	} {
		s.tell.line("  " + strings.TrimSpace(line))
	}
	return s.tell.err
}
