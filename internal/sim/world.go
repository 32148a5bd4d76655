package sim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// WorldConfig says which world is played. The zero value is a Data Center, the
// mailbox of the bridge and one desk, on free ports of 127.0.0.1.
type WorldConfig struct {
	Jira  JiraConfig
	Mail  MailConfig   // its Mailboxes are added to those below
	Desks []DeskConfig // default one, of Claranet
	// Bridge is escalat's own mailbox, behind the border; default
	// escalat@aoc.test with password "bridge-secret".
	Bridge Mailbox
	OVH    OVHConfig // the API of OVHcloud's tickets
	// JiraAddr, OVHAddr and ControlAddr are where to listen; default a free port each.
	JiraAddr, OVHAddr, ControlAddr string
	// Now is the clock of everything; default time.Now.
	Now func() time.Time
}

func (c *WorldConfig) defaults() {
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Jira.Now, c.Mail.Now, c.OVH.Now = c.Now, c.Now, c.Now
	setDefault(&c.Bridge.Address, "escalat@aoc.test")
	setDefault(&c.Bridge.Password, "bridge-secret")
	c.Bridge.Border = true
	setDefault(&c.JiraAddr, "127.0.0.1:0")
	setDefault(&c.OVHAddr, "127.0.0.1:0")
	setDefault(&c.ControlAddr, "127.0.0.1:0")
	if len(c.Desks) == 0 {
		c.Desks = []DeskConfig{{}}
	}
	boxes := append([]Mailbox{c.Bridge}, c.Mail.Mailboxes...)
	for i := range c.Desks {
		c.Desks[i].defaults()
		boxes = append(boxes, Mailbox{Address: c.Desks[i].Address, Password: c.Desks[i].Password})
	}
	c.Mail.Mailboxes = boxes
}

// WorldInfo is what a program needs in order to live in the world.
type WorldInfo struct {
	Cloud        bool       `json:"cloud"`
	JiraURL      string     `json:"jiraURL"`
	JiraEmail    string     `json:"jiraEmail"` // login on Cloud
	JiraToken    string     `json:"jiraToken"`
	Projects     []string   `json:"projects"`
	ControlURL   string     `json:"controlURL"`
	SMTPAddr     string     `json:"smtpAddr"`  // STARTTLS
	SMTPSAddr    string     `json:"smtpsAddr"` // TLS
	IMAPAddr     string     `json:"imapAddr"`  // STARTTLS
	IMAPSAddr    string     `json:"imapsAddr"` // TLS
	CAPEM        string     `json:"caPEM"`
	AuthServID   string     `json:"authServID"`
	MailAddress  string     `json:"mailAddress"` // also the login
	MailPassword string     `json:"mailPassword"`
	Desks        []DeskInfo `json:"desks"`
	OVH          OVHInfo    `json:"ovh"`
}

// OVHInfo is how a customer reaches OVHcloud's API.
type OVHInfo struct {
	URL         string   `json:"url"`     // ends in /1.0
	Account     string   `json:"account"` // the customer's identifier
	Sender      string   `json:"sender"`  // of its mails
	AppKey      string   `json:"appKey"`
	AppSecret   string   `json:"appSecret"`
	ConsumerKey string   `json:"consumerKey"`
	Token       string   `json:"token"` // in the place of the three
	Services    []string `json:"services"`
}

// DeskInfo names a desk.
type DeskInfo struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// World is everything outside of escalat, in one process.
type World struct {
	Jira  *Jira
	Mail  *Mail
	OVH   *OVH
	Desks map[string]*Desk // by lower-case name
	Info  WorldInfo

	control *web
	release func() bool
	once    sync.Once
	err     error
}

// Start starts a world. It ends with Close, or with ctx; after an error nothing
// is left of it.
func Start(ctx context.Context, cfg WorldConfig) (*World, error) {
	cfg.defaults()
	mail, err := NewMail(cfg.Mail)
	if err != nil {
		return nil, fmt.Errorf("start world: %w", err)
	}
	w := &World{Jira: NewJira(cfg.Jira), Mail: mail, OVH: NewOVH(cfg.OVH, mail), Desks: map[string]*Desk{}}
	if err := w.listen(cfg); err != nil {
		return nil, errors.Join(fmt.Errorf("start world: %w", err), w.shut())
	}
	w.release = context.AfterFunc(ctx, func() { _ = w.shut() })
	return w, nil
}

// listen starts the parts, the control listener last: when it answers, all is up.
func (w *World) listen(cfg WorldConfig) error {
	url, err := w.Jira.Start(cfg.JiraAddr)
	if err != nil {
		return err
	}
	if err := w.Mail.Start(); err != nil {
		return err
	}
	ovhURL, err := w.OVH.Start(cfg.OVHAddr)
	if err != nil {
		return err
	}
	w.Info = WorldInfo{
		Cloud: w.Jira.cfg.Cloud, JiraURL: url, JiraEmail: w.Jira.cfg.Email, JiraToken: w.Jira.cfg.Token, Projects: w.Jira.cfg.Projects,
		SMTPAddr: w.Mail.SMTPAddr(), SMTPSAddr: w.Mail.SMTPSAddr(), IMAPAddr: w.Mail.IMAPAddr(), IMAPSAddr: w.Mail.IMAPSAddr(),
		CAPEM: string(w.Mail.CAPEM()), AuthServID: w.Mail.cfg.Hostname,
		MailAddress: cfg.Bridge.Address, MailPassword: cfg.Bridge.Password, OVH: w.OVH.info(ovhURL),
	}
	for _, d := range cfg.Desks {
		w.Desks[strings.ToLower(d.Name)] = NewDesk(w.Mail, d)
		w.Info.Desks = append(w.Info.Desks, DeskInfo{Name: d.Name, Address: d.Address})
	}
	mux := http.NewServeMux()
	w.Jira.controlRoutes(mux)
	w.Mail.controlRoutes(mux)
	w.OVH.controlRoutes(mux)
	deskRoutes(mux, w.Desks)
	var info WorldInfo
	mux.HandleFunc("GET /sim/world", func(rw http.ResponseWriter, r *http.Request) {
		info := info
		info.ControlURL = "http://" + r.Host
		answer(rw, info, nil)
	})
	info = w.Info
	w.control, err = startWeb(cfg.ControlAddr, mux, nil)
	if err != nil {
		return err
	}
	w.Info.ControlURL = w.control.url
	return nil
}

// Desk returns the desk of that name, or nil.
func (w *World) Desk(name string) *Desk { return w.Desks[strings.ToLower(name)] }

// Close ends the world and returns when its last goroutine has ended. What was
// recorded can still be read.
func (w *World) Close() error {
	w.release()
	return w.shut()
}

func (w *World) shut() error {
	w.once.Do(func() {
		w.err = errors.Join(w.control.close(), w.Jira.Close(), w.OVH.Close(), w.Mail.Close())
	})
	return w.err
}
