package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/internal/store"
)

// What a person asks of a mail may not be possible.
var (
	// ErrNoMail means that the ledger has no such mail.
	ErrNoMail = errors.New("no such mail")
	// ErrSeveralMails means that it is not certain which mail is meant.
	ErrSeveralMails = errors.New("several mails fit")
	// ErrNotPossible means that the mail does not stand where it can be done.
	ErrNotPossible = errors.New("not possible")
)

const (
	// auditStage is the stage of the audit's entries about what a person did to a mail.
	auditStage = "quarantine"
	maxBy      = 100 // bytes
	maxFound   = 100
)

// FindMails returns the mails that a person means, the newest first, at most a hundred:
// FOLDER/UIDVALIDITY/UID, a UID alone, a Message-ID with or without angle brackets, or
// the key of an issue. The error is ErrNoMail when there is none.
func FindMails(ctx context.Context, tx *store.Tx, ref string) ([]bridge.Mail, error) {
	ref = strings.TrimSpace(ref)
	if id, ok := store.ParseMailID(ref); ok {
		m, err := tx.Mail(ctx, id)
		if !errors.Is(err, store.ErrNotFound) {
			return []bridge.Mail{m}, err
		}
	}
	found, err := findMails(ctx, tx, ref)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%w: %q is no FOLDER/UIDVALIDITY/UID, UID, Message-ID or issue key that the ledger knows", ErrNoMail, ref)
	}
	return found, err
}

func findMails(ctx context.Context, tx *store.Tx, ref string) ([]bridge.Mail, error) {
	if uid, err := strconv.ParseUint(ref, 10, 32); err == nil && uid > 0 {
		return tx.ListMails(ctx, store.MailFilter{UID: uint32(uid), Limit: maxFound})
	}
	id := strings.TrimSuffix(strings.TrimPrefix(ref, "<"), ">")
	if id == "" {
		return nil, nil
	}
	found, err := tx.ListMails(ctx, store.MailFilter{MessageID: id, Limit: maxFound})
	if err != nil || len(found) > 0 {
		return found, err
	}
	cases, err := tx.CasesCalled(ctx, strings.ToUpper(ref))
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		of, err := tx.ListMails(ctx, store.MailFilter{CaseID: c.ID, Limit: maxFound})
		if err != nil {
			return nil, err
		}
		found = append(found, of...)
	}
	slices.SortStableFunc(found, func(a, b bridge.Mail) int { return b.StoredAt.Compare(a.StoredAt) })
	return found[:min(len(found), maxFound)], nil
}

// oneMail returns the one mail that a person means and that can be acted upon: of
// several that fit, the one that stands so.
func oneMail(ctx context.Context, tx *store.Tx, ref string, fits func(bridge.Mail) bool) (bridge.Mail, error) {
	found, err := FindMails(ctx, tx, ref)
	if err != nil {
		return bridge.Mail{}, err
	}
	fitting := slices.DeleteFunc(slices.Clone(found), func(m bridge.Mail) bool { return !fits(m) })
	switch {
	case len(fitting) == 1:
		return fitting[0], nil
	case len(found) == 1:
		return found[0], nil
	case len(fitting) > 1:
		found = fitting
	}
	var ids []string
	for _, m := range found[:min(len(found), 10)] {
		ids = append(ids, store.IDOf(m).String()+" ("+stands(m)+")")
	}
	return bridge.Mail{}, fmt.Errorf("%w %q: %s", ErrSeveralMails, ref, strings.Join(ids, ", "))
}

// KeptMail returns the one mail that a person means whose bytes are still kept.
func KeptMail(ctx context.Context, tx *store.Tx, ref string) (bridge.Mail, error) {
	m, err := oneMail(ctx, tx, ref, func(m bridge.Mail) bool { return m.Blob != "" })
	if err == nil && m.Blob == "" {
		err = impossible(m, "is not kept, only what became of it: %s", stands(m))
	}
	return m, err
}

// stands says where a mail stands.
func stands(m bridge.Mail) string {
	if m.Outcome == "" {
		return "not decided yet"
	}
	return string(m.Outcome)
}

func impossible(m bridge.Mail, format string, args ...any) error {
	return fmt.Errorf("%w: mail %s %s", ErrNotPossible, store.IDOf(m), fmt.Sprintf(format, args...))
}

func quarantined(m bridge.Mail) bool { return m.Outcome == bridge.MailQuarantined }

// ReleaseMail lets a quarantined mail pass the gate that keeps it, and has it decided
// again: a running engine does so at its next tick. Gates that it was let pass before
// stay open. Of GateCase the release names the case, by its id or by its issue's key.
func ReleaseMail(ctx context.Context, tx *store.Tx, ref string, r bridge.Release) (bridge.Mail, error) {
	m, err := oneMail(ctx, tx, ref, quarantined)
	if err != nil {
		return m, err
	}
	if r.By, err = signed(r.By); err != nil {
		return m, err
	}
	switch {
	case !quarantined(m):
		return m, impossible(m, "is %s, not quarantined", stands(m))
	case m.Gate == "":
		return m, impossible(m, "is kept for what nobody may override: %s", m.Reason)
	case r.Gate != m.Gate:
		return m, impossible(m, "is kept by the gate %q (%s), not by %q", m.Gate, m.Reason, r.Gate)
	case m.Blob == "":
		return m, impossible(m, "is not kept any more, only what became of it")
	}
	caseID := m.CaseID
	if r.Gate == bridge.GateCase {
		if r.CaseID, err = belongsTo(ctx, tx, m, r.CaseID); err != nil {
			return m, err
		}
		caseID = r.CaseID
	} else {
		r.CaseID = ""
	}
	if before := m.Release; before != nil {
		r.Also = passed(*before, r.Gate)
		if r.Gate != bridge.GateCase {
			r.CaseID = before.CaseID
		}
	}
	// The case first, as everybody locks them.
	if err := auditMail(ctx, tx, caseID, "mail released", fmt.Sprintf("%s, gate %s, by %s", store.IDOf(m), r.Gate, r.By), r.At); err != nil {
		return m, err
	}
	return m, raced(m, tx.ReopenMail(ctx, m, &r))
}

// passed are the gates that an earlier release opened, but the one that is opened now.
func passed(before bridge.Release, now bridge.Gate) []bridge.Gate {
	var also []bridge.Gate
	for _, g := range append(slices.Clone(before.Also), before.Gate) {
		if g != now && !slices.Contains(also, g) {
			also = append(also, g)
		}
	}
	return also
}

// belongsTo returns the id of the case to which a person says that the mail belongs, by
// its id or by the key of its issue: the one that it shares where it is joined.
func belongsTo(ctx context.Context, tx *store.Tx, m bridge.Mail, said string) (string, error) {
	said = strings.TrimSpace(said)
	if said == "" {
		return "", impossible(m, "names no case for certain: it must be said to which it belongs")
	}
	found, err := caseSaid(ctx, tx, m, said)
	if err != nil {
		return "", err
	}
	for i := range found {
		if found[i], err = leader(ctx, tx, found[i]); err != nil {
			return "", err
		}
	}
	switch {
	case len(found) == 0:
		return "", impossible(m, "cannot belong to %q, of which no case is known", said)
	case m.Provider != "" && found[0].Provider != m.Provider:
		return "", impossible(m, "is of %s, and the case of %s is with %s", m.Provider, found[0].IssueKey, found[0].Provider)
	case slices.ContainsFunc(found, func(c bridge.Case) bool { return c.Provider != found[0].Provider }):
		return "", impossible(m, "may belong to cases of %s with several providers: name one by its id", said)
	}
	if found = newest(found); len(found) > 1 { // the issue's cases are shared with several others
		return "", impossible(m, "may belong to several cases of %s: name one by its id", said)
	}
	return found[0].ID, nil
}

// caseSaid returns the case of that id, or those of the issue with that key, with the
// mail's provider where there are such.
func caseSaid(ctx context.Context, tx *store.Tx, m bridge.Mail, said string) ([]bridge.Case, error) {
	c, err := tx.Case(ctx, said)
	if !errors.Is(err, store.ErrNotFound) {
		return []bridge.Case{c}, err
	}
	called, err := tx.CasesCalled(ctx, strings.ToUpper(said))
	with := slices.DeleteFunc(slices.Clone(called), func(c bridge.Case) bool { return c.Provider != m.Provider })
	if len(with) > 0 {
		return with, err
	}
	return called, err
}

// DiscardMail ends a quarantined mail and drops its bytes.
func DiscardMail(ctx context.Context, tx *store.Tx, ref, by string, at time.Time) (bridge.Mail, error) {
	m, err := oneMail(ctx, tx, ref, quarantined)
	if err != nil {
		return m, err
	}
	if by, err = signed(by); err != nil {
		return m, err
	}
	if !quarantined(m) {
		return m, impossible(m, "is %s, not quarantined", stands(m))
	}
	if err := auditMail(ctx, tx, m.CaseID, "mail discarded", fmt.Sprintf("%s, by %s", store.IDOf(m), by), at); err != nil {
		return m, err
	}
	return m, raced(m, tx.DiscardMail(ctx, m, "discarded by "+by+"; it was quarantined: "+m.Reason))
}

// askedAgain begins the reason of a mail that the mailbox shall give once more.
const askedAgain = "asked for once more by "

// RetryMail has a mail that could not be read, or was set aside, decided again. One whose
// bytes are not here, because the server did not give them or they were lost, is fetched
// once more when the mailbox is compared with the ledger: of it the mail that is returned
// has no Blob.
func RetryMail(ctx context.Context, tx *store.Tx, ref, by string, at time.Time) (bridge.Mail, error) {
	unread := func(m bridge.Mail) bool { return m.Outcome == bridge.MailUnreadable }
	m, err := oneMail(ctx, tx, ref, unread)
	if err != nil {
		return m, err
	}
	if by, err = signed(by); err != nil {
		return m, err
	}
	if !unread(m) {
		return m, impossible(m, "is %s; only what could not be read or was set aside is tried again", stands(m))
	}
	if err := auditMail(ctx, tx, m.CaseID, "mail tried again", fmt.Sprintf("%s, by %s", store.IDOf(m), by), at); err != nil {
		return m, err
	}
	kept, err := tx.HasBlob(ctx, m.Blob)
	switch {
	case err != nil:
		return m, err
	case kept:
		return m, raced(m, tx.ReopenMail(ctx, m, m.Release))
	}
	reason := m.Reason
	if !strings.HasPrefix(reason, askedAgain) {
		reason = askedAgain + by + "; before: " + reason
	}
	err = raced(m, tx.AskMail(ctx, m, reason))
	m.Blob = ""
	return m, err
}

// signed is who acts, in one line that is not without end.
func signed(by string) (string, error) {
	by = strings.ToValidUTF8(strings.Join(strings.Fields(by), " "), "")
	if by == "" {
		return "", fmt.Errorf("%w: it must be said who does it", ErrNotPossible)
	}
	if len(by) > maxBy {
		by = strings.ToValidUTF8(by[:maxBy], "")
	}
	return by, nil
}

// raced tells a person that somebody else was quicker.
func raced(m bridge.Mail, err error) error {
	if errors.Is(err, store.ErrFenced) {
		return impossible(m, "was changed by somebody else just now")
	}
	return err
}

// auditMail notes on the case, where there is one, what a person did to a mail.
func auditMail(ctx context.Context, tx *store.Tx, caseID, action, reason string, at time.Time) error {
	if caseID == "" {
		return nil
	}
	c, err := tx.LockCase(ctx, caseID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.AppendAudit(ctx, c, []bridge.Entry{{At: at, Stage: auditStage, Action: action, Reason: reason}})
}
