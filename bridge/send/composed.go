package send

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// Settle plans the transmission, or says why there is none.
func (s *Composer) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	var body bridge.ComposeBody
	if err := e.Decode(&body); err != nil {
		return bridge.Outcome{}
	}
	switch ev.What {
	case bridge.Delayed, bridge.Unknown:
		return s.late(c, e, body, ev)
	case bridge.Failed:
		c.FileTries, c.Anew = 0, false
		if body.Serial > 1 {
			return s.notComposed(c, e, body, ev)
		}
		become(&c, bridge.Undelivered)
		told := s.trouble(&c, notice{first: true}, ev.At, ev.Reason())
		return bridge.Outcome{
			Case: c, Audit: entry(ev, "not composed", ev.Reason()), Effects: []bridge.Effect{tell("failed/"+e.Key, s.Texts.SendFailed(told))},
		}
	case bridge.Done:
		var r bridge.ComposeResult
		if err := json.Unmarshal(ev.Result, &r); err != nil {
			panic("send: result of " + e.Key + ": " + err.Error()) // our own JSON: a bug
		}
		return s.composed(c, e, body, ev, r)
	default:
		return bridge.Outcome{}
	}
}

// late tells of a notice that could not be composed yet, and counts the attempts that
// its files have cost.
func (s *Composer) late(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event) bridge.Outcome {
	if files := (*filesError)(nil); errors.As(ev.Err, &files) {
		c.FileTries++
	}
	o := s.delayed(c, notice{first: body.Serial == 1, brings: s.asked(c, body, attachments(ev.Err))}, e, ev)
	if o.Case.ID == "" && c.FileTries > 0 {
		o.Case = c
	}
	return o
}

func (s *Composer) composed(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event, r bridge.ComposeResult) bridge.Outcome {
	r.Notice.Anew = c.Anew
	c.FileTries, c.Anew = 0, false
	switch {
	case r.Withdrawn != "":
		if body.Serial == 1 && become(&c, bridge.Withdrawn) {
			c.NoCall() // there is nothing to call about
		}
		told := s.problem(c, s.asked(c, body, r.Notice.Files), ev.At, "")
		return bridge.Outcome{
			Case: c, Audit: entry(ev, "withdrawn", r.Withdrawn),
			Effects: []bridge.Effect{tell("withdrawn/"+e.Key, s.Texts.Withdrawn(told))},
		}
	case r.Resolved && body.Serial > 1:
		return s.over(c, e, body, ev)
	case r.Resolved:
		putBack(&c, ev.At)
		return bridge.Outcome{Case: c, Audit: entry(ev, "put back", string(resolved))}
	case r.Fault != "":
		return s.unsaid(c, e, body, ev, r.Fault)
	case len(r.Stopped) > 0:
		return s.stopped(c, e, body, ev, r.Stopped)
	case r.Nothing:
		return s.nothing(c, e, body, ev, r)
	case r.Incomplete: // edited since it was complete: it is asked for again
		if putBack(&c, ev.At) {
			c.Request.Fingerprint = ""
		}
		return bridge.Outcome{Case: c, Audit: entry(ev, "incomplete again", "")}
	}
	o := s.transmits(c, e, body, ev, r.Notice)
	if why := r.Notice.Untranslated; why != "" {
		o.Audit = append(o.Audit, entry(ev, "not translated", string(why))...)
	}
	return o
}

// nothing ends an addition that has nothing to say any more. Who asked for files
// hears why none went out.
func (s *Composer) nothing(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event, r bridge.ComposeResult) bridge.Outcome {
	waitFor(&c, waiting(body.Fields, r.Notice), ev.At)
	o := bridge.Outcome{Case: c, Audit: entry(ev, "nothing to add", "")}
	if len(r.Notice.Omitted) > 0 {
		c.SetAside(r.Notice.Withheld())
		o.Case = c
		o.Effects = []bridge.Effect{tell("nothing/"+e.Key, s.Texts.NothingNew(text.NothingNew{
			MentionMarkup: wording.Mention(c, s.Team), Provider: s.name(c), Files: true, Left: leftFiles(r.Notice), Private: s.private(c, r.Notice),
		}))}
	}
	return o
}

// stopped ends a notice that must not leave for what stands in it, and says what to do. A
// first one waits for the issue to be changed, or for a person's word; so do the fields of
// an addition that the provider waits for.
func (s *Composer) stopped(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event, hidden []bridge.Hidden) bridge.Outcome {
	told := text.Stopped{
		MentionMarkup: wording.Mention(c, s.Team), Provider: s.name(c), About: string(body.About), First: body.Serial == 1,
	}
	key := "stopped/" + e.Key
	switch {
	case body.Serial == 1:
		again := slices.Equal(c.Stopped, hidden)
		key = fmt.Sprintf("stopped/%s/%s/%d/%d", c.IssueID, c.Provider, c.Ordinal, c.Rounds)
		if again { // who has it sent at once hears why it is not
			key = fmt.Sprintf("stopped/%s/%s/%d/%s", c.IssueID, c.Provider, c.Ordinal, c.Forced.CommentID)
		}
		c.Stopped = hidden
		if putBack(&c, ev.At) {
			c.State, c.Request.Fingerprint = bridge.Asked, ""
		}
		told.Call = s.due(&c, "", ev.At, s.Shadow || s.Redirect != "")
		if again && c.Forced.CommentID == "" {
			return bridge.Outcome{Case: c, Audit: entry(ev, "still stopped", kinds(hidden))}
		}
	case body.About == bridge.AboutWords:
		c.GiveUp(body.Comment, body.Digest)
	case body.About == bridge.AboutForm:
		c.Stopped = hidden
		waitFor(&c, slices.DeleteFunc(slices.Clone(body.Fields), func(id string) bool { return c.Told(id) != "" }), ev.At)
	}
	if p, ok := s.Providers[c.Provider]; ok {
		told.Hidden = wording.Hidden(c, p.Profile, hidden, s.Texts.Language())
	}
	return bridge.Outcome{
		Case: c, Audit: entry(ev, "stopped", kinds(hidden)), Effects: []bridge.Effect{tell(key, s.Texts.Stopped(told))},
	}
}

// kinds says what was found and where, for the audit.
func kinds(hidden []bridge.Hidden) string {
	var out []string
	for _, h := range hidden {
		out = append(out, fmt.Sprintf("%s in %s, line %d", h.Kind, h.Place, h.Line))
	}
	return strings.Join(out, "; ")
}

// transmits plans the transmission of what was composed.
func (s *Composer) transmits(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event, n bridge.Notice) bridge.Outcome {
	c.Notices = append(slices.Clone(c.Notices), n)
	for _, f := range n.Files {
		c.Keep(f.Digest)
	}
	key := fmt.Sprintf("transmit/%s/%s/%d/%d", c.IssueID, c.Provider, c.Ordinal, n.Serial)
	switch {
	case n.Serial > 1:
		key = "transmit/" + strings.TrimPrefix(e.Key, "compose/")
		waitFor(&c, waiting(body.Fields, n), ev.At)
		c.Stopped = slices.DeleteFunc(slices.Clone(c.Stopped), func(h bridge.Hidden) bool { return slices.Contains(n.Fields, h.Place) })
	default:
		c.Kind, c.Pending, c.Stopped = n.Kind, n.Pending, nil
		if c.Rounds > 0 { // an earlier one may have been put back
			key = fmt.Sprintf("%s/%d", key, c.Rounds)
		}
	}
	action := "composed"
	if n.Channel != "" && n.Channel != bridge.ByMail {
		return s.files(c, e, ev, n, key)
	}
	if body.Lean { // the one with the attachments was refused
		key, action = strings.TrimSuffix(key, lean)+lean, "composed without attachments"
	}
	transmit := bridge.TransmitBody{MessageID: n.MessageID, Blob: n.Blob, Size: n.Size, From: n.From, To: slices.Concat(n.To, n.Cc), Copy: n.Copy}
	return bridge.Outcome{
		Case: c, Audit: entry(ev, action, n.MessageID), Keep: []string{n.Blob},
		Effects: []bridge.Effect{bridge.Plan(bridge.ToMail, bridge.TransmitMail, key, transmit)},
	}
}

// lean ends the keys of what is composed once more without attachments.
const lean = "/lean"

// waiting are those of the fields that an addition was to bring that the provider
// still waits for.
func waiting(ids []string, n bridge.Notice) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(n.Pending, id) })
}

// waitFor makes fields pending that an addition was to bring, and has the issue
// looked at again: what was gone when it was composed may be there by now.
func waitFor(c *bridge.Case, ids []string, at time.Time) {
	if len(ids) > 0 && (c.State == bridge.Sent || c.State == bridge.Answered) {
		c.DueAt = at
	}
	c.Pending = slices.Clone(c.Pending)
	for _, id := range ids {
		if !slices.Contains(c.Pending, id) {
			c.Pending = append(c.Pending, id)
		}
	}
}
