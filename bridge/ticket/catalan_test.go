package ticket_test

import (
	"strings"
	"testing"

	"escalat/bridge"
)

// TestCatalanIsTold: who reads that a ticket was opened, or is given its text, hears that
// some of it went in Catalan; of what was translated nothing is said.
func TestCatalanIsTold(t *testing.T) {
	t.Parallel()
	for _, why := range []bridge.Untranslated{"", bridge.TranslatorAway} {
		for _, refused := range []bool{false, true} {
			d := newDesk(t)
			if refused {
				once := lost{err: bridge.Permanent(said("no"))}
				d.api.fails("create", once, once) // without the service, too
			}
			c := sending()
			c.Notices[0].Tongue, c.Notices[0].Untranslated = "ca", why
			_, _, follows := d.run(c, effect(bridge.OpenTicket, "m1@aoc", d.at), 3)
			comments := strings.Join(told(t, follows), "\n")
			if strings.Contains(comments, "falta un pas vostre") != refused || strings.Contains(comments, "perquè el traductor no ha respost") != (why != "") {
				t.Errorf("%q, refused %v: %s", why, refused, comments)
			}
		}
	}
}
