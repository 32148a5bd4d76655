package web

import "github.com/prometheus/client_golang/prometheus"

// Filings adds a gauge of how many values of a provider's profile its API does not know,
// and returns what sets it. It must be called at most once, and not where no provider is
// told by an API.
func (m *Metrics) Filings() func(provider string, values int) {
	gauge := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "escalat_filing_unknown_values",
		Help: "Values with which a provider’s profile files a ticket that the provider’s API does not know, when it was last asked, which is once a day; missing until it has answered. The log names each, with the nearest that it knows. Above 0: correct the profile; a ticket that is refused is entered by a person.",
	}, []string{"provider"})
	m.registry.MustRegister(gauge)
	return func(provider string, values int) { gauge.WithLabelValues(provider).Set(float64(values)) }
}
