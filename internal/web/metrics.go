package web

import (
	"log/slog"
	"net/http"
	"time"

	"escalat/bridge"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// The loops that Loop knows, and the things whose age Oldest tells.
const (
	LoopJira    = "jira"
	LoopMailbox = "imap"
	LoopSearch  = "imap-search"  // of the folders that are only searched
	LoopCompare = "imap-compare" // of the watched ones with the ledger
	LoopTick    = "tick"
	LoopTickets = "tickets" // of the providers' APIs

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
	hooks    *prometheus.CounterVec
	turns    *prometheus.HistogramVec
	ops      *prometheus.CounterVec
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
		hooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "escalat_webhooks_total",
			Help: "Webhooks of Jira. accepted: its issues will be looked at; ignored: it names no issue, or is larger than 2 MiB; refused: its sender does not know the secret, so compare the secret with that of Jira's webhook; failed: Jira was asked to send it again because the look could not be stored, which the log explains, or because more than 16 came at once. Nothing is lost: the search for changes finds what no webhook told.",
		}, []string{"verdict"}),
		turns: newTurns(),
		ops: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "escalat_ops_requests_total",
			Help: "Requests of the ops page. shown: the page; noted: a call was noted; refused: no or a wrong password, or not by a form of the page; failed: the page could not be made or the call not be noted, which the log explains.",
		}, []string{"verdict"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "escalat_build_info",
		Help:        "Always 1; the label holds the version.",
		ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(m.mails, m.effects, m.success, m.hooks, m.turns, m.ops, build,
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
	for _, o := range bridge.MailOutcomes() {
		m.mails.WithLabelValues(string(o))
	}
	for _, k := range bridge.Kinds() {
		for _, s := range ends() {
			m.effects.WithLabelValues(string(k), string(s))
		}
	}
	for _, v := range []string{OpsShown, OpsNoted, OpsRefused, OpsFailed} {
		m.ops.WithLabelValues(v)
	}
	for _, v := range []string{HookAccepted, HookIgnored, HookRefused, HookFailed} {
		m.hooks.WithLabelValues(v)
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

// Hook counts a webhook by what became of it: see Hooks.Count.
func (m *Metrics) Hook(verdict string) {
	m.hooks.WithLabelValues(verdict).Inc()
}

// Ops counts a request of the ops page by what became of it: see OpsServer.Count.
func (m *Metrics) Ops(verdict string) { m.ops.WithLabelValues(verdict).Inc() }

// Loop returns the function that a loop calls with the time of each success.
// Before the first call its gauge is 0, so that a loop that never worked is as
// visible as one that stopped.
func (m *Metrics) Loop(name string) func(at time.Time) {
	gauge := m.success.WithLabelValues(name)
	return func(at time.Time) { gauge.Set(float64(at.UnixMilli()) / 1000) }
}

func (m *Metrics) handler(log *slog.Logger) http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		Registry:      m.registry,
		ErrorHandling: promhttp.ContinueOnError,
		ErrorLog:      slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	})
}
