package receive

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping/wiki"
)

const (
	maxAddress = 254 // bytes
	maxSender  = 100 // bytes of a display name
	// maxNamed is how many files a comment names; all of them are attached.
	maxNamed = 40
	// maxLooked bounds how much of a text is looked at to show it, in bytes: no
	// comment holds more.
	maxLooked = utf8.UTFMax * wording.MaxComment
)

// comment writes the comment of an answer for the issue of c, which is the case
// that is answered or one that shares it, and says which files must hold what it
// does not show: it was shortened, or could not be read whole, or shows nothing at
// all. It names them.
func (r *Receiver) comment(a answer, c bridge.Case) (comment string, missing lacks) {
	m := a.Message
	cut := slices.ContainsFunc([]string{message.Oversized, message.TextCut, message.PartsCut}, func(d string) bool {
		return slices.Contains(m.Defects, d)
	})
	body, whole := a.body(c)
	if whole {
		empty := strings.TrimSpace(m.Reply) == "" && len(a.names)+len(a.known) == 0
		missing = lacks{raw: a.ticket == "" && (cut || empty)}
		if comment = r.write(a, c, body.Markup(len(body.Text())), cut, missing); wording.Length(comment) <= wording.MaxComment {
			return comment, missing
		}
	}
	missing = lacks{text: true, raw: a.ticket == ""}
	return r.write(a, c, fit(body, func(markup string) bool {
		return wording.Length(r.write(a, c, markup, true, missing)) <= wording.MaxComment
	}), true, missing), missing
}

// shown is a text that can be shown in part.
type shown interface {
	Text() string
	Markup(n int) string
}

// body is the new text, as much of it as is ever looked at, for the issue of c.
func (a answer) body(c bridge.Case) (s shown, whole bool) {
	m := a.Message
	if len(m.Lines) == 0 {
		return wiki.Look(shorten(m.Reply, maxLooked)), len(m.Reply) <= maxLooked
	}
	n, size := 0, 0
	for n < len(m.Lines) && size <= maxLooked {
		size += len(m.Lines[n].Text) + 1
		n++
	}
	image := a.image
	if c.ID != a.Case.ID { // the files are on the other issue
		image = nil
	}
	return wiki.Compose(m.Lines[:n], image), n == len(m.Lines) && size <= maxLooked
}

// image is the name of the file that is attached for an image within the text.
func (a answer) image(id string) string {
	for i, p := range a.parts {
		if id != "" && p.ID == id && i < len(a.names) {
			return a.names[i]
		}
	}
	return ""
}

// write writes the comment with so much of the text, as markup. Of what is cut people read on in
// the text, where that is whole.
func (r *Receiver) write(a answer, c bridge.Case, markup string, shortened bool, missing lacks) string {
	m := a.Message
	files, whole := named(a.names), ""
	if missing.text {
		files, whole = append(files, a.textName), a.textName
	}
	if missing.raw {
		files = append(files, rawName)
		if !missing.text || len(m.Reply) > maxText || slices.Contains(m.Defects, message.TextCut) || slices.Contains(m.Defects, message.Oversized) {
			whole = rawName
		}
	}
	told := text.Reply{
		Provider: r.name(a.Case.Provider), From: sender(a.Input), At: a.at().In(r.config.Zone),
		BodyMarkup: markup, Files: files, Known: a.known, Blocked: a.blocked, Learned: a.learned, Acknowledged: a.acknowledged,
		Shortened: shortened, Whole: whole, Closed: over(c), Colleague: m.Colleague,
		Sealed: m.Sealed && strings.TrimSpace(markup) == "",
	}
	told.ReleasedBy, told.Unverified = a.releasedBy(), a.unverified()
	told.Survey, told.Portal = a.survey, a.portal
	if c.Closing == bridge.ByCommand {
		told.Reopen = opens
	}
	first := a.Case.First()
	told.ByHand = first != nil && first.Channel == bridge.ByPortal
	if a.ticket != "" {
		told.From, told.Ticket = "", a.ticket
	}
	switch {
	case c.ID != a.Case.ID:
		told.Leader = a.Case.IssueKey
	case a.reopened:
		told.Reopened, told.MentionMarkup, told.Close = true, wording.Mention(c, r.config.Team), closes
	}
	return r.config.Texts.Reply(told)
}

// named returns as many names as a comment says.
func named(names []string) []string {
	shown := slices.Clone(names)
	if len(names) > maxNamed {
		shown = append(shown[:maxNamed], fmt.Sprintf("… (+%d)", len(names)-maxNamed))
	}
	return shown
}

// fit returns the markup of as long a beginning of the body as fits, cut at the end of
// a line, or else of a word, where there is one near. The markup of a longer beginning
// can be a few signs shorter: so what is returned was tried, but a few signs more may
// have fitted.
func fit(body shown, fits func(markup string) bool) string {
	s := body.Text()
	starts := []int{0}
	for i := range s {
		if len(starts) > wording.MaxComment {
			break
		}
		if i > 0 {
			starts = append(starts, i)
		}
	}
	low, high := 0, len(starts)-1 // low fits, or nothing does
	for low < high {
		if middle := (low + high + 1) / 2; fits(body.Markup(starts[middle])) {
			low = middle
		} else {
			high = middle - 1
		}
	}
	most := starts[low]
	for _, end := range []string{"\n", " "} {
		if i := strings.LastIndex(s[:most], end); i > most*4/5 {
			if markup := body.Markup(i); fits(markup) {
				return markup
			}
		}
	}
	return body.Markup(most)
}

// over reports whether nothing on the issue follows the case any more: neither the
// case itself nor the next one, for which the label was put back.
func over(c bridge.Case) bool { return !c.State.Open() && c.Closing != bridge.ByAnother }

// sender is how a comment names who wrote.
func sender(in Input) string {
	if len(in.Message.From) == 0 {
		return ""
	}
	from := in.Message.From[0]
	address := shorten(from.Address, maxAddress)
	if name := shorten(strings.Join(strings.Fields(from.Name), " "), maxSender); name != "" {
		return name + " <" + address + ">"
	}
	return address
}

// shorten cuts s to so many bytes, between letters.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
