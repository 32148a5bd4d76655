package post_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/post"
	"escalat/bridge/text"
	"escalat/mapping/wiki"
)

// pager is who is told.
type pager struct {
	told   []bridge.Alarm
	answer bridge.OnCallResult
	err    error
}

func (p *pager) Tell(_ context.Context, a bridge.Alarm) (bridge.OnCallResult, error) {
	p.told = append(p.told, a)
	return p.answer, p.err
}

func onCall(t *testing.T, p *pager) *post.OnCall {
	t.Helper()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	return &post.OnCall{Teller: p, Texts: texts, Names: map[string]string{"claranet": "Claranet"}}
}

func TestOnCall(t *testing.T) {
	t.Parallel()
	p := &pager{answer: bridge.OnCallResult{At: at, Mailed: []string{"a@aoc.example"}, Posted: true, Failed: "mail to b@aoc.example: 550"}}
	o := onCall(t, p)
	c := markedCase(func(*bridge.Case) {})
	body := bridge.OnCallBody{Subject: "Cal trucar", Text: "Truqueu-los.", Mail: true, Webhook: true, Step: "cap"}
	e := bridge.Plan(bridge.ToOnCall, bridge.TellOnCall, "step/1", body)
	e.PlannedAt = at
	raw, err := o.Do(t.Context(), c, e)
	if err != nil {
		t.Fatal(err)
	}
	want := bridge.Alarm{ID: "step/1", Event: "step", Key: "AOC-1", Provider: "claranet", Subject: "Cal trucar", Text: "Truqueu-los.", At: at, Mail: true, Webhook: true}
	if diff := cmp.Diff([]bridge.Alarm{want}, p.told); diff != "" {
		t.Error(diff)
	}
	done := o.Settle(c, e, bridge.Event{What: bridge.Done, At: at, Result: raw})
	audit := []bridge.Entry{{At: at, Stage: "post", Action: "on call told", Reason: "step/1: 1 by mail, webhook true; not told: mail to b@aoc.example: 550"}}
	if diff := cmp.Diff(audit, done.Audit); diff != "" || len(done.Effects) != 0 {
		t.Errorf("%v %s", done.Effects, diff)
	}
	if _, found, err := o.Find(t.Context(), c, e); found || err != nil {
		t.Errorf("found %v, %v", found, err)
	}
	for name, ev := range map[string]bridge.Event{
		"only recorded": {What: bridge.Done, Result: json.RawMessage(`{"shadow":true}`)}, "not readable": {What: bridge.Done, Result: json.RawMessage(`[`)},
		"unknown": {What: bridge.Unknown}, "delayed": {What: bridge.Delayed, Err: errors.New("busy")}, "absent": {What: bridge.Absent},
	} {
		if got := o.Settle(c, e, ev); got.Case.ID != "" || len(got.Effects)+len(got.Audit) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	e = bridge.Plan(bridge.ToOnCall, bridge.TellOnCall, "k", bridge.OnCallBody{})
	if _, err := o.Do(t.Context(), c, e); err != nil || p.told[1].Event != "case" {
		t.Errorf("%+v, %v", p.told, err)
	}
}

// TestNobodyOnCall: the issue is told, once for each that failed, and what is temporary
// stays so.
func TestNobodyOnCall(t *testing.T) {
	t.Parallel()
	p := &pager{err: errors.New("connection refused")}
	o := onCall(t, p)
	c := markedCase(func(*bridge.Case) {})
	e := bridge.Plan(bridge.ToOnCall, bridge.TellOnCall, "step/1", bridge.OnCallBody{Subject: "Cal *trucar*", Mail: true})
	if _, err := o.Do(t.Context(), c, e); err == nil || bridge.IsPermanent(err) || !strings.Contains(err.Error(), "AOC-1") {
		t.Errorf("%v", err)
	}
	failed := o.Settle(c, e, bridge.Event{What: bridge.Failed, At: at, Err: errors.New("nobody on call")})
	if len(failed.Effects) != 1 || failed.Effects[0].Key != "untold/step/1" || failed.Effects[0].Target != bridge.ToJira || len(failed.Audit) != 1 || failed.Case.ID != c.ID {
		t.Fatalf("%+v", failed)
	}
	var comment bridge.CommentBody
	if err := failed.Effects[0].Decode(&comment); err != nil || !strings.Contains(comment.Text, `Cal \*trucar\*`) || !strings.Contains(comment.Text, "Claranet") || !strings.Contains(comment.Text, "nobody on call") {
		t.Errorf("%s, %v", comment.Text, err)
	}
	e.Body = json.RawMessage(`{`)
	if _, err := o.Do(t.Context(), c, e); !bridge.IsPermanent(err) {
		t.Errorf("a broken body: %v", err)
	}
	if o := o.Settle(c, e, bridge.Event{What: bridge.Failed, At: at, Err: errors.New("x")}); len(o.Effects) != 1 {
		t.Errorf("%+v", o)
	}
}
