package config

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// need says when a variable must be set: the words for people and the rule.
type need struct {
	text string
	when func(*Config, *source) bool
}

// needs returns the need of that name, which a struct tag gave.
func needs(name string) need {
	never := func(*Config, *source) bool { return false }
	switch name {
	case "always":
		return need{"always", func(*Config, *source) bool { return true }}
	case "redirect":
		return need{"in mode “redirect”", func(c *Config, _ *source) bool { return c.General.Mode == Redirect }}
	case "outgoing":
		return need{"in the modes “redirect” and “live”, and with “ESCALAT_ONCALL_TO”", func(c *Config, _ *source) bool {
			return c.General.Mode != Shadow || len(c.OnCall.To) > 0
		}}
	case "authserv":
		return need{"with the source “authserv”", func(c *Config, s *source) bool { return c.asksAuthserv(s) }}
	case "webhook":
		return need{"with “ESCALAT_JIRA_WEBHOOK_ADDR”", func(_ *Config, s *source) bool { return s.has(Prefix + "JIRA_WEBHOOK_ADDR") }}
	case "ops":
		return need{"with “ESCALAT_OPS_ADDR”", func(_ *Config, s *source) bool { return s.has(Prefix + "OPS_ADDR") }}
	}
	if n, ok := loginNeeds(name); ok {
		return n
	}
	if n, ok := translateNeeds(name); ok {
		return n
	}
	return need{"", never}
}

// check adds what no single value shows.
func (c *Config) check(s *source, vars []Variable) {
	seen := map[string]bool{}
	for _, v := range vars {
		if seen[v.Name] {
			s.add(v.Name, "would belong to two profiles; rename one")
		}
		seen[v.Name] = true
		if !s.has(v.Name) && !s.refused[v.Name] && needs(v.need).when(c, s) {
			s.add(v.Name, "is required%s", strings.TrimSuffix(" "+plain(v.Required), " always"))
		}
		if !s.refused[v.Name] {
			c.checkRange(s, v)
			c.checkList(s, v)
		}
	}
	if c.General.Instance == "" {
		s.add(Prefix+"INSTANCE", "is required because this machine has no host name")
	}
	c.checkTLS(s)
	c.checkLogins(s)
	c.checkFolders(s)
	c.checkWebhook(s)
	c.checkTiming(s)
	c.checkWitness(s)
	c.checkAddresses(s)
	c.checkOnCall(s)
	c.checkOps(s)
	c.checkTranslate(s)
	c.checkProviders(s)
}

// checkRange holds durations and sizes to the limits of their tags.
func (c *Config) checkRange(s *source, v Variable) {
	if v.min == "" {
		return
	}
	low, high, value := limit(v, v.min), limit(v, v.max), v.field(c).Int()
	if value < low || value > high {
		s.add(v.Name, "is %s, but must be from %s to %s", display(v.field(c)), v.min, v.max)
		s.refused[v.Name] = true
	}
}

// checkList refuses a comma with nothing before or after it, which may be a
// value that got lost.
func (c *Config) checkList(s *source, v Variable) {
	f := v.field(c)
	if f.Kind() != reflect.Slice {
		return
	}
	for i := range f.Len() {
		if f.Index(i).IsZero() {
			s.add(v.Name, "has an empty element beside a comma")
			return
		}
	}
}

// limit reads a limit of a tag, which a test proves to be readable.
func limit(v Variable, text string) int64 {
	if v.fieldType() == reflect.TypeFor[time.Duration]() {
		d, _ := time.ParseDuration(text)
		return int64(d)
	}
	var size Size
	_ = size.UnmarshalText([]byte(text))
	return int64(size)
}

func (v Variable) fieldType() reflect.Type {
	root := reflect.TypeFor[Config]()
	if v.provider != "" {
		root = reflect.TypeFor[Provider]()
	}
	return root.FieldByIndex(v.path).Type
}

// checkTLS refuses a password in clear on a network.
func (c *Config) checkTLS(s *source) {
	for _, server := range []struct {
		name string
		tls  TLS
		addr HostPort
	}{{"SMTP", c.SMTP.TLS, c.SMTP.Addr}, {"IMAP", c.IMAP.TLS, c.IMAP.Addr}} {
		if server.tls == NoTLS && server.addr != "" && !loopback(server.addr.Host()) {
			s.add(Prefix+server.name+"_TLS", "is none, but %s is not this machine", quote(server.addr.Host()))
		}
	}
}

// leastSecret is the least length of the secret of the webhooks, in bytes: whoever
// guesses it has issues read as often as he likes.
const leastSecret = 16

// checkWebhook keeps what faces Jira apart from what faces the monitors.
func (c *Config) checkWebhook(s *source) {
	if c.Jira.WebhookAddr != "" && c.Jira.WebhookAddr.overlaps(c.Health.Addr) {
		s.add(Prefix+"JIRA_WEBHOOK_ADDR", "is %s, but ESCALAT_HTTP_ADDR is %s: the metrics would face Jira",
			quote(string(c.Jira.WebhookAddr)), quote(string(c.Health.Addr)))
	}
	if secret := c.Jira.WebhookSecret; !secret.IsZero() && len(secret.Reveal()) < leastSecret {
		s.add(Prefix+"JIRA_WEBHOOK_SECRET", "is shorter than %d characters", leastSecret)
	}
}

// checkTiming keeps the clocks of the engine in the order it relies on.
func (c *Config) checkTiming(s *source) {
	t := c.Timing
	for _, rule := range []struct {
		name, than, other string
		value, limit      time.Duration
		right             bool
		why               string
	}{
		{"QUEUE_TAKEOVER", "more", "QUEUE_EFFECT_TIMEOUT", t.Takeover, t.EffectTimeout, t.Takeover > t.EffectTimeout, "work in progress would be done twice"},
		{"QUEUE_TICK", "less", "QUEUE_LEASE", t.Tick, t.Lease, t.Tick < t.Lease, "the leader would lose its lease"},
		{"JIRA_OVERLAP", "more", "JIRA_POLL_INTERVAL", c.Jira.Overlap, c.Jira.PollInterval, c.Jira.Overlap > c.Jira.PollInterval, "changes would be missed"},
	} {
		if !rule.right && !s.refused[Prefix+rule.name] {
			s.add(Prefix+rule.name, "is %s, but must be %s than %s%s (%s): %s",
				short(rule.value), rule.than, Prefix, rule.other, short(rule.limit), rule.why)
		}
	}
}

// checkAddresses refuses what would make escalat write to itself, take itself
// for a provider, or write to a provider in mode redirect.
func (c *Config) checkAddresses(s *source) {
	own := c.Mail.Address
	if c.General.Mode == Redirect && c.General.RedirectTo.Same(own) {
		s.add(Prefix+"REDIRECT_TO", "is our own mailbox %s; name another one, or nobody sees the mails", quote(string(own)))
	}
	for _, id := range slices.Sorted(maps.Keys(c.Providers)) {
		p, prefix := c.Providers[id], providerPrefix(id)
		for _, to := range p.To {
			if to.Same(own) || to.Same(c.Mail.From.Address) {
				s.add(prefix+"TO", "names our own mailbox %s", quote(string(to)))
			}
			if to.Same(c.General.RedirectTo) {
				s.add(Prefix+"REDIRECT_TO", "is %s, an address of %s", quote(string(to)), prefix+"TO")
			}
		}
		for _, sender := range p.Senders {
			if own != "" && sender.Covers(own) {
				s.add(prefix+"SENDERS", "contains %s, which covers our own mailbox %s", quote(string(sender)), quote(string(own)))
			}
		}
	}
}

// plain takes the quotes of a tag away.
func plain(s string) string { return strings.NewReplacer("“", "", "”", "").Replace(s) }
