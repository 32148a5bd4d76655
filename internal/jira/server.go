package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"escalat/bridge"
)

// Flavour is the kind of a Jira.
type Flavour string

// The flavours.
const (
	Cloud      Flavour = "cloud"
	DataCenter Flavour = "datacenter"
)

// Server is what a Jira says of itself and of our account.
type Server struct {
	Flavour Flavour
	Version string // for people, such as 10.3.13
	Numbers []int  // the same in numbers
	// Offset is how far Jira's clock is ahead of ours; exact to a few seconds. It
	// follows the dates of Jira's answers.
	Offset time.Duration
	Me     bridge.User
	Zone   string        // IANA name of the account's time zone; may be empty
	key    string        // of the account on Data Center; survives a change of name
	filed  bool          // nobody was asked: what is read was kept in a file, and may lack parts
	dates  bool          // answers are dated
	front  time.Duration // how far the clock that dates the answers is ahead of Jira's
}

// serverMemory holds what is known of Jira, nil until then. The turn is held while
// it is asked.
type serverMemory struct {
	turn  chan struct{}
	known atomic.Pointer[Server]
}

// Detect asks Jira what it is, which time it has and who we are. The first
// success is remembered; until then each call asks again.
func (c *Client) Detect(ctx context.Context) (Server, error) {
	if known := c.server.known.Load(); known != nil {
		return *known, nil
	}
	select {
	case c.server.turn <- struct{}{}:
		defer func() { <-c.server.turn }()
	case <-ctx.Done():
		return Server{}, fmt.Errorf("jira: wait to ask what the server is: %w", ctx.Err())
	}
	if known := c.server.known.Load(); known != nil {
		return *known, nil
	}
	srv, err := c.question(ctx)
	if err != nil {
		return Server{}, err
	}
	c.server.known.Store(&srv)
	return srv, nil
}

// detected is Detect for the methods that need it first.
func (c *Client) detected(ctx context.Context) (Server, error) {
	srv, err := c.Detect(ctx)
	if err != nil {
		return Server{}, preliminary(err)
	}
	return srv, nil
}

type wireServer struct {
	DeploymentType string `json:"deploymentType"`
	Version        string `json:"version"`
	VersionNumbers []int  `json:"versionNumbers"`
	ServerTime     stamp  `json:"serverTime"`
}

func (c *Client) question(ctx context.Context) (Server, error) {
	var info wireServer
	begun := c.now()
	date, err := c.do(ctx, call{op: "ask what the server is", method: http.MethodGet, path: "rest/api/2/serverInfo"}, &info)
	if err != nil {
		return Server{}, err
	}
	ended := c.now()
	flavour, err := info.flavour()
	if err != nil {
		return Server{}, err
	}
	srv := Server{Flavour: flavour, Version: info.Version, Numbers: info.VersionNumbers}
	if theirs := time.Time(info.ServerTime); !theirs.IsZero() {
		srv.Offset = offset(theirs, begun, ended)
		srv.dates, srv.front = !date.IsZero(), date.Sub(theirs)
	}
	var me struct {
		wireUser
		TimeZone string `json:"timeZone"`
	}
	if err := c.ask(ctx, "ask who we are", "rest/api/2/myself", &me); err != nil {
		return Server{}, err
	}
	srv.Me, srv.key, srv.Zone = me.user(flavour), me.Key, me.TimeZone
	if srv.Me.IsZero() {
		return Server{}, errors.New("jira: ask who we are: the answer names nobody")
	}
	return srv, nil
}

// flavour is told by the deployment type; Cloud's version has been 1001 for
// years and is the second witness.
func (w wireServer) flavour() (Flavour, error) {
	switch {
	case strings.EqualFold(w.DeploymentType, "Cloud"):
		return Cloud, nil
	case w.DeploymentType != "":
		return DataCenter, nil
	case len(w.VersionNumbers) > 0 && w.VersionNumbers[0] >= 1000:
		return Cloud, nil
	case len(w.VersionNumbers) > 0:
		return DataCenter, nil
	}
	return "", errors.New("jira: ask what the server is: the answer is not one of Jira")
}

// own reports whether u is our account.
func (s Server) own(u wireUser) bool {
	if s.filed {
		return s.Me.ID != "" && slices.ContainsFunc([]string{u.AccountID, u.Name, u.Key}, func(id string) bool { return strings.EqualFold(id, s.Me.ID) })
	}
	if s.Flavour == DataCenter && s.key != "" && u.Key != "" {
		return s.key == u.Key
	}
	id := u.user(s.Flavour).ID
	return id != "" && id == s.Me.ID
}
