package web

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// scrapeTimeout bounds the questions of one scrape.
const scrapeTimeout = 10 * time.Second

// Age tells how long the oldest unhandled thing has waited; zero when nothing
// waits.
type Age func(context.Context) (time.Duration, error)

// Oldest adds gauges of the age of the oldest unhandled thing of each name, in
// seconds, asked at each scrape. It must be called at most once. An age that
// cannot be told is left out of the scrape and counted in
// promhttp_metric_handler_errors_total: a wrong 0 would say that all is well.
func (m *Metrics) Oldest(ages map[string]Age) {
	m.registry.MustRegister(&oldest{ages: ages, desc: prometheus.NewDesc(
		"escalat_oldest_unhandled_age_seconds", "Age of the oldest thing that is not handled yet; 0: nothing waits.",
		[]string{"thing"}, nil)})
}

// oldest is a collector that asks when it is scraped.
type oldest struct {
	ages map[string]Age
	desc *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (o *oldest) Describe(ch chan<- *prometheus.Desc) { ch <- o.desc }

// Collect implements prometheus.Collector, whose interface has no context.
func (o *oldest) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	for thing, age := range o.ages {
		d, err := age(ctx)
		if err != nil {
			ch <- prometheus.NewInvalidMetric(o.desc, err)
			continue
		}
		ch <- prometheus.MustNewConstMetric(o.desc, prometheus.GaugeValue, max(0, d.Seconds()), thing)
	}
}

// Cases adds gauges of the number of cases by provider and state, asked at each
// scrape. It must be called at most once. Numbers that cannot be told are left out,
// as those of Oldest.
func (m *Metrics) Cases(count func(context.Context) (map[[2]string]int64, error)) {
	m.registry.MustRegister(&cases{count: count, desc: prometheus.NewDesc(
		"escalat_cases", "Cases by provider and state. braked: held by the brake until a person confirms them, so look whether they are all meant; undelivered: a person must act, as the comment on the issue says; listed and refused: nothing is done until somebody asks anew.",
		[]string{"provider", "state"}, nil)})
}

// cases is a collector that asks when it is scraped.
type cases struct {
	count func(context.Context) (map[[2]string]int64, error)
	desc  *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (c *cases) Describe(ch chan<- *prometheus.Desc) { ch <- c.desc }

// Collect implements prometheus.Collector, whose interface has no context.
func (c *cases) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	counts, err := c.count(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(c.desc, err)
		return
	}
	for of, n := range counts {
		metric, err := prometheus.NewConstMetric(c.desc, prometheus.GaugeValue, float64(n), of[0], of[1])
		if err != nil { // a name that is no text
			metric = prometheus.NewInvalidMetric(c.desc, err)
		}
		ch <- metric
	}
}

// Held adds a gauge that is 1 while nothing is written outside until a person
// confirms, asked at each scrape. It must be called at most once. A Jira that is
// merely away is no reason: /readyz and escalat_oldest_unhandled_age_seconds say so.
func (m *Metrics) Held(held func() bool) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "escalat_held",
		Help: "1: the database and Jira do not belong together and a person must confirm: nothing is written to Jira or a provider until then; `escalat reconcile` shows what differs and lets it go on. 0: not held, also while Jira is merely away.",
	}, func() float64 {
		if held() {
			return 1
		}
		return 0
	}))
}

// TokenExpires adds a gauge of when the token of Jira ends. It must be called at
// most once, and not when the end is not known.
func (m *Metrics) TokenExpires(at time.Time) {
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "escalat_jira_token_expires_timestamp_seconds",
		Help: "When the token of Jira ends, in seconds since 1970, as `ESCALAT_JIRA_TOKEN_EXPIRES` says; missing without it. Make another token before that day, and change both.",
	})
	gauge.Set(float64(at.Unix()))
	m.registry.MustRegister(gauge)
}
