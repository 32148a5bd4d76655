package watch_test

import (
	"slices"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping/wiki"
)

// world is a leader on issue 2 of that state.
func world(state bridge.State, change func(*bridge.Case)) *others {
	l := bridge.Case{ID: "leader", IssueID: "2", IssueKey: "ST-2", Provider: "claranet", Ordinal: 1, State: state, References: []string{"INC7"}}
	if change != nil {
		change(&l)
	}
	return &others{brake: bridge.Brake{Open: true, Limit: 5}, cases: map[string]bridge.Case{"2": l, "ST-2": l}}
}

// TestShares: who asks to share another issue's case gets it, or is told why not.
func TestShares(t *testing.T) {
	t.Parallel()
	const same = "escalat igual-que ST-2"
	tests := map[string]struct {
		leader   *others
		state    bridge.State // of the case; empty: there is none yet
		comments []bridge.Comment
		links    []string
		change   func(*bridge.Issue, *bridge.Case)
		want     bridge.State
		keys     []string
	}{
		"about to open": {leader: world(bridge.Sent, nil), comments: []bridge.Comment{said(pere, minute(20), "7", same)}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"by a link":     {leader: world(bridge.Settling, nil), links: []string{"9", "2"}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"in spite of the brake": {leader: func() *others {
			o := world(bridge.Asked, nil)
			o.brake.Open = false
			return o
		}(), links: []string{"2"}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"settling":                              {leader: world(bridge.Sending, nil), state: bridge.Settling, comments: []bridge.Comment{said(pere, minute(20), "7", same)}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"asked":                                 {leader: world(bridge.Answered, nil), state: bridge.Asked, links: []string{"2"}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"braked":                                {leader: world(bridge.Asked, nil), state: bridge.Braked, comments: []bridge.Comment{said(pere, minute(20), "7", same)}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"one whose mail was refused":            {leader: world(bridge.Undelivered, nil), comments: []bridge.Comment{said(pere, minute(20), "7", same)}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader", "leader-failed/1/claranet/1/leader"}},
		"one whose mail is known by its copy":   {leader: world(bridge.Undelivered, func(c *bridge.Case) { c.Notices = []bridge.Notice{{Serial: 1, SeenAt: before}} }), links: []string{"2"}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"once more":                             {leader: world(bridge.Asked, nil), state: bridge.Settling, links: []string{"2"}, change: func(_ *bridge.Issue, c *bridge.Case) { c.Joins = 1 }, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader/1"}},
		"one that rests":                        {leader: world(bridge.Asked, func(c *bridge.Case) { c.ResolvedSince = minute(1) }), comments: []bridge.Comment{said(pere, minute(20), "7", same)}, links: []string{"2"}, want: bridge.Settling, keys: []string{"not-joined/1/claranet/1/7"}},
		"one that cannot be read":               {leader: world(bridge.Asked, func(c *bridge.Case) { c.UnreadableSince = minute(1).Add(-25 * time.Hour) }), links: []string{"2"}, want: bridge.Settling},
		"one hidden for an hour":                {leader: world(bridge.Asked, func(c *bridge.Case) { c.UnreadableSince = minute(1) }), links: []string{"2"}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"one hidden while it is being sent":     {leader: world(bridge.Sending, func(c *bridge.Case) { c.UnreadableSince = minute(1).Add(-25 * time.Hour) }), links: []string{"2"}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"one that cannot be read, but was sent": {leader: world(bridge.Sent, func(c *bridge.Case) { c.UnreadableSince, c.ResolvedSince = minute(1), minute(1) }), links: []string{"2"}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"listed":                                {leader: world(bridge.Sent, nil), state: bridge.Listed, comments: []bridge.Comment{said(pere, minute(20), "7", same)}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"listed, a link":                        {leader: world(bridge.Sent, nil), state: bridge.Listed, links: []string{"2"}, want: bridge.Listed},
		"sent, a link":                          {leader: world(bridge.Sent, nil), state: bridge.Sent, links: []string{"2"}, want: bridge.Sent},
		"refused":                               {leader: world(bridge.Sent, nil), state: bridge.Refused, comments: []bridge.Comment{said(pere, minute(20), "7", same)}, links: []string{"2"}, want: bridge.Refused},
		"before the label":                      {leader: world(bridge.Sent, nil), state: bridge.Settling, comments: []bridge.Comment{said(pere, minute(4), "7", same)}, want: bridge.Settling},
		"by who may not": {leader: world(bridge.Sent, nil), state: bridge.Settling, comments: []bridge.Comment{said(pere, minute(20), "7", same)}, change: func(i *bridge.Issue, _ *bridge.Case) {
			i.Barred = []string{"pere"}
		}, want: bridge.Settling},
		"done with": {leader: world(bridge.Sent, nil), state: bridge.Settling, comments: []bridge.Comment{said(pere, minute(20), "7", same)}, change: func(_ *bridge.Issue, c *bridge.Case) {
			c.Spent = []string{"7/igual-que/ST-2"}
		}, want: bridge.Settling},
		"resolved":                {leader: world(bridge.Sent, nil), state: bridge.Settling, comments: []bridge.Comment{said(pere, minute(20), "7", same)}, links: []string{"2"}, change: func(i *bridge.Issue, _ *bridge.Case) { i.Resolved = true }, want: bridge.Settling},
		"the newest says":         {leader: world(bridge.Sent, nil), comments: []bridge.Comment{said(pere, minute(20), "7", "escalat igual-que ST-9"), said(pere, minute(21), "8", same)}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"no key":                  {leader: world(bridge.Sent, nil), comments: []bridge.Comment{said(pere, minute(20), "7", "escalat igual-que")}, want: bridge.Settling, keys: []string{"not-joined/1/claranet/1/7"}},
		"talk":                    {leader: world(bridge.Sent, nil), comments: []bridge.Comment{said(pere, minute(20), "7", "escalat igual que ahir")}, want: bridge.Settling},
		"an issue without a case": {leader: world(bridge.Sent, nil), state: bridge.Asked, comments: []bridge.Comment{said(pere, minute(20), "7", "escalat igual-que ST-9")}, want: bridge.Asked, keys: []string{"not-joined/1/claranet/1/7"}},
		"an issue without a case, but there is a link": {leader: world(bridge.Sent, nil), state: bridge.Asked, comments: []bridge.Comment{said(pere, minute(20), "7", "escalat igual-que ST-9")}, links: []string{"2"}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/leader"}},
		"said long ago": {leader: world(bridge.Sent, nil), state: bridge.Asked, comments: []bridge.Comment{said(pere, now.Add(-25*time.Hour), "7", "escalat igual-que ST-9")}, change: func(i *bridge.Issue, _ *bridge.Case) {
			i.Labelled[0].At = now.Add(-48 * time.Hour)
		}, want: bridge.Asked},
		"itself": {leader: func() *others {
			o := world(bridge.Settling, nil)
			o.cases["AOC-1"] = bridge.Case{ID: "c", IssueID: "1", State: bridge.Settling}
			return o
		}(), state: bridge.Settling, comments: []bridge.Comment{said(pere, minute(20), "7", "escalat igual-que AOC-1")}, want: bridge.Settling, keys: []string{"not-joined/1/claranet/1/7"}},
		"one that is listed":  {leader: world(bridge.Listed, nil), comments: []bridge.Comment{said(pere, minute(20), "7", same)}, links: []string{"2"}, want: bridge.Settling, keys: []string{"not-joined/1/claranet/1/7"}},
		"one that is refused": {leader: world(bridge.Refused, nil), links: []string{"2"}, want: bridge.Settling},
		"one that is braked":  {leader: world(bridge.Braked, nil), links: []string{"2"}, want: bridge.Settling},
		"one that is closed":  {leader: world(bridge.Closed, nil), comments: []bridge.Comment{said(pere, minute(20), "7", same)}, want: bridge.Settling, keys: []string{"not-joined/1/claranet/1/7"}},
		"one that shares this one's": {leader: func() *others {
			o := world(bridge.Joined, func(c *bridge.Case) { c.Leader, c.LeaderIssue = "c", "1" })
			o.cases["1"] = bridge.Case{ID: "c", IssueID: "1", State: bridge.Settling}
			return o
		}(), state: bridge.Settling, comments: []bridge.Comment{said(pere, minute(20), "7", same)}, links: []string{"2"}, want: bridge.Settling, keys: []string{"not-joined/1/claranet/1/7"}},
		"one that shares a third's": {leader: func() *others {
			o := world(bridge.Joined, func(c *bridge.Case) { c.Leader, c.LeaderKey = "third", "ST-3" })
			o.cases["ST-3"] = bridge.Case{ID: "third", IssueID: "3", IssueKey: "ST-3", State: bridge.Asked}
			o.cases["3"] = o.cases["ST-3"]
			return o
		}(), links: []string{"2"}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/third"}},
		"being sent":   {leader: world(bridge.Sent, nil), state: bridge.Sending, comments: []bridge.Comment{said(pere, minute(20), "7", same)}, want: bridge.Sending, keys: []string{"not-joined/1/claranet/1/7"}},
		"sent":         {leader: world(bridge.Sent, nil), state: bridge.Sent, comments: []bridge.Comment{said(pere, minute(20), "7", same)}, want: bridge.Sent, keys: []string{"not-joined/1/claranet/1/7"}},
		"joined to it": {leader: world(bridge.Sent, nil), state: bridge.Joined, comments: []bridge.Comment{said(pere, minute(20), "7", same)}, want: bridge.Joined},
		"joined to another": {leader: func() *others {
			o := world(bridge.Sent, nil)
			o.cases["ST-3"] = bridge.Case{ID: "third", IssueID: "3", IssueKey: "ST-3", State: bridge.Asked}
			o.cases["3"] = o.cases["ST-3"]
			return o
		}(), state: bridge.Joined, comments: []bridge.Comment{said(pere, minute(20), "7", "escalat igual-que ST-3")}, want: bridge.Joined, keys: []string{"joined/1/claranet/1/third"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}, Comments: test.comments, Duplicates: test.links}
			c := bridge.Case{ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: test.state, OpenedAt: minute(6), LabelledAt: minute(5), Label: label}
			if test.state == bridge.Joined {
				c.Leader, c.LeaderIssue, c.LeaderKey = "leader", "2", "ST-2"
			}
			if test.change != nil {
				test.change(&issue, &c)
			}
			c.LabelledAt = issue.Labelled[0].At
			in := input(t, issue)
			if test.state != "" {
				in.Cases = []bridge.Case{c}
			}
			in.Lookup = test.leader
			out := run(t, in)
			if len(out) != 1 || out[0].Case.State != test.want || !slices.Equal(keys(out[0]), test.keys) {
				t.Fatalf("%+v, told %q", out, keys(out[0]))
			}
			got := out[0].Case
			leader := test.leader.cases[got.LeaderKey]
			if joined := got.State == bridge.Joined; joined != (got.Leader != "") || joined && (leader.ID != got.Leader || leader.IssueID != got.LeaderIssue) {
				t.Errorf("shares %q of %q (%q)", got.Leader, got.LeaderKey, got.LeaderIssue)
			}
			due := now.Add(15 * time.Minute)
			switch {
			case got.LeaderSent:
				due = time.Time{}
			case leader.State == bridge.Undelivered: // which was told
				due = now.Add(time.Hour)
			}
			if got.State == bridge.Joined && !got.DueAt.Equal(due) {
				t.Errorf("due %s", got.DueAt)
			}
		})
	}
}

// TestWhatBecomesOfTheLeader: what is shared was sent, or somebody else's turn comes.
func TestWhatBecomesOfTheLeader(t *testing.T) {
	t.Parallel()
	sent := func(c *bridge.Case) { c.Notices = []bridge.Notice{{Serial: 1, SentAt: before}} }
	for name, test := range map[string]struct {
		leader  *others
		sent    bool // was seen to be before
		want    bridge.State
		shares  string
		waiting bool
		keys    []string
	}{
		"it is asked":                        {leader: world(bridge.Asked, nil), want: bridge.Joined, shares: "leader", waiting: true},
		"it was sent":                        {leader: world(bridge.Sent, sent), want: bridge.Joined, shares: "leader"},
		"it was recorded":                    {leader: world(bridge.Sent, func(c *bridge.Case) { c.Notices = []bridge.Notice{{Serial: 1, Shadow: true}} }), want: bridge.Joined, shares: "leader"},
		"it was refused":                     {leader: world(bridge.Undelivered, func(c *bridge.Case) { c.Notices = []bridge.Notice{{Serial: 1}} }), want: bridge.Joined, shares: "leader", waiting: true, keys: []string{"leader-failed/1/claranet/1/leader"}},
		"it was refused after another one":   {leader: world(bridge.Undelivered, func(c *bridge.Case) { c.ID = "next" }), want: bridge.Joined, shares: "next", waiting: true, keys: []string{"leader-failed/1/claranet/1/next"}},
		"it rests":                           {leader: world(bridge.Asked, func(c *bridge.Case) { c.ResolvedSince = minute(1) }), want: bridge.Settling},
		"it rested, and was sent on command": {leader: world(bridge.Sending, func(c *bridge.Case) { c.ResolvedSince = minute(1) }), want: bridge.Joined, shares: "leader", waiting: true},
		"it cannot be read":                  {leader: world(bridge.Settling, func(c *bridge.Case) { c.UnreadableSince = minute(1).Add(-25 * time.Hour) }), want: bridge.Settling},
		"it cannot be read, but was sent":    {leader: world(bridge.Sent, func(c *bridge.Case) { sent(c); c.UnreadableSince = minute(1) }), want: bridge.Joined, shares: "leader"},
		"it is listed":                       {leader: world(bridge.Listed, nil), want: bridge.Settling},
		"it is braked":                       {leader: world(bridge.Braked, nil), want: bridge.Settling},
		"it was closed after that":           {leader: world(bridge.Closed, sent), want: bridge.Joined, shares: "leader"},
		"it was closed, and is forgotten":    {leader: free(), sent: true, want: bridge.Joined, shares: "leader"},
		"it was withdrawn":                   {leader: world(bridge.Withdrawn, nil), want: bridge.Settling},
		"it was closed unsent":               {leader: world(bridge.Closed, func(c *bridge.Case) { c.Notices = []bridge.Notice{{Serial: 1}} }), want: bridge.Settling},
		"its issue is gone":                  {leader: free(), want: bridge.Settling},
		"the brake holds": {leader: func() *others {
			o := world(bridge.Withdrawn, nil)
			o.brake.Open, o.brake.Held = false, 1
			return o
		}(), want: bridge.Braked, keys: []string{"braked/1/claranet/1"}},
		"its issue has another, under way":   {leader: world(bridge.Settling, func(c *bridge.Case) { c.ID, c.Ordinal = "next", 2 }), want: bridge.Joined, shares: "next", waiting: true},
		"its issue has another, that is not": {leader: world(bridge.Withdrawn, func(c *bridge.Case) { c.ID, c.Ordinal = "next", 2 }), want: bridge.Settling},
		"it has joined a third": {leader: func() *others {
			o := world(bridge.Joined, func(c *bridge.Case) { c.Leader, c.LeaderIssue = "third", "3" })
			o.cases["3"] = bridge.Case{ID: "third", IssueID: "3", IssueKey: "ST-3", State: bridge.Sent, Notices: []bridge.Notice{{Serial: 1, SentAt: before}}}
			return o
		}(), want: bridge.Joined, shares: "third"},
		"it has joined this one in the same moment": {leader: func() *others {
			o := world(bridge.Joined, func(c *bridge.Case) { c.Leader, c.LeaderIssue = "m", "1" })
			o.cases["1"] = bridge.Case{ID: "m", IssueID: "1", State: bridge.Joined, Leader: "leader", LeaderIssue: "2"}
			return o
		}(), want: bridge.Joined, shares: "leader", waiting: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := bridge.Case{
				ID: "m", IssueID: "1", Provider: "claranet", Ordinal: 1, State: bridge.Joined, OpenedAt: minute(5), LabelledAt: minute(5),
				Leader: "leader", LeaderIssue: "2", LeaderKey: "ST-1", LeaderSent: test.sent, DueAt: now,
			}
			in := input(t, bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}}, c)
			in.Lookup = test.leader
			out := run(t, in)
			got := out[0].Case
			if len(out) != 1 || got.State != test.want || got.Leader != test.shares || got.DueAt.IsZero() == test.waiting || !slices.Equal(keys(out[0]), test.keys) {
				t.Errorf("%+v, told %q", got, keys(out[0]))
			}
			if test.want != bridge.Joined && !slices.Contains(actions(out[0]), "alone") {
				t.Errorf("audit %+v", out[0].Audit)
			}
		})
	}
}

// TestJoinedSaysWhatIsSent: also that nothing was yet, and then whom to call at night.
func TestJoinedSaysWhatIsSent(t *testing.T) {
	t.Parallel()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	profile := profiles(t)[0]
	sent := func(c *bridge.Case) { c.Notices = []bridge.Notice{{Serial: 1, SentAt: before}} }
	night := now.Add(12 * time.Hour)
	for name, test := range map[string]struct {
		leader  *others
		at      time.Time
		waiting bool
		call    bool
	}{
		"sent":              {leader: world(bridge.Sent, sent), at: now},
		"sent, at night":    {leader: world(bridge.Sent, sent), at: night},
		"answered":          {leader: world(bridge.Answered, sent), at: night},
		"asked":             {leader: world(bridge.Asked, nil), at: now, waiting: true},
		"settling, night":   {leader: world(bridge.Settling, nil), at: night, waiting: true, call: true},
		"sending, at night": {leader: world(bridge.Sending, nil), at: night, waiting: true, call: true},
	} {
		in := input(t, bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}, Duplicates: []string{"2"}})
		in.Lookup, in.Now = test.leader, test.at
		want := text.Joined{MentionMarkup: "[~anna]", Provider: "Claranet", Leader: "ST-2", References: []string{"INC7"}, Waiting: test.waiting, Leave: label}
		if test.call {
			want.Call = wording.Call(&profile, "", texts, test.at)
		}
		if got := markup(t, run(t, in)[0]); got != texts.Joined(want) || test.call != (want.Call != nil) {
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

// TestLeaderFailedSaysWhomToTell at this hour, once; an archived issue is left alone.
func TestLeaderFailedSaysWhomToTell(t *testing.T) {
	t.Parallel()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	profile := profiles(t)[0]
	c := bridge.Case{ID: "m", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Joined, OpenedBy: anna, OpenedAt: minute(5), LabelledAt: minute(5), Leader: "leader", LeaderIssue: "2", LeaderKey: "ST-2", DueAt: now}
	in := input(t, bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}}, c)
	in.Lookup = world(bridge.Undelivered, nil)
	for at, want := range map[time.Time]text.LeaderFailed{
		now:                     {Phones: profile.Contacts.Day.Phones, Portal: profile.Contacts.Portal},
		now.Add(12 * time.Hour): {Call: wording.Call(&profile, "", texts, now.Add(12*time.Hour))},
	} {
		in.Now = at
		want.MentionMarkup, want.Provider, want.Leader = "[~anna]", "Claranet", "ST-2"
		out := run(t, in)
		if got := markup(t, out[0]); got != texts.LeaderFailed(want) || !out[0].Case.DueAt.Equal(at.Add(time.Hour)) {
			t.Errorf("%s, due %s:\n%s", at, out[0].Case.DueAt, got)
		}
	}
	in.Issue.Archived = true
	if out := run(t, in); len(out) != 1 || out[0].Case.State != bridge.Joined || len(out[0].Effects) != 0 || !out[0].Case.DueAt.IsZero() {
		t.Errorf("archived: %+v", out)
	}
	in.Lookup = world(bridge.Withdrawn, nil)
	if out := run(t, in); len(out) != 1 || out[0].Case.State != bridge.Joined || len(out[0].Effects) != 0 {
		t.Errorf("archived, and it will not be sent: %+v", out)
	}
}

// TestNotJoinedSaysWhomToTell at this hour.
func TestNotJoinedSaysWhomToTell(t *testing.T) {
	t.Parallel()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	contacts := profiles(t)[0].Contacts
	c := bridge.Case{ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Sending, OpenedAt: minute(5), LabelledAt: minute(5)}
	in := input(t, bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}, Comments: []bridge.Comment{said(pere, minute(20), "7", "escalat igual-que ST-2")}}, c)
	in.Lookup = world(bridge.Sent, nil)
	for at, want := range map[time.Time]text.NotJoined{
		now:                     {Phones: contacts.Day.Phones, Portal: contacts.Portal},
		now.Add(12 * time.Hour): {Phones: contacts.Night.Phones},
	} {
		in.Now = at
		want.MentionMarkup, want.Provider, want.Leader, want.Why = "[~pere]", "Claranet", "ST-2", text.JoinAlreadySent
		if got := markup(t, run(t, in)[0]); got != texts.NotJoined(want) {
			t.Errorf("%s:\n%s", at, got)
		}
	}
}

// TestHeldTwice: a case that the brake holds once more is told once more.
func TestHeldTwice(t *testing.T) {
	t.Parallel()
	c := bridge.Case{ID: "m", IssueID: "1", Provider: "claranet", Ordinal: 1, State: bridge.Joined, OpenedAt: minute(5), LabelledAt: minute(5), Leader: "leader", LeaderIssue: "2", BrakedAt: time.Unix(1790000000, 0)}
	in := input(t, bridge.Issue{ID: "1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}}, c)
	lookup := world(bridge.Withdrawn, nil)
	lookup.brake = bridge.Brake{Limit: 5, Held: 1}
	in.Lookup = lookup
	if out := run(t, in); len(out) != 1 || !slices.Equal(keys(out[0]), []string{"braked/1/claranet/1/1790000000"}) || !out[0].Case.BrakedAt.Equal(now) {
		t.Errorf("%+v", out)
	}
}

// TestAloneWithAPast: a case that goes by itself again is listed all the same, and
// takes nothing of the brake.
func TestAloneWithAPast(t *testing.T) {
	t.Parallel()
	c := bridge.Case{ID: "m", IssueID: "1", Provider: "claranet", Ordinal: 1, State: bridge.Joined, OpenedAt: minute(5), LabelledAt: minute(5), Leader: "leader", LeaderIssue: "2"}
	in := input(t, bridge.Issue{ID: "1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}, Comments: []bridge.Comment{ours(minute(20), "7")}}, c)
	lookup := world(bridge.Withdrawn, nil)
	lookup.brake = bridge.Brake{Limit: 5, Held: 1}
	in.Lookup = lookup
	if out := run(t, in); len(out) != 1 || out[0].Case.State != bridge.Listed || lookup.taken != 0 || !slices.Equal(keys(out[0]), []string{"listed/1/claranet/1"}) {
		t.Errorf("%+v, taken %d", out, lookup.taken)
	}
}

// TestOneOfTwoLeads: where each joined the other, the one whose id is smaller goes by
// itself.
func TestOneOfTwoLeads(t *testing.T) {
	t.Parallel()
	a := bridge.Case{ID: "a", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Joined, Leader: "b", LeaderIssue: "2"}
	b := bridge.Case{ID: "b", IssueID: "2", IssueKey: "ST-2", Provider: "claranet", Ordinal: 1, State: bridge.Joined, Leader: "a", LeaderIssue: "1"}
	lookup := &others{brake: bridge.Brake{Open: true}, cases: map[string]bridge.Case{"1": a, "2": b}}
	for want, c := range map[bridge.State]bridge.Case{bridge.Settling: a, bridge.Joined: b} {
		in := input(t, bridge.Issue{ID: c.IssueID, Key: c.IssueKey, Labels: []string{label}}, c)
		in.Lookup = lookup
		if out := run(t, in); len(out) != 1 || out[0].Case.State != want {
			t.Errorf("%s: %+v", c.ID, out)
		}
	}
}
