package post

import (
	"context"
	"encoding/json"
	"fmt"

	"escalat/bridge"
	"escalat/bridge/text"
)

// Teller tells people on call. Who was told is not told the same alarm again, as far as
// it can know.
type Teller interface {
	Tell(ctx context.Context, a bridge.Alarm) (bridge.OnCallResult, error)
}

// OnCall does effects of the kind bridge.TellOnCall.
type OnCall struct {
	Teller Teller
	Texts  text.Texts
	Names  map[string]string // of the providers, by profile id
}

// Do tells the people on call.
func (o *OnCall) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.OnCallBody
	if err := e.Decode(&body); err != nil {
		return nil, err
	}
	a := bridge.Alarm{
		ID: e.Key, Event: bridge.AlarmCase, Key: c.IssueKey, Provider: c.Provider,
		Subject: body.Subject, Text: body.Text, At: e.PlannedAt, Mail: body.Mail, Webhook: body.Webhook,
	}
	if body.Step != "" {
		a.Event = bridge.AlarmStep
	}
	told, err := o.Teller.Tell(ctx, a)
	if err != nil {
		return nil, fmt.Errorf("tell the people on call of %s: %w", c.IssueKey, err)
	}
	return json.Marshal(told)
}

// Find finds nothing: nobody can say whether somebody has read it, and to be told twice
// is better than never.
func (*OnCall) Find(context.Context, bridge.Case, bridge.Effect) (json.RawMessage, bool, error) {
	return nil, false, nil
}

// Settle notes who was told, and says on the issue when nobody could be.
func (o *OnCall) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	switch ev.What {
	case bridge.Failed:
		var body bridge.OnCallBody
		_ = e.Decode(&body) // one that cannot be read is told all the same
		told := o.Texts.OnCallFailed(text.OnCallFailed{Provider: o.Names[c.Provider], Subject: body.Subject, Reason: ev.Reason()})
		return bridge.Outcome{
			Case: c, Audit: entry(ev, "on call not told", e.Key),
			Effects: []bridge.Effect{bridge.Plan(bridge.ToJira, bridge.PostComment, "untold/"+e.Key, bridge.CommentBody{Text: told})},
		}
	case bridge.Done:
		var r bridge.OnCallResult
		if err := json.Unmarshal(ev.Result, &r); err != nil || !r.Posted && len(r.Mailed) == 0 { // only recorded
			return bridge.Outcome{}
		}
		reason := fmt.Sprintf("%s: %d by mail, webhook %t", e.Key, len(r.Mailed), r.Posted)
		if r.Failed != "" {
			reason += "; not told: " + r.Failed
		}
		return bridge.Outcome{Case: c, Audit: []bridge.Entry{{At: ev.At, Stage: stage, Action: "on call told", Reason: reason}}}
	}
	return bridge.Outcome{}
}
