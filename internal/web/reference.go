package web

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"escalat/bridge"

	dto "github.com/prometheus/client_model/go"
)

// Reference returns every metric of our own as a Markdown table. Those of Go's
// runtime and of the process come besides.
func Reference() (string, error) {
	m := NewMetrics("")
	for _, loop := range []string{LoopJira, LoopMailbox, LoopSearch, LoopCompare, LoopTick, LoopTickets} {
		m.Loop(loop)
	}
	none := func(context.Context) (time.Duration, error) { return 0, nil }
	m.Oldest(map[string]Age{ThingEffect: none, ThingLook: none, ThingMail: none})
	m.Cases(func(context.Context) (map[[2]string]int64, error) {
		counts := map[[2]string]int64{}
		for _, state := range states() {
			counts[[2]string{"", string(state)}] = 0
		}
		return counts, nil
	})
	m.Ledger(func(context.Context) (Ledger, error) { return Ledger{}, nil })
	m.Turns(func(context.Context) (Turns, error) {
		return Turns{Cases: map[string]map[bridge.Turn]int64{"": {}}}, nil
	})
	for _, turn := range turns() {
		m.Turn("", turn, 0, 0)
	}
	m.Held(func() bool { return false })
	m.TokenExpires(time.Time{})
	m.Mailbox(func() Mailbox { return Mailbox{} })
	m.Tokens(time.Now, func() Tokens { return Tokens{Obtained: time.Now(), Ends: time.Now()} })
	m.SecretExpires(time.Time{})
	m.Filings()("", 0)
	families, err := m.registry.Gather()
	if err != nil {
		return "", fmt.Errorf("metrics: %w", err)
	}
	var b strings.Builder
	b.WriteString("| metric | labels | what it says |\n|---|---|---|\n")
	for _, f := range families {
		if strings.HasPrefix(f.GetName(), "escalat_") {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.GetName(), labels(f), f.GetHelp())
		}
	}
	return b.String(), nil
}

// states lists the states of a case.
func states() []bridge.State {
	return []bridge.State{
		bridge.Settling, bridge.Asked, bridge.Sending, bridge.Sent, bridge.Answered, bridge.Undelivered, bridge.Withdrawn,
		bridge.Closed, bridge.Listed, bridge.Refused, bridge.Braked, bridge.Joined, bridge.Handed,
	}
}

// labels lists the labels of a family with their values.
func labels(f *dto.MetricFamily) string {
	values := map[string]map[string]bool{}
	for _, metric := range f.GetMetric() {
		for _, l := range metric.GetLabel() {
			if values[l.GetName()] == nil {
				values[l.GetName()] = map[string]bool{}
			}
			values[l.GetName()][l.GetValue()] = true
		}
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		shown := "`" + name + "`"
		if list := slices.Sorted(maps.Keys(values[name])); len(list) > 0 && list[0] != "" {
			shown += " (" + strings.Join(list, ", ") + ")"
		}
		out = append(out, shown)
	}
	return strings.Join(out, "; ")
}
