package validate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/mapping"
)

// day is what PerDay counts in.
const day = 24 * time.Hour

// maxEarlier bounds how many times of requests are kept when nothing else does.
const maxEarlier = 50

// ask plans one request for what is missing, unless the open request is for the
// same, or it is not the time for another one.
func (d *decision) ask(r mapping.Report, seen string) {
	ids := make([]string, len(r.Problems))
	for i, p := range r.Problems {
		ids[i] = p.Field.ID
	}
	mark := fingerprint(r.Form.ID, ids)
	c := &d.out.Case
	c.State = bridge.Asked
	last := &c.Request
	open := last.Fingerprint != ""
	mending := open && !slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(last.Fields, id) })
	if last.Fingerprint == mark || !mending {
		last.MendingSince = time.Time{}
	}
	switch {
	case last.Fingerprint == mark:
		last.Held = false
		d.audit("still-missing", strings.Join(ids, ", "))
	case open && last.Seen == seen: // the form has changed, not the issue
		d.audit("still-missing", "nobody changed anything: "+strings.Join(ids, ", "))
	case mending && d.atWork(), d.held():
	default:
		d.request(r, ids, mark, seen)
	}
}

// request plans the comment.
func (d *decision) request(r mapping.Report, ids []string, mark, seen string) {
	c := &d.out.Case
	last := c.Request
	again := slices.ContainsFunc(last.Fields, func(id string) bool { return !slices.Contains(ids, id) })
	c.Request = bridge.Request{Fingerprint: mark, Fields: ids, At: d.Now, Count: last.Count + 1, Seen: seen}
	if times := d.lastDay(last); len(times) > 0 {
		c.Request.Earlier = times[max(0, len(times)-max(d.PerDay, maxEarlier)):]
	}
	// The count makes a set that is missing again another request. It is saved
	// together with the effect, so the same request has the same key.
	key := fmt.Sprintf("request/%s/%s/%d/%s/%d", c.IssueID, c.Provider, c.Ordinal, mark, c.Request.Count)
	body := bridge.CommentBody{
		Text:  d.Texts.Request(d.words(r, again)),
		While: &bridge.While{State: bridge.Asked, Fingerprint: mark, Count: c.Request.Count},
	}
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToJira, bridge.PostComment, key, body))
	d.audit("ask", strings.Join(ids, ", "))
}

// atWork reports whether somebody who has filled in a part is still at it, and
// looks again when that is over.
func (d *decision) atWork() bool {
	if d.Patience <= 0 {
		return false
	}
	last := &d.out.Case.Request
	since := d.begun(last.MendingSince)
	edit := lastEdit(d.Issue)
	if !edit.After(last.At) { // the edit that mended cannot be told from our own comment
		edit = since
	}
	due := edit.Add(d.Patience)
	if limit := since.Add(maxWait * d.Patience); due.After(limit) {
		due = limit
	}
	last.MendingSince = since
	if !d.Now.Before(due) {
		return false
	}
	d.out.Case.DueAt = due
	d.audit("at work", "a part of what was asked for is there")
	return true
}

// held reports whether the case has had its requests for a day, and looks again
// when there may be another.
func (d *decision) held() bool {
	last := &d.out.Case.Request
	times := d.lastDay(*last)
	if d.PerDay <= 0 || len(times) < d.PerDay {
		return false
	}
	d.out.Case.DueAt = times[len(times)-d.PerDay].Add(day)
	if !last.Held {
		last.Held = true
		d.audit("held", fmt.Sprintf("%d requests within a day", len(times)))
	}
	return true
}

// lastDay returns the times of the requests of the last 24 hours, oldest first. A
// time in the future is from before the clock was set back and counts for nothing.
func (d *decision) lastDay(r bridge.Request) []time.Time {
	times := slices.DeleteFunc(append(slices.Clone(r.Earlier), r.At), func(at time.Time) bool {
		return at.IsZero() || at.After(d.Now) || !at.Add(day).After(d.Now)
	})
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// fingerprint names a set of missing fields, in whatever order they come.
func fingerprint(form string, fields []string) string {
	sum := sha256.Sum256([]byte(form + "\n" + strings.Join(slices.Sorted(slices.Values(fields)), "\n")))
	return hex.EncodeToString(sum[:8])
}

// digest names what is judged, whenever that is: another digest means that
// somebody changed something.
func digest(in mapping.Input) string {
	h := sha256.New()
	add := func(parts ...string) {
		for _, p := range parts {
			fmt.Fprintf(h, "%d %s", len(p), p)
		}
	}
	add(slices.Sorted(slices.Values(in.Labels))...)
	add("summary", in.Summary)
	for _, s := range in.Sources {
		add(s.Origin, s.At.UTC().String(), s.Text)
	}
	for _, id := range slices.Sorted(maps.Keys(in.Fields)) {
		add(id, in.Fields[id].At.UTC().String(), in.Fields[id].Text)
	}
	for _, f := range in.Files {
		add("file", f.Name)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
