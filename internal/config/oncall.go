package config

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
)

// OnCall says who of our own people is told what cannot wait, and how.
type OnCall struct {
	To      []Address     `env:"TO" otherwise:"nobody is told by mail" doc:"Addresses of our own people on call: they are told when Jira is away while something waits for it, and by the steps of a provider's matrix that say so. The mails leave through the submission server; they tell keys and telephone numbers, and nothing of what the issues say." example:"guardia@example.cat"`
	Webhook Webhook       `env:"WEBHOOK" otherwise:"no webhook is told" doc:"Address that is told the same as JSON: “event”, “key”, “provider”, “text” and “at”. Only its host is ever shown: the rest may be a password." example:"https://alertes.example.cat/escalat"`
	Secret  Secret        `env:"WEBHOOK_SECRET" otherwise:"what is told is not signed" doc:"Signs what the webhook is told: “X-Escalat-Signature” is “sha256=” and the HMAC-SHA256 of the body, in hexadecimal. At least 16 characters." example:"<32 random letters and digits>"`
	After   time.Duration `env:"AFTER,default=5m" min:"1m" max:"24h" doc:"How long Jira may be away, or refuse everything, while replies or calls wait, before the people on call are told." example:"10m"`
}

// Ops says where the page for operators is served.
type Ops struct {
	Addr     Listen `env:"ADDR" otherwise:"there is no page" doc:"Where the page for operators is served, as plain HTTP behind a proxy of yours that speaks TLS; another address than “ESCALAT_HTTP_ADDR” and “ESCALAT_JIRA_WEBHOOK_ADDR”." example:"127.0.0.1:8082"`
	Password Secret `env:"PASSWORD" need:"ops" doc:"Who knows it may see the page and act on it. At least 12 characters." example:"<a long password>"`
}

// leastPassword is the least length of the password of the ops page, in bytes.
const leastPassword = 12

// checkOnCall keeps what tells our own people from telling others, or nobody.
func (c *Config) checkOnCall(s *source) {
	const name = Prefix + "ONCALL_"
	if secret := c.OnCall.Secret; !secret.IsZero() {
		switch {
		case !s.has(name+"WEBHOOK") && !s.refused[name+"WEBHOOK"]:
			s.add(name+"WEBHOOK_SECRET", "is set without %sWEBHOOK; set that, too, or take it away", name)
		case len(secret.Reveal()) < leastSecret:
			s.add(name+"WEBHOOK_SECRET", "is shorter than %d characters", leastSecret)
		}
	}
	for _, to := range c.OnCall.To {
		if to.Same(c.Mail.Address) || to.Same(c.Mail.From.Address) {
			s.add(name+"TO", "names our own mailbox %s, which nobody watches at night", quote(string(to)))
		}
		for _, id := range slices.Sorted(maps.Keys(c.Providers)) {
			if slices.ContainsFunc(c.Providers[id].To, to.Same) {
				s.add(name+"TO", "names %s, an address of %sTO: the people on call are our own", quote(string(to)), providerPrefix(id))
			}
		}
	}
}

// checkOps keeps the ops page apart from what others reach.
func (c *Config) checkOps(s *source) {
	const name = Prefix + "OPS_"
	for _, other := range []struct {
		name string
		addr Listen
	}{{"HTTP_ADDR", c.Health.Addr}, {"JIRA_WEBHOOK_ADDR", c.Jira.WebhookAddr}} {
		if c.Ops.Addr != "" && other.addr != "" && c.Ops.Addr.overlaps(other.addr) {
			s.add(name+"ADDR", "is %s, but %s%s is %s: the page would face others than the operators",
				quote(string(c.Ops.Addr)), Prefix, other.name, quote(string(other.addr)))
		}
	}
	switch password := c.Ops.Password; {
	case password.IsZero():
	case !s.has(name+"ADDR") && !s.refused[name+"ADDR"]:
		s.add(name+"PASSWORD", "is set without %sADDR; set that, too, or take it away", name)
	case len(password.Reveal()) < leastPassword:
		s.add(name+"PASSWORD", "is shorter than %d characters", leastPassword)
	}
}

// Webhook is an address that is told something. Its printed form has nothing but the
// host: the rest of such an address is often its password.
type Webhook struct{ secret Secret }

// IsZero reports whether there is none.
func (w Webhook) IsZero() bool { return w.secret.IsZero() }

// Reveal returns the address itself.
func (w Webhook) Reveal() string { return w.secret.value }

// String returns its beginning.
func (w Webhook) String() string {
	u, err := url.Parse(w.secret.value)
	switch {
	case w.IsZero():
		return ""
	case err != nil:
		return masked
	}
	return u.Scheme + "://" + u.Host + "/" + masked
}

// GoString returns the same as String.
func (w Webhook) GoString() string { return w.String() }

// Format writes the same as String whatever the verb.
func (w Webhook) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, w.String()) }

// LogValue returns the same as String.
func (w Webhook) LogValue() slog.Value { return slog.StringValue(w.String()) }

// MarshalText returns the same as String.
func (w Webhook) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText refuses plain http to another machine, and what could not be called. It
// may have a query.
func (w *Webhook) UnmarshalText(text []byte) error {
	u, err := url.Parse(string(text))
	switch {
	case err != nil || u.Hostname() == "" || u.Opaque != "":
		return invalid("is not an absolute URL")
	case u.User != nil:
		return invalid("must not contain a user or a password before the host")
	case u.Fragment != "":
		return invalid("must not contain #")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return invalid("must begin with https:// (http:// is for this machine only)")
	}
	w.secret.value = string(text)
	return nil
}

// Moves names, by the moment of an escalation, the status to which its issue is moved.
type Moves map[bridge.Moment]string

// maxStatus bounds the name of a status, in bytes.
const maxStatus = 255

// UnmarshalText reads “moment=status” separated by semicolons. A name of Jira may hold
// any sign but a semicolon.
func (m *Moves) UnmarshalText(text []byte) error {
	moves := Moves{}
	for pair := range strings.SplitSeq(string(text), ";") {
		name, status, ok := strings.Cut(pair, "=")
		status = strings.TrimSpace(status)
		moment := bridge.Moment(strings.ToLower(strings.TrimSpace(name)))
		switch {
		case strings.TrimSpace(pair) == "":
			continue // a semicolon at the end
		case !ok || moment == "" || status == "" || len(status) > maxStatus:
			return invalid("has the part %s, which is not “moment=status”", quote(strings.TrimSpace(pair)))
		case !slices.Contains(bridge.Moments(), moment):
			return invalid("has the moment %s, but the moments are: %s", quote(string(moment)), moments())
		case moves[moment] != "":
			return invalid("names the moment %s twice", quote(string(moment)))
		}
		moves[moment] = status
	}
	*m = moves
	return nil
}

// String returns the moves as they are written, in the order of the moments.
func (m Moves) String() string {
	var parts []string
	for _, moment := range bridge.Moments() {
		if m[moment] != "" {
			parts = append(parts, string(moment)+"="+m[moment])
		}
	}
	return strings.Join(parts, "; ")
}

func moments() string {
	var words []string
	for _, m := range bridge.Moments() {
		words = append(words, string(m))
	}
	return strings.Join(words, ", ")
}
