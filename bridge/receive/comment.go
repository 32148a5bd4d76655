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
)

// comment writes the comment of an answer for the issue of c, which is the case
// that is answered or one that shares it. It reports false when the comment does not
// show the whole answer: it was shortened, or could not be read whole, or shows
// nothing at all. It then names the mail itself as a file.
func (r *Receiver) comment(in Input, c bridge.Case, names []string) (comment string, whole bool) {
	m := in.Message
	shown := names
	if len(names) > maxNamed {
		shown = append(slices.Clone(names[:maxNamed]), fmt.Sprintf("… (+%d)", len(names)-maxNamed))
	}
	write := func(body string, shortened bool) (string, bool) {
		reply := text.Reply{
			Provider: r.name(in.Case.Provider), From: sender(in), At: in.at().In(r.config.Zone),
			BodyMarkup: wiki.Escape(body), Files: shown, Shortened: shortened, Closed: over(c),
		}
		if c.ID != in.Case.ID {
			reply.Leader = in.Case.IssueKey
		}
		whole := !shortened && (strings.TrimSpace(reply.BodyMarkup) != "" || len(names) > 0)
		if !whole {
			reply.Whole, reply.Files = rawName, append(slices.Clone(shown), rawName)
		}
		return r.config.Texts.Reply(reply), whole
	}
	cut := slices.ContainsFunc([]string{message.Oversized, message.TextCut, message.PartsCut}, func(d string) bool {
		return slices.Contains(m.Defects, d)
	})
	if len(m.Reply) <= utf8.UTFMax*wording.MaxComment {
		if comment, whole = write(m.Reply, cut); wording.Length(comment) <= wording.MaxComment {
			return comment, whole
		}
	}
	return write(fit(m.Reply, func(body string) bool {
		comment, _ := write(body, true)
		return wording.Length(comment) <= wording.MaxComment
	}), true)
}

// fit returns the longest beginning of s that fits, cut at the end of a line, or
// else of a word, where there is one near.
func fit(s string, fits func(string) bool) string {
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
		if middle := (low + high + 1) / 2; fits(s[:starts[middle]]) {
			low = middle
		} else {
			high = middle - 1
		}
	}
	body := s[:starts[low]]
	for _, end := range []string{"\n", " "} {
		if i := strings.LastIndex(body, end); i > len(body)*4/5 && fits(body[:i]) {
			return body[:i]
		}
	}
	return body
}

// over reports whether nothing on the issue follows the case any more: neither the
// case itself nor the next one, for which the label was put back.
func over(c bridge.Case) bool { return !c.State.Open() && c.Closing != bridge.ByAnother }

// sender is how a comment names who wrote.
func sender(in Input) string {
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
