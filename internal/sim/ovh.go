package sim

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// OVHConfig says which customer of OVHcloud is played, and by what he logs in.
type OVHConfig struct {
	Nic         string // the customer's identifier; default "ab12345-ovh"
	AppKey      string // default "sim-app-key"
	AppSecret   string // default "sim-app-secret"
	ConsumerKey string // default "sim-consumer-key"
	Token       string // taken in the place of a signature; default "sim-ovh-token"
	// Services are what the customer has: a ticket may name no other. Default a server,
	// a hosting and a domain.
	Services []string
	// Notify gets a mail of OVH's robot about each ticket and each answer; empty: nobody.
	// From is its sender, default "support@ovh.test".
	Notify, From string
	// Now is the clock; default time.Now.
	Now func() time.Time
}

func (c *OVHConfig) defaults() {
	setDefault(&c.Nic, "ab12345-ovh")
	setDefault(&c.AppKey, "sim-app-key")
	setDefault(&c.AppSecret, "sim-app-secret")
	setDefault(&c.ConsumerKey, "sim-consumer-key")
	setDefault(&c.Token, "sim-ovh-token")
	setDefault(&c.From, "support@ovh.test")
	if len(c.Services) == 0 {
		c.Services = []string{"ns3012345.ip-198-51-100.example", "aoc-web.test", "aoc.test"}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
}

// OVH is OVHcloud's API as far as its support goes, with the people behind it. Its
// methods may be called concurrently.
type OVH struct {
	cfg    OVHConfig
	mail   *Mail // nil: no mail is sent
	faults faultBook

	mu       sync.Mutex
	tickets  []*OVHTicket
	messages int64
	requests []Request
	revoked  bool // the consumer key and the token
	mailed   int

	web  *web
	life context.Context //nolint:containedctx // the simulator's own
	end  context.CancelFunc
}

// OVHTicket is a ticket with all that is known of it.
type OVHTicket struct {
	ID          int64        `json:"ticketId"`
	Number      int64        `json:"ticketNumber"`
	Subject     string       `json:"subject"`
	Type        string       `json:"type"`
	Category    string       `json:"category,omitempty"`
	Subcategory string       `json:"subcategory,omitempty"`
	Product     string       `json:"product,omitempty"`
	Service     string       `json:"serviceName,omitempty"`
	Impact      string       `json:"impact,omitempty"`
	Urgency     string       `json:"urgency,omitempty"`
	State       string       `json:"state"` // open, closed, unknown
	Archived    bool         `json:"archived,omitempty"`
	Score       string       `json:"score,omitempty"`
	Created     time.Time    `json:"creationDate"`
	Updated     time.Time    `json:"updateDate"`
	Messages    []OVHMessage `json:"messages"`
}

// OVHMessage is a message of a ticket.
type OVHMessage struct {
	ID   int64     `json:"messageId"`
	From string    `json:"from"` // customer, support
	Body string    `json:"body"`
	At   time.Time `json:"creationDate"`
}

// Who writes a message.
const (
	fromCustomer = "customer"
	fromSupport  = "support"
)

// NewOVH makes the API without tickets. It listens only after Start. The mail system,
// which may be nil, brings the robot's mails.
func NewOVH(cfg OVHConfig, mail *Mail) *OVH {
	cfg.defaults()
	o := &OVH{cfg: cfg, mail: mail}
	o.life, o.end = context.WithCancel(context.Background())
	return o
}

// Start listens on addr and returns the address of the API, which ends in /1.0. The
// control API of the tickets is at the same listener.
func (o *OVH) Start(addr string) (url string, err error) {
	mux := http.NewServeMux()
	mux.Handle("/1.0/", withFaults(o.life, &o.faults, o.cfg.Now, o.log, o.api()))
	o.controlRoutes(mux)
	if o.web, err = startWeb(addr, mux, o.end); err != nil {
		return "", err
	}
	return o.web.url + "/1.0", nil
}

func (o *OVH) info(url string) OVHInfo {
	return OVHInfo{
		URL: url, Account: o.cfg.Nic, Sender: o.cfg.From, AppKey: o.cfg.AppKey, AppSecret: o.cfg.AppSecret, ConsumerKey: o.cfg.ConsumerKey,
		Token: o.cfg.Token, Services: slices.Clone(o.cfg.Services),
	}
}

// Close stops listening and waits for the connections. The state stays.
func (o *OVH) Close() error {
	o.end()
	return o.web.close()
}

// Fail arms a fault for requests of the method ("" for any) whose path, which begins
// with /1.0, matches the pattern. The channel is closed when it strikes for the first time.
func (o *OVH) Fail(method, pathPrefix string, f Fault) <-chan struct{} {
	return o.faults.arm(method, pathPrefix, f)
}

// ClearFaults forgets all armed faults.
func (o *OVH) ClearFaults() { o.faults.clear() }

// Requests returns what was asked of the API, oldest first. Only the newest hundred
// thousand are kept.
func (o *OVH) Requests() []Request {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.requests)
}

func (o *OVH) log(r Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.requests) == maxRequests {
		o.requests = slices.Clone(o.requests[maxRequests/2:])
	}
	o.requests = append(o.requests, r)
}

// Tickets returns all tickets, oldest first.
func (o *OVH) Tickets() []OVHTicket {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := []OVHTicket{}
	for _, t := range o.tickets {
		out = append(out, t.clone())
	}
	return out
}

// Ticket returns the ticket with that id or number.
func (o *OVH) Ticket(which int64) (OVHTicket, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if t := o.find(which); t != nil {
		return t.clone(), nil
	}
	return OVHTicket{}, unknownTicket(which)
}

func (t *OVHTicket) clone() OVHTicket {
	c := *t
	c.Messages = slices.Clone(t.Messages)
	return c
}

// find returns the ticket with that id or number, or nil.
func (o *OVH) find(which int64) *OVHTicket {
	for _, t := range o.tickets {
		if t.ID == which || t.Number == which {
			return t
		}
	}
	return nil
}

func unknownTicket(which int64) error { return fmt.Errorf("%w ticket %d", ErrUnknown, which) }
