package validate

import (
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// contradicted tells, before anything is sent, that the facts speak for another form than
// a person chose, once a choice, and reports whether that person is still left the time
// to choose another. A person's word is followed in the end, and at once when it was to
// send at once.
func (d *decision) contradicted(r mapping.Report, forced bool) bool {
	c := &d.out.Case
	if r.Against == nil || r.Form.ID == "" {
		c.Contradicted = ""
		return false
	}
	wait := d.Quiet
	if forced {
		wait = 0
	}
	if mark := r.Form.ID + "/" + r.Against.Form; c.Contradicted != mark {
		c.Contradicted, c.ContradictedAt = mark, d.Now
		lang, other := d.Texts.Language(), d.Profile.Form(r.Against.Form)
		d.audit("contradicted", mark)
		d.tell("contradicted", mark, d.Texts.Contradicted(text.Contradicted{
			MentionMarkup: wording.Mention(d.Case, d.Team), Provider: d.Profile.Name, Chosen: r.Form.Name.In(lang),
			Proposed: other.Name.In(lang), Reason: r.Against.Reason.In(lang), Label: d.Profile.LabelOf(other), Within: wait,
		}))
	}
	until := d.begun(c.ContradictedAt).Add(wait)
	if !d.Now.Before(until) {
		return false
	}
	c.Due(until)
	return true
}

// through tells, once a case, that what was asked for goes by another kind of ticket.
func (d *decision) through(r mapping.Report) {
	if r.Through == nil || d.Trial {
		return
	}
	if tell := r.Through.Tell.In(d.Texts.Language()); tell != "" {
		d.tell("through", r.Through.Form, d.Texts.Through(text.Through{
			MentionMarkup: wording.Mention(d.Case, d.Team), Provider: d.Profile.Name, Tell: tell,
		}))
	}
}

// proposed adds to the question for the kind which one the facts speak for.
func (d *decision) proposed(k *text.Kinds, r mapping.Report) *text.Kinds {
	if len(r.Proposed) > 0 {
		if f := d.Profile.Form(r.Proposed[0].Form); f != nil {
			lang := d.Texts.Language()
			k.Proposed, k.Reason = f.Name.In(lang), r.Proposed[0].Reason.In(lang)
		}
	}
	return k
}
