package wording_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// TestDesk: by day whom the desk says, at night only the night's telephones.
func TestDesk(t *testing.T) {
	t.Parallel()
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	for i := range profiles {
		p := &profiles[i]
		day := time.Date(2026, 11, 20, 10, 0, 0, 0, p.Location())
		phones, portal := wording.Desk(p, texts, day)
		if diff := cmp.Diff(p.Contacts.Day.Phones, phones); diff != "" || portal != p.Contacts.Portal || portal == "" {
			t.Errorf("%s by day: portal %q %s", p.ID, portal, diff)
		}
		night := day.Add(13 * time.Hour)
		if call := wording.Call(p, texts, night); call == nil {
			continue // its desk is open all night
		}
		phones, portal = wording.Desk(p, texts, night)
		if diff := cmp.Diff(p.Contacts.Night.Phones, phones); diff != "" || portal != "" || len(phones) == 0 {
			t.Errorf("%s at night: portal %q %s", p.ID, portal, diff)
		}
	}
}
