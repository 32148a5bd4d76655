package web

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"escalat/bridge"
	"escalat/bridge/text"
)

// Limits of what the page shows: the oldest first, of the rest the number.
const (
	maxCalls      = 50
	maxCases      = 200
	maxProofs     = 50
	maxNumbers    = 8
	maxReferences = 5
	maxSay        = 1000 // characters
	maxKey        = 80   // characters
	maxLabel      = 100  // characters
)

//go:embed templates/ops.css templates/ops.html
var opsFiles embed.FS

var opsTemplate = template.Must(template.ParseFS(opsFiles, "templates/ops.html"))

// opsTime is a time for people and for machines.
type opsTime struct{ Machine, Said string }

// opsPage is what the template shows. Its texts are plain: the template escapes them.
type opsPage struct {
	W         text.OpsWords
	AsOf      opsTime
	Done      string // what was noted
	Alert     string // what went wrong
	Cases     bool   // they could be read
	Calls     []opsCallRow
	NoCalls   bool
	Open      []opsCaseRow
	More      struct{ Calls, Open, Proofs string }
	Account   []opsNumber // none: it could not be told
	Proofs    []opsProofRow
	Since     string // since when proofs are counted
	MaxName   int
	MaxTicket int
}

type opsCallRow struct {
	N                       int // makes the ids of the form's fields
	ID, Key, Link, Provider string
	Since                   opsTime
	Stamp, Token            string
	DueSince                string
	Numbers                 []opsPhone
	Say, SayLang            string
	By, Reference           string // as they were entered
}

type opsPhone struct {
	Said string
	Dial template.URL // digits
}

type opsCaseRow struct{ Key, Link, Provider, State, Turn, References string }

type opsNumber struct {
	Name, Value string
	Bad         bool
}

type opsProofRow struct {
	Provider, Weakest   string
	DMARC, SPF, Address int64
	Doubtful            bool // mails were accepted by their address alone
}

// show answers with the page.
func (s *OpsServer) show(w http.ResponseWriter, r *http.Request, v visitor) {
	s.count(OpsShown)
	s.page(w, r, v, http.StatusOK, "", entry{})
}

// page answers with the whole page, and what was entered still in its form.
func (s *OpsServer) page(w http.ResponseWriter, r *http.Request, v visitor, code int, alert string, e entry) {
	ctx, cancel := context.WithTimeout(r.Context(), opsTimeout)
	defer cancel()
	p := opsPage{W: s.words, AsOf: s.when(s.now()), Alert: alert, MaxName: maxName, MaxTicket: maxTicket}
	if key := s.noted(r); key != "" {
		p.Done = fmt.Sprintf(s.words.Noted, key)
	}
	cases, err := s.ops.Cases(ctx)
	if err == nil {
		p.Cases = true
		s.fill(&p, cases, v, e)
	} else {
		s.fail(r, "read the cases", err)
		p.Alert = s.words.NoCasesNow
		code = max(code, http.StatusServiceUnavailable)
	}
	if account, err := s.ops.Account(ctx); err == nil {
		s.account(&p, account)
	} else {
		s.fail(r, "read the numbers", err)
	}
	s.render(w, code, "page", p)
}

// message answers with a few words and the way back to the page.
func (s *OpsServer) message(w http.ResponseWriter, code int, words string) {
	s.render(w, code, "message", opsPage{W: s.words, Alert: words})
}

func (s *OpsServer) render(w http.ResponseWriter, code int, name string, p opsPage) {
	var b bytes.Buffer
	if err := opsTemplate.ExecuteTemplate(&b, name, p); err != nil {
		s.log.Error("the ops page cannot be written", "err", err)
		opsHead(w, http.StatusInternalServerError)
		return
	}
	opsHead(w, code)
	_, _ = b.WriteTo(w) // the browser went away
}

// opsHead allows nothing but the page's own style and forms.
func opsHead(w http.ResponseWriter, code int) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "same-origin") // with less a form would not say where it comes from
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	head(w, "text/html; charset=utf-8", code)
}

// style answers with the style, which is no secret.
func style(w http.ResponseWriter, _ *http.Request) {
	css, err := opsFiles.ReadFile("templates/ops.css")
	if err != nil {
		head(w, "", http.StatusInternalServerError)
		return
	}
	head(w, "text/css; charset=utf-8", http.StatusOK)
	_, _ = w.Write(css)
}

// fill puts the cases into the page: calls by how long they have been due, cases by how
// long it has been somebody's turn.
func (s *OpsServer) fill(p *opsPage, cases []OpsCase, v visitor, e entry) {
	var calls []*OpsCase
	open := make([]*OpsCase, len(cases))
	for i := range cases {
		open[i] = &cases[i]
		if cases[i].Call != nil {
			calls = append(calls, &cases[i])
		}
	}
	slices.SortStableFunc(calls, func(a, b *OpsCase) int {
		return cmp.Or(a.Call.Since.Compare(b.Call.Since), cmp.Compare(a.ID, b.ID))
	})
	slices.SortStableFunc(open, func(a, b *OpsCase) int {
		return cmp.Or(a.Turn.Since.Compare(b.Turn.Since), cmp.Compare(a.ID, b.ID))
	})
	p.NoCalls = len(calls) == 0
	calls, p.More.Calls = s.bounded(calls, maxCalls)
	open, p.More.Open = s.bounded(open, maxCases)
	for i, c := range calls {
		p.Calls = append(p.Calls, s.callRow(i+1, c, v, e))
	}
	for _, c := range open {
		p.Open = append(p.Open, s.caseRow(c))
	}
}

// bounded returns as many of a list as are shown, and words for the rest.
func (s *OpsServer) bounded(list []*OpsCase, most int) (first []*OpsCase, more string) {
	if len(list) <= most {
		return list, ""
	}
	return list[:most], fmt.Sprintf(s.words.More, len(list)-most)
}

func (s *OpsServer) callRow(n int, c *OpsCase, v visitor, e entry) opsCallRow {
	row := opsCallRow{
		N: n, ID: c.ID, Key: shown(c.IssueKey, maxKey), Link: c.Link, Provider: shown(c.Provider, maxLabel),
		Since: s.when(c.Call.Since), Stamp: since(c.Call), Token: s.token(c),
		Say: shown(c.Call.Say, maxSay), SayLang: shown(c.Call.SayLang, 8), By: shown(v.name, maxName),
	}
	row.DueSince = fmt.Sprintf(s.words.DueSince, row.Since.Said)
	for _, number := range c.Call.Numbers[:min(len(c.Call.Numbers), maxNumbers)] {
		row.Numbers = append(row.Numbers, opsPhone{shown(number, maxLabel), dial(number)})
	}
	if e.caseID == c.ID && e.since == row.Stamp {
		row.By, row.Reference = shown(e.by, 2*maxName), shown(e.reference, 2*maxTicket)
	}
	return row
}

func (s *OpsServer) caseRow(c *OpsCase) opsCaseRow {
	state := s.words.States[string(c.State)]
	turn := c.Turn
	turn.Since, turn.Provider = turn.Since.In(s.ops.Zone), shown(turn.Provider, maxLabel)
	return opsCaseRow{
		Key: shown(c.IssueKey, maxKey), Link: c.Link, Provider: shown(c.Provider, maxLabel),
		State: cmp.Or(state, shown(string(c.State), maxLabel)), Turn: s.ops.Texts.TurnLine(turn),
		References: s.references(c.References),
	}
}

// references lists the newest ticket numbers.
func (s *OpsServer) references(all []string) string {
	var list []string
	for _, r := range all[max(0, len(all)-maxReferences):] {
		list = append(list, shown(r, maxTicket))
	}
	if n := len(all) - maxReferences; n > 0 {
		list = append(list, fmt.Sprintf(s.words.More, n))
	}
	return strings.Join(list, ", ")
}

// account puts the numbers into the page.
func (s *OpsServer) account(p *opsPage, a OpsAccount) {
	w := s.words
	writing, jira := opsNumber{w.Writing, w.Runs, false}, opsNumber{w.Jira, w.Answers, false}
	if a.Held {
		writing = opsNumber{w.Writing, w.Held, true}
	}
	if !a.JiraAway.IsZero() {
		jira = opsNumber{w.Jira, fmt.Sprintf(w.Away, s.when(a.JiraAway).Said), true}
	}
	number := func(name string, n int64) opsNumber { return opsNumber{name, fmt.Sprint(n), n > 0} }
	quarantined := number(w.Quarantined, a.Quarantined)
	if a.Quarantined > 0 && !a.Oldest.IsZero() {
		quarantined.Value = fmt.Sprintf(w.Oldest, a.Quarantined, s.when(a.Oldest).Said)
	}
	p.Account = []opsNumber{
		writing, jira, quarantined, number(w.SetAside, a.SetAside), number(w.Braked, a.Braked),
		number(w.Undelivered, a.Undelivered), number(w.Late, a.Late),
	}
	if !a.ProofsSince.IsZero() {
		p.Since = fmt.Sprintf(w.ProofSince, s.when(a.ProofsSince).Said)
	}
	for _, proof := range a.Proofs[:min(len(a.Proofs), maxProofs)] {
		p.Proofs = append(p.Proofs, opsProofRow{
			Provider: shown(proof.Provider, maxLabel), Weakest: s.strength(proof.Weakest),
			DMARC: proof.Mails[bridge.ByDMARC], SPF: proof.Mails[bridge.BySPF], Address: proof.Mails[bridge.ByAddress],
			Doubtful: proof.Mails[bridge.ByAddress] > 0,
		})
	}
	if n := len(a.Proofs) - maxProofs; n > 0 {
		p.More.Proofs = fmt.Sprintf(w.More, n)
	}
}

func (s *OpsServer) strength(of bridge.Strength) string {
	switch of {
	case bridge.ByDMARC:
		return s.words.DMARC
	case bridge.BySPF:
		return s.words.SPF
	case bridge.ByAddress:
		return s.words.Address
	}
	return shown(string(of), maxLabel)
}

// shown makes a text of strangers one line of at most that many characters.
func shown(s string, most int) string {
	s = oneLine(s)
	letters := []rune(s)
	if len(letters) <= most {
		return s
	}
	return strings.TrimSpace(string(letters[:most-1])) + "…"
}

// oneLine takes what does not show, or turns the writing around, out of a text.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// dial is an address by which a telephone dials a number; empty when there is nothing to
// dial.
func dial(number string) template.URL {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	if digits == "" || len(digits) > 20 {
		return ""
	}
	if strings.HasPrefix(strings.TrimSpace(number), "+") {
		digits = "+" + digits
	}
	return template.URL("tel:" + digits)
}
