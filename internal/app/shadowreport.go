package app

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/internal/config"
	"escalat/internal/store"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// ShadowReport is what mode shadow has recorded: what escalat would have done, and what
// people have done meanwhile. It holds no text of an issue but what would have been
// written, and names nobody.
type ShadowReport struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Running: the database was last used in mode shadow.
	Running bool `json:"running"`
	Issues  int  `json:"issues"`
	// Listed were labelled before mode shadow began, Refused by somebody who may not, and
	// Braked are those that the brake held.
	Listed      int                          `json:"listed"`
	Refused     int                          `json:"refused"`
	Braked      int                          `json:"braked"`
	Waiting     int                          `json:"waiting"` // asked, and not complete
	Escalations []ShadowEscalations          `json:"escalations"`
	Further     int                          `json:"further"` // notices after the first
	Calls       []ShadowCalls                `json:"calls"`
	Requests    ShadowRequests               `json:"requests"`
	Mails       map[bridge.MailOutcome]int64 `json:"mails"`
	Writes      map[bridge.Kind]int          `json:"writes"`
	Compared    []Compared                   `json:"compared"`
	Masked      map[bridge.Private]int       `json:"masked"`
	Withheld    int                          `json:"withheld"` // files
	Images      int                          `json:"images"`   // not sent because nothing names them
	Stopped     int                          `json:"stopped"`  // cases that wait for a person because of it
	Translated  int                          `json:"translated"`
	Untouched   map[bridge.Untranslated]int  `json:"untranslated"`
	Failed      map[bridge.Kind]int          `json:"failed"`
	Effects     []ShadowEffect               `json:"effects"`
}

// ShadowEscalations counts those to a provider, of one form.
type ShadowEscalations struct {
	Provider string `json:"provider"`
	Kind     string `json:"kind"`
	Number   int    `json:"number"`
}

// ShadowCalls counts the issues for which a provider would have had to be called.
type ShadowCalls struct {
	Provider string `json:"provider"`
	Number   int    `json:"number"`
}

// ShadowRequests says what was missing.
type ShadowRequests struct {
	Number int           `json:"number"`
	Issues int           `json:"issues"`
	Fields []ShadowField `json:"fields"` // the most often first
}

// ShadowField counts the requests in which a field was asked for.
type ShadowField struct {
	Provider string `json:"provider"`
	Field    string `json:"field"`
	Number   int    `json:"number"`
}

// ShadowEffect is one write that was only recorded.
type ShadowEffect struct {
	At       time.Time     `json:"at"`
	Issue    string        `json:"issue"`
	Provider string        `json:"provider"`
	Target   bridge.Target `json:"target"`
	Kind     bridge.Kind   `json:"kind"`
	// What is what would have been written, as it was planned.
	What json.RawMessage `json:"what"`
	// Mail is the notice that would have left.
	Mail *ShadowNotice `json:"mail,omitempty"`
}

// ShadowNotice is a notice, without its text.
type ShadowNotice struct {
	Subject     string            `json:"subject"`
	To          []string          `json:"to"`
	Cc          []string          `json:"cc,omitempty"`
	Size        int64             `json:"size"`
	Attachments []string          `json:"attachments,omitempty"`
	Omitted     []bridge.Evidence `json:"omitted,omitempty"`
}

// maxByHand bounds how many mails of people are compared.
const maxByHand = 20_000

// ReportShadow sums up what the configured database has recorded in mode shadow since
// then; since the mode began when that is zero.
func ReportShadow(ctx context.Context, cfg config.Config, profiles []mapping.Profile, since, now time.Time) (*ShadowReport, error) {
	db, err := openExisting(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	texts, err := text.For(string(cfg.General.Language), wiki.EscapeLine)
	if err != nil {
		return nil, err
	}
	return reportShadow(ctx, db, profiles, texts, since, now)
}

func reportShadow(ctx context.Context, db *store.Store, profiles []mapping.Profile, texts text.Texts, since, now time.Time) (*ShadowReport, error) {
	g := gathering{profiles: profiles, texts: texts, issues: map[string]bool{}, asked: map[string]bool{}, fields: map[[2]string]int{}, kinds: map[[2]string]int{}, calls: map[string]int{}}
	err := db.View(ctx, func(ctx context.Context, tx *store.Tx) error { return g.read(ctx, tx, since, now) })
	if err != nil {
		return nil, err
	}
	g.sum()
	return &g.report, nil
}

// gathering is a report that is being made.
type gathering struct {
	report   ShadowReport
	profiles []mapping.Profile
	texts    text.Texts

	issues, asked map[string]bool
	fields, kinds map[[2]string]int // by provider and id
	calls         map[string]int
	cases         []weighed
	known         []bridge.Case // also those of before
	byHand        []bridge.ByHand
}

// weighed is a case with what was said of it, and when.
type weighed struct {
	bridge.Case
	audit []bridge.Entry
}

func (g *gathering) read(ctx context.Context, tx *store.Tx, since, now time.Time) error {
	s, err := readShadowing(ctx, tx)
	if err != nil {
		return err
	}
	r := &g.report
	r.From, r.To, r.Running = bridge.Latest(s.Began, since), now, s.on()
	if !s.Ended.IsZero() && s.Ended.Before(now) {
		r.To = s.Ended
	}
	r.Writes, r.Failed, r.Masked, r.Untouched = map[bridge.Kind]int{}, map[bridge.Kind]int{}, map[bridge.Private]int{}, map[bridge.Untranslated]int{}
	if r.Mails, err = tx.OutcomesWithin(ctx, r.From, r.To); err != nil {
		return err
	}
	if g.byHand, err = tx.ByHand(ctx, r.From, maxByHand); err != nil {
		return err
	}
	for after := ""; ; {
		var all []bridge.Case
		if all, after, err = tx.AllCases(ctx, after, page); err != nil {
			return err
		}
		for _, c := range all {
			if err := g.one(ctx, tx, c); err != nil {
				return err
			}
		}
		if after == "" {
			return nil
		}
	}
}

// one adds a case. What it came to before or after the time of the report is not counted.
func (g *gathering) one(ctx context.Context, tx *store.Tx, c bridge.Case) error {
	effects, err := tx.Effects(ctx, c.ID)
	if err != nil {
		return err
	}
	audit, err := tx.Audit(ctx, c.ID)
	if err != nil {
		return err
	}
	if c.OpenedAt.After(g.report.To) {
		return nil
	}
	for _, e := range effects {
		g.effect(c, e)
	}
	g.known = append(g.known, c)
	if g.within(c.OpenedAt) {
		g.opened(c, audit)
		g.cases = append(g.cases, weighed{c, audit})
	}
	for i := range c.Notices {
		g.notice(c, &c.Notices[i])
	}
	for _, e := range audit {
		if e.Action != saidAsk || e.Stage != "validate" || !g.within(e.At) {
			continue
		}
		g.report.Requests.Number++
		g.asked[c.IssueID] = true
		for id := range strings.SplitSeq(e.Reason, ", ") {
			g.fields[[2]string{c.Provider, id}]++
		}
	}
	return nil
}

// What the audit says of a form; see validate.
const (
	saidAsk      = "ask"
	saidStill    = "still-missing"
	saidUnedited = "nobody changed anything: "
)

func (g *gathering) within(at time.Time) bool {
	return !at.Before(g.report.From) && !at.After(g.report.To)
}

func (g *gathering) opened(c bridge.Case, audit []bridge.Entry) {
	r := &g.report
	g.issues[c.IssueID] = true
	switch began(audit) {
	case "listed", "unknown past":
		r.Listed++
		return
	case "refused":
		r.Refused++
		return
	}
	if slices.ContainsFunc(audit, func(e bridge.Entry) bool { return e.Action == "braked" }) {
		r.Braked++
	}
	if c.First() == nil && c.Request.Count > 0 {
		r.Waiting++
	}
	if len(c.Stopped) > 0 {
		r.Stopped++
	}
	at := c.LabelledAt
	if at.IsZero() {
		at = c.OpenedAt
	}
	if p := profileOf(g.profiles, c.Provider); p != nil && wording.Call(p, c.Kind, g.texts, at) != nil {
		g.calls[c.Provider]++
	}
}

// began is the first word of watch about a case.
func began(audit []bridge.Entry) string {
	for _, e := range audit {
		switch e.Action {
		case "opened", "listed", "unknown past", "refused":
			return e.Action
		}
	}
	return ""
}

func (g *gathering) effect(c bridge.Case, e bridge.Effect) {
	r := &g.report
	at := e.EndedAt
	if at.IsZero() {
		at = e.PlannedAt
	}
	if !g.within(at) {
		return
	}
	if e.State == bridge.EffectFailed {
		r.Failed[e.Kind]++
	}
	var result struct{ Shadow, Skipped, Aside bool }
	if e.State != bridge.EffectDone || json.Unmarshal(e.Result, &result) != nil || !result.Shadow || result.Skipped || result.Aside {
		return
	}
	r.Writes[e.Kind]++
	one := ShadowEffect{At: at, Issue: c.IssueKey, Provider: c.Provider, Target: e.Target, Kind: e.Kind, What: e.Body}
	if e.Kind == bridge.TransmitMail {
		var body bridge.TransmitBody
		if json.Unmarshal(e.Body, &body) == nil {
			one.Mail = noticeOf(c.Notice(body.MessageID))
		}
	}
	r.Effects = append(r.Effects, one)
}

func noticeOf(n *bridge.Notice) *ShadowNotice {
	if n == nil {
		return nil
	}
	out := &ShadowNotice{Subject: n.Subject, To: n.To, Cc: n.Cc, Size: n.Size, Omitted: n.Omitted}
	for _, f := range n.Files {
		out.Attachments = append(out.Attachments, f.Name)
	}
	return out
}

func (g *gathering) notice(c bridge.Case, n *bridge.Notice) {
	if !n.Shadow || !g.within(n.SentAt) {
		return
	}
	r := &g.report
	if n.Serial == 1 {
		g.kinds[[2]string{c.Provider, cmp.Or(n.Kind, c.Kind)}]++
	} else {
		r.Further++
	}
	for _, h := range n.Hidden {
		r.Masked[h.Kind]++
	}
	for _, f := range n.Omitted {
		switch f.Why {
		case bridge.LeftPrivate, bridge.LeftClosed:
			r.Withheld++
		case bridge.LeftImage:
			r.Images++
		}
	}
	r.Images += n.Further[bridge.LeftImage]
	r.Withheld += n.Further[bridge.LeftPrivate] + n.Further[bridge.LeftClosed]
	switch {
	case n.Untranslated != "":
		r.Untouched[n.Untranslated]++
	case n.Tongue != "":
		r.Translated++
	}
}

// sum puts what was counted into an order that is always the same.
func (g *gathering) sum() {
	r := &g.report
	r.Issues, r.Requests.Issues = len(g.issues), len(g.asked)
	for id, n := range g.kinds {
		r.Escalations = append(r.Escalations, ShadowEscalations{Provider: id[0], Kind: id[1], Number: n})
	}
	slices.SortFunc(r.Escalations, func(a, b ShadowEscalations) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(b.Number, a.Number), cmp.Compare(a.Kind, b.Kind))
	})
	for id, n := range g.fields {
		r.Requests.Fields = append(r.Requests.Fields, ShadowField{Provider: id[0], Field: id[1], Number: n})
	}
	slices.SortFunc(r.Requests.Fields, func(a, b ShadowField) int {
		return cmp.Or(cmp.Compare(b.Number, a.Number), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Field, b.Field))
	})
	for _, id := range slices.Sorted(maps.Keys(g.calls)) {
		r.Calls = append(r.Calls, ShadowCalls{Provider: id, Number: g.calls[id]})
	}
	slices.SortStableFunc(r.Effects, func(a, b ShadowEffect) int { return a.At.Compare(b.At) })
	r.Compared = g.compare()
}
