package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"escalat/bridge"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// scrapeTimeout bounds the questions of one scrape.
const scrapeTimeout = 10 * time.Second

// The loops that Loop knows, and the things whose age Oldest tells.
const (
	LoopJira    = "jira"
	LoopMailbox = "imap"
	LoopTick    = "tick"

	ThingEffect = "effect"
	ThingLook   = "look"
	ThingMail   = "mail"
)

// Metrics counts what happens. All its methods may be called at the same time.
type Metrics struct {
	registry *prometheus.Registry
	mails    *prometheus.CounterVec
	effects  *prometheus.CounterVec
	success  *prometheus.GaugeVec
}

// NewMetrics makes metrics in a registry of their own. Version is that of the
// program.
func NewMetrics(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		mails: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "escalat_mails_total",
			Help: "Mails that were decided, by outcome.",
		}, []string{"outcome"}),
		effects: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "escalat_effects_total",
			Help: "Attempts to write to the outside, by kind and by the state they ended in; planned: to be tried again, because certainly nothing was done or nothing was found of it.",
		}, []string{"kind", "state"}),
		success: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "escalat_loop_last_success_timestamp_seconds",
			Help: "When each loop last succeeded, in seconds since 1970; 0: never since the start.",
		}, []string{"loop"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "escalat_build_info",
		Help:        "Always 1; the label holds the version.",
		ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(m.mails, m.effects, m.success, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.zero()
	return m
}

// ends lists the states that an attempt can end in.
func ends() []bridge.EffectState {
	return []bridge.EffectState{bridge.EffectDone, bridge.EffectFailed, bridge.EffectUnknown, bridge.EffectPlanned}
}

// zero shows every known series from the start: an alarm on the increase of a
// counter misses the first event of a series that did not exist.
func (m *Metrics) zero() {
	for _, o := range []bridge.MailOutcome{
		bridge.MailPosted, bridge.MailOwn, bridge.MailDuplicate, bridge.MailQuarantined,
		bridge.MailUnrelated, bridge.MailOversized, bridge.MailUnreadable,
	} {
		m.mails.WithLabelValues(string(o))
	}
	for _, k := range []bridge.Kind{bridge.PostComment, bridge.PostAttachment, bridge.ComposeMail, bridge.TransmitMail} {
		for _, s := range ends() {
			m.effects.WithLabelValues(string(k), string(s))
		}
	}
}

// Mail counts a mail that was decided.
func (m *Metrics) Mail(outcome bridge.MailOutcome) {
	m.mails.WithLabelValues(string(outcome)).Inc()
}

// Effect counts an attempt by the state it ended in: done, failed, unknown, or
// planned when it is to be tried again: certainly nothing was done, or nothing
// was found of it.
func (m *Metrics) Effect(kind bridge.Kind, state bridge.EffectState) {
	m.effects.WithLabelValues(string(kind), string(state)).Inc()
}

// Loop returns the function that a loop calls with the time of each success.
// Before the first call its gauge is 0, so that a loop that never worked is as
// visible as one that stopped.
func (m *Metrics) Loop(name string) func(at time.Time) {
	gauge := m.success.WithLabelValues(name)
	return func(at time.Time) { gauge.Set(float64(at.UnixMilli()) / 1000) }
}

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

func (m *Metrics) handler(log *slog.Logger) http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		Registry:      m.registry,
		ErrorHandling: promhttp.ContinueOnError,
		ErrorLog:      slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	})
}
