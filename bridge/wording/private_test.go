package wording_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// TestPrivate: what did not leave is told as the team calls it, pictures once.
func TestPrivate(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, "08:00", "17:00")
	password := func(place string, line int) bridge.Hidden {
		return bridge.Hidden{Kind: bridge.PrivatePassword, Place: place, Line: line}
	}
	n := bridge.Notice{
		Serial: 2, Hidden: []bridge.Hidden{password("impact", 3), password(bridge.PlaceSummary, 1), password(bridge.PlaceRest, 2), password("unknown", 1)},
		Omitted: []bridge.Evidence{
			{ID: "1", Name: "a.zip", Size: 7, Why: bridge.LeftPrivate, Inspection: &bridge.Inspection{Inside: []bridge.Inside{
				{Kind: bridge.PrivateKey, Path: "x/y.pem", Line: 1}, {Kind: bridge.PrivatePerson, Path: "in.zip!/padro.PDF", Line: 2},
			}}},
			{ID: "2", Name: "padro.pdf", Why: bridge.LeftPrivate, Inspection: &bridge.Inspection{Inside: []bridge.Inside{{Kind: bridge.PrivatePerson, Line: 4}}}},
			{ID: "3", Name: "b.7z", Why: bridge.LeftClosed, Inspection: &bridge.Inspection{Opaque: bridge.OpaqueEncrypted}},
			{ID: "4", Name: "c.7z", Why: bridge.LeftClosed},
			{ID: "5", Name: "new.png", Why: bridge.LeftImage},
			{ID: "6", Name: "old.png", Why: bridge.LeftImage},
			{ID: "7", Name: "big.log", Why: bridge.LeftNoRoom},
		},
		Further: map[bridge.LeftOut]int{bridge.LeftImage: 3, bridge.LeftNoRoom: 9},
	}
	c := bridge.Case{Kind: "sistemas", Notices: []bridge.Notice{{Serial: 1, Omitted: []bridge.Evidence{{ID: "6", Why: bridge.LeftImage}, {ID: "5", Why: bridge.LeftNoRoom}}}, n}}
	want := text.Private{
		Hidden: []text.Hidden{
			{Kind: "password", Label: "Impacte en negoci", Line: 3}, {Kind: "password", Place: "summary"}, {Kind: "password", Place: "rest", Line: 2}, {Kind: "password", Label: "unknown", Line: 1},
		},
		Files: []text.Withheld{
			{Name: "a.zip", Size: 7, Inside: []text.Hidden{{Kind: "key", Label: "x/y.pem", Line: 1}, {Kind: "person", Label: "in.zip!/padro.PDF", Line: 2, Page: true}}},
			{Name: "padro.pdf", Inside: []text.Hidden{{Kind: "person", Line: 4, Page: true}}},
			{Name: "b.7z", Closed: "encrypted"},
			{Name: "c.7z"},
		},
		Images: []text.LeftFile{{Name: "new.png"}, {More: 3}},
	}
	if diff := cmp.Diff(want, wording.Private(c, p, n, "ca")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(text.Private{}, wording.Private(c, p, bridge.Notice{Serial: 1}, "ca")); diff != "" {
		t.Error(diff)
	}
}
