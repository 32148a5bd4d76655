package send

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
)

// Why there is nothing that an addition could be added to. None of it passes.
var (
	errFirstUnsent    = errors.New("nothing says that the first notice left")
	errFirstSimulated = errors.New("the first notice was only recorded, in mode shadow")
	errFirstElsewhere = errors.New("the first notice went to others than are configured now")
	// errFirstReal means that the provider has the first notice, and that in mode
	// redirect nothing more goes there.
	errFirstReal = errors.New("mode redirect: the first notice went to the provider")
)

// follows reports whether who would get what comes after the first notice has that. Sent
// once more, the first notice follows nothing.
func (t *Telling) follows(c bridge.Case, p Provider, about bridge.About) error {
	first := c.FormNotice()
	switch {
	case about == bridge.AboutAgain:
		return nil
	case first == nil:
		return errFirstUnsent
	case t.Shadow: // nothing leaves
		return nil
	case first.Shadow:
		return errFirstSimulated
	case !first.Left():
		return errFirstUnsent
	case t.channel(c, p) != bridge.ByMail:
		return nil
	case slices.Equal(first.To, t.recipients(p)):
		return nil
	case t.Redirect != "" && !first.Redirected:
		return errFirstReal
	}
	return errFirstElsewhere
}

// channel is how the next notice of the case goes. What comes after the first goes where
// that went. In mode redirect nothing goes to an API.
func (t *Telling) channel(c bridge.Case, p Provider) bridge.Channel {
	by := p.Channel
	if first := c.First(); first != nil {
		by = first.Channel
		if by == bridge.ByPortal && p.Channel == bridge.ByAPI && c.Ticket.ID != 0 {
			by = bridge.ByAPI // somebody has told its number
		}
	}
	if by == "" || by == bridge.ByAPI && t.Redirect != "" {
		return bridge.ByMail
	}
	return by
}

// notFollowing is why an addition failed, when that is because of the first notice.
func notFollowing(err error) (why text.FirstNotice, ok bool) {
	switch {
	case errors.Is(err, errFirstUnsent):
		return text.FirstUnsent, true
	case errors.Is(err, errFirstSimulated):
		return text.FirstSimulated, true
	case errors.Is(err, errFirstElsewhere):
		return text.FirstElsewhere, true
	}
	return "", false
}

// notAdded tells, once a case for all additions, that the provider has nothing to be added to.
func (t *Telling) notAdded(c bridge.Case, e bridge.Effect, brings cargo, at time.Time, why text.FirstNotice) bridge.Effect {
	told := t.problem(c, brings, at, "")
	told.First = why
	if first := c.First(); first != nil && why == text.FirstElsewhere {
		told.FirstTo = first.To
	}
	key := fmt.Sprintf("not-added/%s/%s/%d", c.IssueID, c.Provider, c.Ordinal)
	if brings.about != bridge.AboutForm { // somebody waits for just that
		key = "not-added/" + e.Key
	}
	return tell(key, t.Texts.NotAdded(told))
}

// notComposed has an addition that could not be composed tried once more, in
// silence, where the provider waits for its fields, and tells the team of the rest
// and of what was tried before: what made that fail may make it fail for ever.
func (s *Composer) notComposed(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event) bridge.Outcome {
	why, never := notFollowing(ev.Err)
	if !never && !errors.Is(ev.Err, errFirstReal) {
		again := slices.DeleteFunc(slices.Clone(body.Fields), func(id string) bool {
			return slices.Contains(c.Returned, id) || c.Told(id) != ""
		})
		c.Returned = append(slices.Clone(c.Returned), again...)
		waitFor(&c, again, ev.At)
		body.Fields = slices.DeleteFunc(slices.Clone(body.Fields), func(id string) bool { return slices.Contains(again, id) })
	}
	if body.About == bridge.AboutWords {
		c.GiveUp(body.Comment, body.Digest)
	}
	o := bridge.Outcome{Case: c, Audit: entry(ev, "not composed", ev.Reason())}
	if body.About == bridge.AboutForm && len(body.Fields) == 0 && len(body.Files) == 0 {
		return o
	}
	brings := s.asked(c, body, attachments(ev.Err))
	if never {
		o.Effects = []bridge.Effect{s.notAdded(c, e, brings, ev.At, why)}
	} else {
		o.Effects = []bridge.Effect{tell("failed/"+e.Key, s.Texts.SendFailed(s.problem(c, brings, ev.At, serverWords(ev.Err))))}
	}
	return o
}

// asked is what an addition was to bring; of the first notice nothing. Files that
// nobody can name go by the command that sends them.
func (s *Composer) asked(c bridge.Case, body bridge.ComposeBody, files []bridge.Evidence) cargo {
	if body.Serial == 1 {
		return cargo{}
	}
	found := names(files)
	if len(found) == 0 && len(body.Files) > 0 {
		found = []string{sendFiles}
	}
	if body.About != bridge.AboutForm {
		return cargo{about: body.About, files: names(files)}
	}
	changed := slices.DeleteFunc(slices.Clone(body.Fields), func(id string) bool { return c.Told(id) == "" })
	return s.cargo(c, body.Fields, changed, found)
}

// forFiles is an error that knows the files of the addition that it ended.
type forFiles struct {
	error

	files []bridge.Evidence
}

// Unwrap returns the error.
func (e *forFiles) Unwrap() error { return e.error }

// attachments are the files of which an error knows.
func attachments(err error) []bridge.Evidence {
	if known := (*forFiles)(nil); errors.As(err, &known) {
		return known.files
	}
	return nil
}
