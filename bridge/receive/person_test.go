package receive_test

import (
	"strings"
	"testing"
	"time"
)

// TestOnlyAPersonEndsTheCall: whatever a program may have written is posted, but the
// provider must still be called, on all issues that share the case.
func TestOnlyAPersonEndsTheCall(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, test := range map[string]struct {
		mail  mail
		calls bool
	}{
		"a person":                     {mail{body: "Lo vemos.", at: night}, false},
		"out of office":                {mail{subject: "Respuesta automática: fuera de la oficina", body: "Vuelvo el lunes.", at: night}, true},
		"a mailbox that answers":       {mail{header: "Precedence: auto_reply\nX-Autoreply: yes\n", body: "x", at: night}, true},
		"what asks for no answers":     {mail{header: "X-Auto-Response-Suppress: All\n", body: "x", at: night}, true},
		"from nobody":                  {mail{header: "Return-Path: <>\n", body: "x", at: night}, true},
		"a person in the night before": {mail{body: "Lo vemos.", at: night.Add(-20 * time.Hour)}, true},
		"a person before it closed":    {mail{body: "Lo vemos.", at: night.Add(-8 * time.Hour)}, true},
	} {
		c, f := b.theCase(), follower(followerID, "43")
		c.CallUntil, f.CallUntil = opens, opens
		v := b.take(c, test.mail, f)
		until := []time.Time{v.Case.Case.CallUntil}
		for _, other := range v.Case.Others { // an absence is told on one issue alone
			until = append(until, other.Case.CallUntil)
		}
		for _, got := range until {
			if !got.IsZero() != test.calls {
				t.Errorf("%s: call until %v", name, got)
			}
		}
		person := strings.HasPrefix(name, "a person")
		if aware := v.Case.Case.AwareAt; aware.Equal(test.mail.at) != person || aware.IsZero() == person || !aware.Equal(v.Case.Case.HeardAt) {
			t.Errorf("%s: aware %v, heard %v", name, aware, v.Case.Case.HeardAt)
		}
	}
}
