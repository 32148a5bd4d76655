package mapping

import (
	"slices"
	"sort"
	"strings"
	"time"

	"escalat/mapping/date"
	"escalat/mapping/wiki"
)

// strength says how much a piece is worth beside others of its source: one's own
// words more than those that are quoted, the whole more than a part, what stands
// under a label as it is more than under one with slips, and under a label that
// says what is meant more than under a single word, as in a log.
func (p *piece) strength() int {
	n := 0
	if !p.quoted {
		n += 8
	}
	if !p.narrow {
		n += 4
	}
	if !p.slipped {
		n += 2
	}
	if p.long {
		n++
	}
	return n
}

func (p *piece) weight() weight {
	switch {
	case p.quoted:
		return quoted
	case p.narrow:
		return narrow
	}
	return whole
}

// inQuote says whether a place stands in a quote of Jira's or of a mail's.
func (r *reader) inQuote(at int) bool {
	i := sort.Search(len(r.page.lines), func(i int) bool { return r.page.lines[i].from > at }) - 1
	if i < 0 {
		return false
	}
	if l := &r.page.lines[i]; at <= l.to && mailLead(r.page.text(l)) > 0 {
		return true
	}
	return slices.ContainsFunc(r.path(at), func(s span) bool { return s.node.Kind == wiki.Quote })
}

// joinDate makes one answer of the last two where one says the day and the other
// the hour.
func joinDate(pieces []*piece) {
	last := pieces[len(pieces)-1]
	for _, p := range slices.Backward(pieces[:len(pieces)-1]) {
		if p.quoted != last.quoted || gist(p.text) == gist(last.text) {
			continue
		}
		for _, text := range [][2]string{{p.text, last.text}, {last.text, p.text}} {
			if isDayAndHour(text[0], text[1]) {
				p.text = text[0] + " " + text[1]
				last.text = p.text
				return
			}
		}
		return
	}
}

// isDayAndHour says whether the first markup tells a day without an hour and the
// other an hour without a day: together they tell that day at that hour.
func isDayAndHour(first, second string) bool {
	if strings.Contains(first+second, "\n") {
		return false
	}
	written := time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC) // some moment
	first, second = wiki.Plain(first), wiki.Plain(second)
	day, ok := date.Read(first, written, nil)
	if !ok || day.Precision != date.Day || day.Part != 0 {
		return false
	}
	hour, ok := date.Read(second, written, nil) // 9.20 is an hour behind a day only
	if ok && hour.Precision == date.Day {
		return false
	}
	both, told := date.Read(first+" "+second, written, nil)
	end := len(first) + 1
	if ok {
		end += hour.End
	}
	return told && both.Precision > date.Day && both.Start == day.Start && both.End >= end &&
		both.At.Format(time.DateOnly) == day.At.Format(time.DateOnly)
}

// atItsDay is the later answer; where it tells only another hour, with the day that
// the earlier one told: an hour that is corrected is no hour of today.
func atItsDay(earlier, later Value) string {
	if earlier.Text == "" || later.At.Before(earlier.At) {
		return later.Text
	}
	told, ok := date.Read(wiki.Plain(earlier.Text), earlier.At, earlier.At.Location())
	if day := told.At.Format("2/1/2006"); ok && isDayAndHour(day, later.Text) {
		return day + " " + later.Text
	}
	return later.Text
}
