package web

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Mailbox is what is told of the reading of our mailbox.
type Mailbox struct {
	// Watched folders are read; Searched ones are looked through; Refused are those of
	// them that could not be opened, and LeftOut those beyond what is searched.
	Watched, Searched, Refused, LeftOut int
	// FoundSearched mails were in a searched folder alone, FoundCompared ones were
	// found by the comparison with the ledger.
	FoundSearched, FoundCompared int64
}

// Mailbox adds the metrics of our mailbox, asked at each scrape. It must be called at
// most once.
func (m *Metrics) Mailbox(ask func() Mailbox) {
	m.registry.MustRegister(&mailbox{
		ask: ask,
		folders: prometheus.NewDesc("escalat_imap_folders",
			"Folders of our mailbox, as this process sees them while it leads. watched: every mail is read; searched: headers are looked at; refused: of these the server does not open, or they have vanished; left_out: not searched because there are too many.",
			[]string{"sort"}, nil),
		late: prometheus.NewDesc("escalat_imap_found_late_total",
			"Mails for us that were not where they should have been. searched: in a searched folder alone, so look whether a filter takes replies for junk or moves them; comparison: the server gave them late, and they were found by comparing the folder with the ledger.",
			[]string{"where"}, nil),
	})
}

// mailbox is a collector that asks when it is scraped.
type mailbox struct {
	ask           func() Mailbox
	folders, late *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (m *mailbox) Describe(ch chan<- *prometheus.Desc) {
	ch <- m.folders
	ch <- m.late
}

// Collect implements prometheus.Collector.
func (m *mailbox) Collect(ch chan<- prometheus.Metric) {
	box := m.ask()
	for sort, n := range map[string]int{"watched": box.Watched, "searched": box.Searched, "refused": box.Refused, "left_out": box.LeftOut} {
		ch <- prometheus.MustNewConstMetric(m.folders, prometheus.GaugeValue, float64(n), sort)
	}
	for where, n := range map[string]int64{"searched": box.FoundSearched, "comparison": box.FoundCompared} {
		ch <- prometheus.MustNewConstMetric(m.late, prometheus.CounterValue, float64(n), where)
	}
}

// Tokens is what is told of the access tokens for the mail servers.
type Tokens struct {
	Obtained time.Time // when the present one was; zero: there is none
	Ends     time.Time // when it ends, as the endpoint said; zero: it did not
	Success  time.Time // when the endpoint gave one last; zero: never since the start
	Failures int       // requests in a row that it has refused or not answered since
}

// Tokens adds the metrics of the access tokens, asked at each scrape by the clock now.
// It must be called at most once, and not where the mail servers take passwords.
func (m *Metrics) Tokens(now func() time.Time, ask func() Tokens) {
	gauge := func(name, help string) *prometheus.Desc { return prometheus.NewDesc(name, help, nil, nil) }
	m.registry.MustRegister(&tokens{
		now: now, ask: ask,
		age:      gauge("escalat_oauth_token_age_seconds", "Age of the access token for the mail servers; missing while there is none."),
		ends:     gauge("escalat_oauth_token_expires_timestamp_seconds", "When the access token for the mail servers ends, in seconds since 1970; it is replaced shortly before. Missing while there is none, or where its end is not told."),
		success:  gauge("escalat_oauth_last_success_timestamp_seconds", "When an access token for the mail servers was last obtained, in seconds since 1970; 0: never since the start."),
		failures: gauge("escalat_oauth_failures", "Attempts in a row to obtain an access token that failed; 0: the last one succeeded. Until the present token ends mail still goes and comes: mend it before, the log says what the endpoint answers."),
	})
}

// tokens is a collector that asks when it is scraped.
type tokens struct {
	now                          func() time.Time
	ask                          func() Tokens
	age, ends, success, failures *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (t *tokens) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{t.age, t.ends, t.success, t.failures} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (t *tokens) Collect(ch chan<- prometheus.Metric) {
	of := t.ask()
	gauge := func(d *prometheus.Desc, v float64) { ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v) }
	if !of.Obtained.IsZero() {
		gauge(t.age, max(0, t.now().Sub(of.Obtained).Seconds()))
	}
	if !of.Ends.IsZero() {
		gauge(t.ends, float64(of.Ends.Unix()))
	}
	last := 0.0
	if !of.Success.IsZero() {
		last = float64(of.Success.UnixMilli()) / 1000
	}
	gauge(t.success, last)
	gauge(t.failures, float64(of.Failures))
}

// SecretExpires adds a gauge of when the secret for access tokens ends. It must be
// called at most once, and not when the end is not known.
func (m *Metrics) SecretExpires(at time.Time) {
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "escalat_oauth_secret_expires_timestamp_seconds",
		Help: "When the secret ends by which access tokens for the mail servers are obtained, in seconds since 1970, as `ESCALAT_OAUTH_SECRET_EXPIRES` says; missing without it. Make another one before that day, and change both.",
	})
	gauge.Set(float64(at.Unix()))
	m.registry.MustRegister(gauge)
}
