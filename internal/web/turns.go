package web

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"escalat/bridge"
)

// Turns are the open cases by provider and whose turn it is, and how many of them wait
// for a telephone call.
type Turns struct {
	Cases map[string]map[bridge.Turn]int64
	Calls map[string]int64
	// Late counts those of which something is late that people were told of.
	Late map[string]int64
}

// turns are those that a case may have.
func turns() []bridge.Turn { return []bridge.Turn{bridge.TurnUs, bridge.TurnProvider, bridge.TurnData} }

// Turns adds the gauges of whose turn it is, asked at each scrape. It must be called at
// most once. Numbers that cannot be told are left out.
func (m *Metrics) Turns(ask func(context.Context) (Turns, error)) {
	gauge := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	m.registry.MustRegister(&turnsAsked{
		ask:   ask,
		cases: gauge("escalat_turn_cases", "Open cases by whose turn it is: us, provider, or data, which was asked for.", "provider", "turn"),
		calls: gauge("escalat_calls_due", "Open cases of which the provider must still be called: the issues say so, and with what to say.", "provider"),
		late:  gauge("escalat_late_cases", "Open cases of which people were told that the provider is late.", "provider"),
	})
}

// turnsAsked is a collector that asks when it is scraped.
type turnsAsked struct {
	ask func(context.Context) (Turns, error)

	cases, calls, late *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (t *turnsAsked) Describe(ch chan<- *prometheus.Desc) { ch <- t.cases; ch <- t.calls; ch <- t.late }

// Collect implements prometheus.Collector, whose interface has no context.
func (t *turnsAsked) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	asked, err := t.ask(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(t.cases, err)
		return
	}
	show := func(d *prometheus.Desc, value int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(value), labels...)
	}
	for provider, cases := range asked.Cases {
		for _, turn := range turns() {
			show(t.cases, cases[turn], provider, string(turn))
		}
		show(t.calls, asked.Calls[provider], provider)
		show(t.late, asked.Late[provider], provider)
	}
}

// Turn counts a turn that has ended: how long it was, as the clock counts it and within
// the hours of the provider's desk.
func (m *Metrics) Turn(provider string, turn bridge.Turn, wall, working time.Duration) {
	m.turns.WithLabelValues(provider, string(turn), "wall").Observe(wall.Seconds())
	m.turns.WithLabelValues(provider, string(turn), "working").Observe(working.Seconds())
}

// newTurns counts how long turns are, from five minutes to a week.
func newTurns() *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "escalat_turn_seconds",
		Help:    "How long it was somebody's turn in a case, in seconds, by provider, whose turn it was, and hours: wall, as the clock counts, or working, within those of the provider's desk.",
		Buckets: []float64{300, 900, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600},
	}, []string{"provider", "turn", "hours"})
}
