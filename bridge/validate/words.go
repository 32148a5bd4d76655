package validate

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// maxInstead bounds what is shown of a placeholder, in letters.
const maxInstead = 60

// words makes the arguments of the request.
func (d *decision) words(r mapping.Report, again bool) text.Request {
	lang := d.Texts.Language()
	out := text.Request{
		MentionMarkup: d.mention(bridge.User{}),
		Provider:      d.Profile.Name,
		Form:          r.Form.Name.In(lang),
		Block:         r.Block(lang),
		SendNow:       "escalat " + bridge.SendNow,
		Call:          d.due(),
		Again:         again,
		Trial:         d.Trial,
		ByHand:        d.Profile.Channel == string(bridge.ByPortal),
	}
	for _, p := range r.Problems {
		if p.Field.ID == mapping.KindID {
			out.Kinds = d.proposed(d.kinds(p), r)
			continue
		}
		out.Missing = append(out.Missing, text.Missing{
			Label: p.Field.Label.In(lang), Help: p.Field.Help.In(lang), Example: p.Field.Example.In(lang),
			Instead: shorten(wiki.Plain(r.Values.Blanks[p.Field.ID].Text)),
		})
	}
	for _, doubt := range r.Doubts {
		out.Doubts = append(out.Doubts, text.Doubtful{Label: doubt.Field.Label.In(lang), Value: doubt.Value, Why: string(doubt.Code)})
	}
	return out
}

// mention addresses that user, else who escalated, else the team.
func (d *decision) mention(user bridge.User) string {
	return cmp.Or(user.Mention, wording.Mention(d.Case, d.Team))
}

// labels are how the team calls fields.
func (d *decision) labels(ids []string) []string {
	return wording.Labels(d.Profile, d.out.Case.Kind, ids, d.Texts.Language())
}

// kinds is the question which form is meant.
func (d *decision) kinds(p mapping.Problem) *text.Kinds {
	lang := d.Texts.Language()
	k := &text.Kinds{Label: p.Field.Label.In(lang), Both: p.Code == mapping.Ambiguous}
	for i := range d.Profile.Forms {
		f := &d.Profile.Forms[i]
		k.Names = append(k.Names, f.Name.In(lang))
		k.Labels = append(k.Labels, d.Profile.LabelOf(f))
	}
	return k
}

// due is call for a request, which notes that the call is due. Nobody is called about a
// test.
func (d *decision) due() *text.Call {
	if d.Trial || d.Shadow {
		return d.call()
	}
	d.spoken()
	return wording.Due(&d.out.Case, d.Profile, d.Texts, d.Now, d.Issue.Summary)
}

// spoken notes what to tell the provider on the telephone, while the issue is at hand and
// its desk closed.
func (d *decision) spoken() {
	if !d.Trial && !d.Shadow && d.call() != nil {
		d.out.Case.Say = wording.Spoken(d.Profile, d.Issue, d.out.Case, d.Now)
	}
}

// call says whom to telephone now, or nil while the provider's desk is open.
func (d *decision) call() *text.Call {
	return wording.Call(d.Profile, d.out.Case.Kind, d.Texts, d.Now)
}

// shorten makes a line of what stands in the place of an answer.
func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= maxInstead {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:maxInstead-1])) + "…"
}
