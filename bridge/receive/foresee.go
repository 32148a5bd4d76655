package receive

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/receive/authentic"
	"escalat/bridge/receive/classify"
)

// Wanted reports whether a mail may concern us, by its header alone: it names a notice
// of ours or an issue, a provider may have sent it, or a mail server, whose reports name
// a notice only in their body. The bytes may be cut anywhere.
func (r *Receiver) Wanted(header []byte) bool {
	m, err := message.Read(bytes.NewReader(header), r.config.Limits)
	if err != nil || m.Has(message.Unreadable) || m.Has(message.HeaderCut) {
		return true
	}
	if r.writes(m) {
		return true
	}
	for _, id := range slices.Concat([]string{m.MessageID}, m.InReplyTo, m.References) {
		if _, ours := r.identity(id); ours {
			return true
		}
	}
	for _, p := range r.config.Providers {
		if len(keys(m.Subject, p.Tag)) > 0 || slices.ContainsFunc(m.From, func(a message.Address) bool { return authentic.Allows(p.Senders, a.Address) }) {
			return true
		}
	}
	return slices.ContainsFunc(m.From, func(a message.Address) bool { return classify.MailServer(a.Address) }) || slices.ContainsFunc(m.Header, func(f message.Field) bool {
		return f.Is("X-Failed-Recipients") || f.Is("X-MS-Exchange-Message-Is-Ndr") || f.Is("Return-Path") && strings.Trim(f.Value, "<> \t") == "" || f.Is("Content-Type") && strings.Contains(strings.ToLower(f.Value), "multipart/report")
	})
}

// Foresee says what would become of a mail if every case that it names existed and
// waited for an answer, and nothing had come before. Nothing is looked up.
func (r *Receiver) Foresee(now time.Time, msg bridge.Message) (bridge.Verdict, error) {
	in := Input{Now: now, Mail: bridge.Mail{ArrivedAt: now, Size: msg.Size}, Message: msg, Ledger: nothing{}}
	named := msg.CaseID == "" && msg.Authentic.Allowed && msg.Authentic.Verified && len(msg.Keys)+len(msg.Tickets)+len(msg.Spoken) > 0
	if named {
		in.Message.CaseID = foreseen
	}
	if in.Message.CaseID == "" {
		return r.Decide(in)
	}
	c := &bridge.Case{ID: in.Message.CaseID, IssueID: foreseen, IssueKey: foreseen, Provider: msg.Provider, State: bridge.Sent, Ordinal: 1, OpenedAt: now}
	for _, p := range r.config.Providers {
		if _, serial, ok := r.config.Keys.FromMessageID(p.ID, msg.Answers); ok {
			c.Provider = p.ID
			c.Notices = []bridge.Notice{{Serial: serial, MessageID: msg.Answers, SentAt: now}}
		}
	}
	in.Case = c
	return r.Decide(in)
}

// foreseen stands for a case and an issue that are not known.
const foreseen = "?"

// nothing is a ledger in which nothing stands.
type nothing struct{}

func (nothing) Known(string) (bool, error)        { return false, nil }
func (nothing) Same(string) (*bridge.Mail, error) { return nil, nil } //nolint:nilnil // there is none
func (nothing) Recent(string, string, time.Time) (bridge.Recent, error) {
	return bridge.Recent{}, nil
}
