package app

import (
	"slices"
	"testing"

	"escalat/bridge"
	"escalat/bridge/calendar"
	"escalat/mapping"
)

// TestWordsAgree: the rulebook may not import what its words name, so that they are the
// same is held here.
func TestWordsAgree(t *testing.T) {
	t.Parallel()
	regions, known := mapping.HolidayRegions(), calendar.Regions()
	slices.Sort(regions)
	slices.Sort(known)
	if !slices.Equal(regions, known) {
		t.Errorf("profiles name the holidays of %q, the calendar knows %q", regions, known)
	}
	var channels []string
	for _, c := range bridge.Channels() {
		channels = append(channels, string(c))
	}
	if !slices.Equal(mapping.Channels(), channels) {
		t.Errorf("profiles name the channels %q, the program knows %q", mapping.Channels(), channels)
	}
}
