package web

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"escalat/bridge"
)

// Ledger is the account of all mails. Seen is the sum of the others unless one was lost
// or counted twice.
type Ledger struct {
	Seen        int64
	Undecided   int64
	Outcomes    map[bridge.MailOutcome]int64
	Quarantined int64     // those that wait for a person
	Oldest      time.Time // since when the oldest of them does; zero: none
	SetAside    int64
}

// Ledger adds the gauges of the account of all mails, asked at each scrape. It must be
// called at most once. Numbers that cannot be told are left out, as those of Oldest.
func (m *Metrics) Ledger(ask func(context.Context) (Ledger, error)) {
	gauge := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	m.registry.MustRegister(&ledger{
		ask:         ask,
		mails:       gauge("escalat_ledger_mails", "Mails in the ledger by outcome: each that was seen in the mailbox has one, or is undecided.", "outcome"),
		undecided:   gauge("escalat_ledger_undecided", "Mails that are not decided yet."),
		seen:        gauge("escalat_ledger_seen", "Mails that were ever seen in the mailbox and put into the ledger."),
		difference:  gauge("escalat_ledger_difference", "Mails seen beyond the sum of all outcomes and what is undecided. Anything but 0 is a fault of escalat: keep the database and report it."),
		quarantined: gauge("escalat_quarantine_mails", "Mails in quarantine that wait for a person: look at them with `escalat quarantine list`, then release or discard each."),
		oldest:      gauge("escalat_quarantine_oldest_timestamp_seconds", "Since when the oldest mail in quarantine waits, in seconds since 1970; 0: none waits."),
		aside:       gauge("escalat_mails_set_aside", "Mails that failed again and again and were set aside unread, or that the server does not give: the log says why; have them tried again once that is mended."),
	})
}

// ledger is a collector that asks when it is scraped.
type ledger struct {
	ask func(context.Context) (Ledger, error)

	mails, undecided, seen, difference, quarantined, oldest, aside *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (l *ledger) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{l.mails, l.undecided, l.seen, l.difference, l.quarantined, l.oldest, l.aside} {
		ch <- d
	}
}

// Collect implements prometheus.Collector, whose interface has no context.
func (l *ledger) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	a, err := l.ask(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(l.seen, err)
		return
	}
	show := func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	rest := a.Seen - a.Undecided
	known := bridge.MailOutcomes()
	for _, o := range known {
		show(l.mails, float64(a.Outcomes[o]), string(o))
		rest -= a.Outcomes[o]
	}
	show(l.undecided, float64(a.Undecided))
	show(l.seen, float64(a.Seen))
	show(l.difference, float64(rest))
	show(l.quarantined, float64(a.Quarantined))
	show(l.aside, float64(a.SetAside))
	since := 0.0
	if !a.Oldest.IsZero() {
		since = float64(a.Oldest.UnixMilli()) / 1000
	}
	show(l.oldest, since)
}
