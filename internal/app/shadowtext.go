package app

import (
	"cmp"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
)

// Text is the report in that language (ca, es or en), in plain text, with its times in that
// zone.
func (r *ShadowReport) Text(lang string, profiles []mapping.Profile, zone *time.Location) (string, error) {
	texts, err := text.For(lang, func(s string) string { return s })
	if err != nil {
		return "", err
	}
	names := naming{profiles: profiles, lang: lang}
	s := text.Shadow{
		From: r.From.In(zone), To: r.To.In(zone), Running: r.Running,
		Issues: r.Issues, Listed: r.Listed, Refused: r.Refused, Braked: r.Braked, Waiting: r.Waiting,
		Further: r.Further, Requests: r.Requests.Number, Asked: r.Requests.Issues,
		Comments: r.Writes[bridge.PostComment], Files: r.Writes[bridge.PostAttachment], Labels: r.Writes[bridge.EditLabels],
		Others: r.Writes[bridge.LinkReference] + r.Writes[bridge.FillField] + r.Writes[bridge.ShowTurn] + r.Writes[bridge.MoveIssue],
		OnCall: r.Writes[bridge.TellOnCall],
		Posted: r.mails(bridge.MailPosted), Acknowledged: r.mails(bridge.MailAcknowledged), Absent: r.mails(bridge.MailAbsent),
		Bounced: r.mails(bridge.MailBounced), Quarantined: r.mails(bridge.MailQuarantined), Unreadable: r.mails(bridge.MailUnreadable, bridge.MailOversized),
		Withheld: r.Withheld, Images: r.Images, Stopped: r.Stopped, Translated: r.Translated,
		NoTranslator: r.Untouched[bridge.NoTranslator], Away: r.Untouched[bridge.TranslatorAway],
		Partly: r.Untouched[bridge.PartlyTranslated], Denied: r.Untouched[bridge.NotPermitted],
	}
	for _, e := range r.Escalations {
		s.Escalations = append(s.Escalations, text.ShadowEscalations{Provider: names.provider(e.Provider), Kind: names.form(e.Provider, e.Kind), Number: e.Number})
	}
	for _, c := range r.Calls {
		s.Calls = append(s.Calls, text.Tally{Name: names.provider(c.Provider), Number: c.Number})
	}
	for _, f := range r.Requests.Fields {
		s.Fields = append(s.Fields, text.Tally{Name: names.field(f.Provider, f.Field), Number: f.Number})
	}
	for _, kind := range bridge.Privates() {
		for range r.Masked[kind] {
			s.Hidden = append(s.Hidden, text.Hidden{Kind: string(kind)})
		}
	}
	for _, n := range r.Failed {
		s.Failed += n
	}
	for _, c := range r.Compared {
		s.Compared = append(s.Compared, names.compared(c, zone))
	}
	return texts.ShadowReport(s), nil
}

func (r *ShadowReport) mails(outcomes ...bridge.MailOutcome) (n int) {
	for _, o := range outcomes {
		n += int(r.Mails[o])
	}
	return n
}

// naming says how people call what has an id, which stands for what no profile has any
// more.
type naming struct {
	profiles []mapping.Profile
	lang     string
}

func (n naming) provider(id string) string {
	if p := profileOf(n.profiles, id); p != nil {
		return p.Name
	}
	return id
}

func (n naming) form(provider, id string) string {
	if p := profileOf(n.profiles, provider); p != nil {
		if f := p.Form(id); f != nil {
			return cmp.Or(f.Name.In(n.lang), id)
		}
	}
	return id
}

func (n naming) field(provider, id string) string {
	p := profileOf(n.profiles, provider)
	if p == nil {
		return id
	}
	if id == mapping.KindID {
		return cmp.Or(p.Kind.Label.In(n.lang), id)
	}
	for i := range p.Forms {
		for _, f := range p.Forms[i].All() {
			if f.ID == id {
				return cmp.Or(f.Label.In(n.lang), id)
			}
		}
	}
	return id
}

func (n naming) compared(c Compared, zone *time.Location) text.Compared {
	out := text.Compared{
		Issue: plainKey(c.Issue), Provider: n.provider(c.Provider), Finding: string(c.Finding),
		ByHand: c.ByHand.In(zone), Escalat: c.Escalat.In(zone), Judged: c.Judged, Unsure: string(c.Unsure),
	}
	for _, id := range c.Missing {
		out.Missing = append(out.Missing, n.field(c.Provider, id))
	}
	return out
}

// plainKey is a key without anything that steers a terminal: of a mail's subject it may
// only look like one.
func plainKey(key string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, key)
}
