package queue_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/queue"
	"escalat/internal/store"
	"escalat/mapping"
)

// namer reads a mail that is a message in JSON, and notes what was named.
type namer struct {
	mu    sync.Mutex
	named map[string]string // by Message-ID: a case, or the defect
}

func (n *namer) Read(_ context.Context, open func() (io.ReadCloser, error), _ int64) (m bridge.Message, err error) {
	raw, err := open()
	if err != nil {
		return m, err
	}
	defer func() { _ = raw.Close() }()
	return m, json.NewDecoder(raw).Decode(&m)
}

func (n *namer) Decide(_ time.Time, _ bridge.Mail, msg bridge.Message, c *bridge.Case, _ []bridge.Case, _ bridge.Ledger) (bridge.Verdict, error) {
	v := bridge.Verdict{Outcome: bridge.MailPosted, Reason: "posted"}
	switch {
	case len(msg.Defects) > 0:
		v = bridge.Verdict{Outcome: bridge.MailQuarantined, Reason: msg.Defects[0]}
	case msg.CaseID == "":
		v = bridge.Verdict{Outcome: bridge.MailUnrelated, Reason: "names nothing"}
	case c == nil || c.ID != msg.CaseID || msg.Answers != "":
		v.Reason = "not locked"
	default:
		v.Reason = c.ID
		c.Refer(msg.Subject)
		v.Case = &bridge.Outcome{Case: *c}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.named[msg.MessageID] = v.Reason
	return v, nil
}

// namedCases are those that mails name in the test below.
func namedCases() []bridge.Case {
	cases := []bridge.Case{
		{ID: "a", IssueID: "1", IssueKey: "SUP-1", FormerKeys: []string{"OLD-1"}, State: bridge.Sent, References: []string{"1000"}, Thread: []string{"a1", "both"}},
		{ID: "b1", IssueID: "2", IssueKey: "SUP-2", State: bridge.Closed, References: []string{"INC-2000"}, Thread: []string{"b-old"}},
		{ID: "b2", IssueID: "2", IssueKey: "SUP-2", Ordinal: 2, State: bridge.Answered, Thread: []string{"b-new"}},
		{ID: "c", IssueID: "3", IssueKey: "SUP-3", State: bridge.Joined, Leader: "a", References: []string{"3000"}, Thread: []string{"c1"}},
		{ID: "d", IssueID: "4", IssueKey: "SUP-4", State: bridge.Asked, References: []string{"4000", "Ticket#4001"}, Thread: []string{"d1", "both"}},
		{ID: "e", IssueID: "5", IssueKey: "SUP-5", State: bridge.Sent, References: []string{"4000"}},
		{ID: "f", IssueID: "6", IssueKey: "SUP-6", State: bridge.Closed, References: []string{"1000", "6000"}},
		{ID: "g", IssueID: "7", IssueKey: "SUP-7", State: bridge.Withdrawn, References: []string{"6000"}},
		{ID: "h", IssueID: "8", IssueKey: "SUP-8", State: bridge.Sent, Notices: []bridge.Notice{{Serial: 1, Subject: "[AOC SUP-8] Sistemas – seguiment del ticket 1000"}}},
		{ID: "k", IssueID: "11", IssueKey: "SUP-11", State: bridge.Sent, Notices: []bridge.Notice{{Serial: 1, Subject: "[AOC SUP-11] Sistemas – ticket 10001"}}},
		{ID: "i", IssueID: "9", IssueKey: "SUP-9", State: bridge.Joined, Leader: "c"},
		{ID: "j", IssueID: "10", IssueKey: "SUP-10", State: bridge.Joined, Leader: "gone"},
		{ID: "o", IssueID: "1", IssueKey: "SUP-1", Provider: "ovh", State: bridge.Sent, References: []string{"9000"}, Thread: []string{"o1"}, Notices: []bridge.Notice{{MessageID: "o-notice"}}},
	}
	for i := range cases {
		if cases[i].Provider == "" {
			cases[i].Provider = "claranet"
		}
		cases[i].Ordinal = max(cases[i].Ordinal, 1)
	}
	return cases
}

// TestNamedWithoutIdentity: a mail of a confirmed sender finds its case by a ticket
// number or a key, exactly one or none.
func TestNamedWithoutIdentity(t *testing.T) {
	const several, nothing = bridge.SeveralCases, "names nothing"
	tests := map[string]struct {
		keys, tickets []string
		spoken        []string // in its text
		change        func(*bridge.Message)
		release       *bridge.Release
		want          string
	}{
		"a number":                                 {tickets: []string{"1000"}, want: "a"},
		"any letter case":                          {tickets: []string{"inc-2000"}, want: "b1"},
		"the words of a person":                    {tickets: []string{"4001"}, want: "d"},
		"a key":                                    {keys: []string{"SUP-4"}, want: "d"},
		"a key that the issue had":                 {keys: []string{"OLD-1"}, want: "a"},
		"the newest case of the issue":             {keys: []string{"SUP-2"}, want: "b2"},
		"a key and an old case's number":           {keys: []string{"SUP-2"}, tickets: []string{"INC-2000"}, want: "b2"},
		"a key and a number that agree":            {keys: []string{"SUP-1"}, tickets: []string{"1000"}, want: "a"},
		"a key and a number that do not":           {keys: []string{"SUP-4"}, tickets: []string{"1000"}, want: several},
		"two keys":                                 {keys: []string{"SUP-1", "SUP-4"}, want: several},
		"two numbers":                              {tickets: []string{"1000", "4001"}, want: several},
		"two numbers of one case":                  {tickets: []string{"4001", "4000"}, want: several},
		"a number of two issues":                   {tickets: []string{"4000"}, want: several},
		"a number of two that are over":            {tickets: []string{"6000"}, want: several},
		"a joined case's key":                      {keys: []string{"SUP-3"}, want: "a"},
		"a joined case's number":                   {tickets: []string{"3000"}, want: "a"},
		"joined with a joined one":                 {keys: []string{"SUP-9"}, want: "a"},
		"joined cases are one":                     {keys: []string{"SUP-3", "SUP-1"}, tickets: []string{"3000", "1000"}, want: "a"},
		"its leader is not known":                  {keys: []string{"SUP-10"}, want: "j"},
		"an echo of our subject":                   {keys: []string{"SUP-8"}, tickets: []string{"1000"}, want: "h"},
		"a longer number in our subject":           {keys: []string{"SUP-11"}, tickets: []string{"1000"}, want: several},
		"a number of the text":                     {spoken: []string{"1000"}, want: "a"},
		"one known in the text":                    {spoken: []string{"77777", "1000"}, want: "a"},
		"two known in the text":                    {spoken: []string{"1000", "4001"}, want: several},
		"another's in the text, by key":            {keys: []string{"SUP-4"}, spoken: []string{"1000"}, want: "d"},
		"another's in the text, by number":         {tickets: []string{"4001"}, spoken: []string{"1000"}, want: "d"},
		"the subject's is not known":               {tickets: []string{"77777"}, spoken: []string{"1000"}, want: nothing},
		"only an unknown key besides":              {keys: []string{"OPS-1"}, spoken: []string{"1000"}, want: "a"},
		"an unknown number besides":                {tickets: []string{"77777", "1000"}, want: "a"},
		"an unknown key besides":                   {keys: []string{"OPS-1", "SUP-4"}, want: "d"},
		"unknown":                                  {keys: []string{"OPS-1"}, tickets: []string{"77777"}, want: nothing},
		"another provider's number":                {tickets: []string{"9000"}, want: nothing},
		"nothing":                                  {want: nothing},
		"an issue's id is no key":                  {keys: []string{"SUP-"}, want: nothing},
		"a sender who is not confirmed":            {tickets: []string{"1000"}, keys: []string{"SUP-1"}, change: unconfirmed, want: "a"},
		"not confirmed, in the text":               {spoken: []string{"1000"}, change: unconfirmed, want: nothing},
		"not confirmed, several":                   {keys: []string{"SUP-1", "SUP-4"}, change: unconfirmed, want: nothing},
		"a sender who is not allowed":              {tickets: []string{"1000"}, keys: []string{"SUP-1"}, change: func(m *bridge.Message) { m.Authentic.Allowed = false }, want: nothing},
		"no provider":                              {tickets: []string{"1000"}, change: func(m *bridge.Message) { m.Provider = "" }, want: nothing},
		"our own":                                  {keys: []string{"SUP-1"}, change: func(m *bridge.Message) { m.Own = true }, want: nothing},
		"several identities of ours":               {keys: []string{"SUP-1"}, change: func(m *bridge.Message) { m.Defects = []string{several} }, want: several},
		"answers one of the thread":                {change: answers("a1"), want: "a"},
		"answers an unknown one, refers to it":     {change: answers("unknown", "x", "a1", "y"), want: "a"},
		"of an old case of the issue":              {change: answers("b-old"), want: "b1"},
		"of two cases of the issue":                {change: answers("b-new", "b-old"), want: "b2"},
		"of a joined case's thread":                {change: answers("c1"), want: "a"},
		"of a joined case's and its leader's":      {change: answers("c1", "a1"), want: "a"},
		"of two threads":                           {change: answers("a1", "d1"), want: several},
		"one that is in two threads":               {change: answers("both"), want: several},
		"another provider's thread":                {change: answers("o1"), want: nothing},
		"another provider's notice":                {change: answers("o-notice"), want: nothing},
		"a thread goes before what stands there":   {keys: []string{"SUP-4"}, tickets: []string{"4001"}, change: answers("a1"), want: "a"},
		"an unknown thread and a number":           {tickets: []string{"4001"}, change: answers("unknown"), want: "d"},
		"an identity goes before a thread":         {change: both(answers("a1"), func(m *bridge.Message) { m.CaseID = "d" }), want: "d"},
		"a thread, not confirmed":                  {change: both(answers("a1"), unconfirmed), want: "a"},
		"two threads, not confirmed":               {change: both(answers("a1", "d1"), unconfirmed), want: nothing},
		"two threads, let pass":                    {change: both(answers("a1", "d1"), unconfirmed), release: &bridge.Release{Gate: bridge.GateUnproved}, want: several},
		"a thread, not allowed":                    {change: both(answers("a1"), stranger), want: nothing},
		"a thread, not allowed, let pass":          {change: both(answers("a1"), stranger), release: &bridge.Release{Gate: bridge.GateSender}, want: "a"},
		"of any provider, let pass":                {change: both(answers("o1"), stranger), release: &bridge.Release{Gate: bridge.GateSender}, want: "o"},
		"let pass earlier":                         {change: both(answers("a1"), stranger), release: &bridge.Release{Gate: bridge.GateUnproved, Also: []bridge.Gate{bridge.GateSender}}, want: "a"},
		"another gate":                             {change: both(answers("a1"), stranger), release: &bridge.Release{Gate: bridge.GateFlood}, want: nothing},
		"a number, not allowed, let pass":          {tickets: []string{"1000"}, change: stranger, release: &bridge.Release{Gate: bridge.GateSender}, want: nothing},
		"a colleague in the thread":                {change: both(answers("a1"), stranger, func(m *bridge.Message) { m.Colleague = true }), want: "a"},
		"said to belong":                           {keys: []string{"SUP-1"}, change: answers("a1"), release: &bridge.Release{Gate: bridge.GateCase, CaseID: "d"}, want: "d"},
		"said to belong, from several":             {change: func(m *bridge.Message) { m.Defects = []string{several} }, release: &bridge.Release{Gate: bridge.GateCase, CaseID: "d"}, want: "d"},
		"said to belong, an identity of another's": {change: func(m *bridge.Message) { m.CaseID, m.Answers = "a", "n@aoc" }, release: &bridge.Release{Gate: bridge.GateCase, CaseID: "d"}, want: "d"},
		"said to belong, and then another gate":    {change: unconfirmed, release: &bridge.Release{Gate: bridge.GateUnproved, CaseID: "d", Also: []bridge.Gate{bridge.GateCase}}, want: "d"},
		"an identity goes before a number":         {tickets: []string{"1000"}, change: func(m *bridge.Message) { m.CaseID = "d" }, want: "d"},
	}
	databases(t, func(t *testing.T, url func() string) {
		r := &namer{named: map[string]string{}}
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = r })
		b.update(func(ctx context.Context, tx *store.Tx) error {
			for _, c := range namedCases() {
				if err := tx.InsertCase(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
		b.start()
		want := map[string]string{}
		b.update(func(ctx context.Context, tx *store.Tx) error {
			var all []bridge.Message
			var releases []*bridge.Release
			for name, test := range tests {
				m := bridge.Message{MessageID: name, Provider: "claranet", Keys: test.keys, Authentic: bridge.Authenticity{Allowed: true, Verified: true}}
				for _, n := range test.tickets {
					m.Tickets = append(m.Tickets, mapping.Ticket{Number: n, Written: "[Ticket#" + n + "]"})
				}
				for _, n := range test.spoken {
					m.Spoken = append(m.Spoken, mapping.Ticket{Number: n, Written: "Ticket#" + n})
				}
				if test.change != nil {
					test.change(&m)
				}
				want[name] = test.want
				all, releases = append(all, m), append(releases, test.release)
			}
			if err := b.come(ctx, tx, all); err != nil {
				return err
			}
			return b.let(ctx, tx, releases)
		})
		b.decided(len(tests))
		r.mu.Lock()
		defer r.mu.Unlock()
		if diff := cmp.Diff(want, r.named); diff != "" {
			t.Error(diff)
		}
	})
}

// come stores mails that came in, in one batch.
func (b *bench) come(ctx context.Context, tx *store.Tx, all []bridge.Message) error {
	var rows []bridge.Mail
	for i, m := range all {
		raw, err := json.Marshal(m)
		if err != nil {
			return err
		}
		blob := store.NewBlobName()
		if err := tx.PutBlob(ctx, blob, raw); err != nil {
			return err
		}
		rows = append(rows, bridge.Mail{Folder: "INBOX", UIDValidity: 1, UID: uint32(i + 1), Blob: blob})
	}
	if err := tx.InsertMails(ctx, rows); err != nil {
		return err
	}
	return b.MailsStored(ctx, tx)
}

// let has the mails be such that a person has let pass.
func (b *bench) let(ctx context.Context, tx *store.Tx, releases []*bridge.Release) error {
	for i, r := range releases {
		if r == nil {
			continue
		}
		m, err := tx.Mail(ctx, store.MailID{Folder: "INBOX", UIDValidity: 1, UID: uint32(i + 1)})
		if err != nil {
			return err
		}
		if err := tx.ReopenMail(ctx, m, r); err != nil {
			return err
		}
	}
	return nil
}

// answers is a mail that answers one and refers to others.
func answers(id string, refers ...string) func(*bridge.Message) {
	return func(m *bridge.Message) { m.InReplyTo, m.References = []string{id}, refers }
}

// stranger is a sender whom no profile names.
func stranger(m *bridge.Message) { m.Provider, m.Authentic.Allowed = "", false }

func both(changes ...func(*bridge.Message)) func(*bridge.Message) {
	return func(m *bridge.Message) {
		for _, change := range changes {
			change(m)
		}
	}
}

// TestANumberJustLearnedFindsTheNextMail of the same batch, and none before it.
func TestANumberJustLearnedFindsTheNextMail(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		r := &namer{named: map[string]string{}}
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = r })
		b.addCase("a")
		b.start()
		by := func(id, caseID, teaches string) bridge.Message {
			return bridge.Message{
				MessageID: id, CaseID: caseID, Subject: teaches, Provider: "claranet", Tickets: []mapping.Ticket{{Number: "INC-7"}},
				Authentic: bridge.Authenticity{Allowed: true, Verified: true},
			}
		}
		b.update(func(ctx context.Context, tx *store.Tx) error {
			return b.come(ctx, tx, []bridge.Message{by("before", "", ""), by("teacher", "a", "inc-7"), by("after", "", "")})
		})
		b.decided(3)
		r.mu.Lock()
		defer r.mu.Unlock()
		if diff := cmp.Diff(map[string]string{"before": "names nothing", "teacher": "a", "after": "a"}, r.named); diff != "" {
			t.Error(diff)
		}
	})
}

// decided waits until so many mails have an outcome, and checks that the ledger names
// the case that the decision was about.
func (b *bench) decided(n int) {
	b.t.Helper()
	for b.t.Context().Err() == nil {
		b.rest()
		var undecided []string
		var ms []bridge.Mail
		b.update(func(ctx context.Context, tx *store.Tx) (err error) {
			ms, err = tx.Mails(ctx, 1000)
			return err
		})
		for _, m := range ms {
			switch {
			case m.Outcome == "":
				undecided = append(undecided, fmt.Sprint(m.UID))
			case (m.Outcome == bridge.MailPosted) != (m.CaseID != ""), m.CaseID != "" && m.CaseID != m.Reason:
				b.t.Errorf("mail %d: %s %q, case %q", m.UID, m.Outcome, m.Reason, m.CaseID)
			}
		}
		if len(undecided) == 0 && len(ms) == n {
			return
		}
		b.clock.add(time.Minute)
		b.tick()
	}
}

// unconfirmed is a sender who only claims to be the provider.
func unconfirmed(m *bridge.Message) { m.Authentic.Verified = false }
