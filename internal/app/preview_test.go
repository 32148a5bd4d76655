package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/bridge/sentence"
	"escalat/internal/config"
	"escalat/mapping"
)

// contents are attachments by their names.
type contents map[string]string

func (c contents) Attachment(_ context.Context, a bridge.Attachment) (io.ReadCloser, error) {
	text, ok := c[a.Name]
	if !ok {
		return nil, bridge.Permanent(errors.New("not there"))
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

const filled = "Aplicació afectada: Padró\nInici: 21/11/2026 a les 9\nImpacte: Total\nContacte: Anna Exemple, 600 000 002\n" +
	"Comportament anòmal: error 503\nEvidències: el navegador mostra l’error\n"

// previewed returns what a preview is made from, on a Sunday at that hour in Madrid.
func previewed(t *testing.T, hour int) PreviewInput {
	t.Helper()
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	p := &profiles[slices.IndexFunc(profiles, func(p mapping.Profile) bool { return p.ID == "claranet" })]
	cfg, err := config.Load([]string{
		"ESCALAT_INSTANCE=test", "ESCALAT_JIRA_URL=https://jira.example", "ESCALAT_JIRA_TOKEN=x", "ESCALAT_SMTP_ADDR=smtp.example:587",
		"ESCALAT_IMAP_ADDR=imap.example:993", "ESCALAT_IMAP_USERNAME=x", "ESCALAT_IMAP_PASSWORD=x", "ESCALAT_MAIL_AUTHSERV_ID=mx.example",
		"ESCALAT_MAIL_FROM=Suport <escalat@aoc.example>", "ESCALAT_CLARANET_TO=css@claranet.example", "ESCALAT_MODE=live",
		"ESCALAT_TOKEN_KEYS=1:a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
	}, []string{"claranet"})
	if err != nil {
		t.Fatal(err)
	}
	anna := bridge.User{ID: "anna", Name: "Anna Exemple", Mention: "[~anna]"}
	return PreviewInput{
		Config: cfg, Profile: p, At: time.Date(2026, 11, 22, hour, 0, 0, 0, p.Location()), Files: contents{"a.log": "x"},
		Issue: bridge.Issue{
			ID: "1", Key: "SUP-1", Summary: "Portal caigut", Description: filled, Labels: []string{"escalar-claranet-sistemes"},
			Creator: anna, Created: time.Date(2026, 11, 21, 10, 0, 0, 0, p.Location()),
		},
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	incomplete := strings.Replace(filled, "Impacte: Total\n", "", 1)
	bridgeTold := func(body string) []bridge.Comment {
		return []bridge.Comment{{ID: "7", Body: body, Author: bridge.User{ID: "pere"}, Created: time.Date(2026, 11, 21, 11, 0, 0, 0, time.UTC)}}
	}
	for name, tc := range map[string]struct {
		hour   int
		change func(*PreviewInput)
		right  func(Preview) bool
	}{
		"complete": {10, nil, func(p Preview) bool {
			return p.Report.Complete() && p.Request == "" && p.Call == nil && len(p.Notice.Pending) == 0 && !p.Pretended && !p.Over
		}},
		"night": {22, nil, func(p Preview) bool {
			return p.Request == "" && p.Call != nil && len(p.Call.Numbers) > 0 && strings.Contains(p.Call.Say, "SUP-1")
		}},
		"incomplete": {10, func(in *PreviewInput) { in.Issue.Description = incomplete }, func(p Preview) bool {
			return strings.Contains(p.Request, "[~anna]") && strings.Contains(p.Request, "Impacte en negoci") && slices.Equal(p.Notice.Pending, []string{"impact"})
		}},
		"a person has it sent": {10, func(in *PreviewInput) {
			in.Issue.Description, in.Issue.Comments = incomplete, bridgeTold("escalat envia-ja")
		}, func(p Preview) bool { return p.Request == "" && slices.Equal(p.Notice.Pending, []string{"impact"}) }},
		"kind not known": {10, func(in *PreviewInput) { in.Issue.Labels = []string{"escalar-claranet"} }, func(p Preview) bool {
			return p.Report.Form.ID == "" && strings.Contains(p.Request, "Tipus de problema") && !p.Pretended
		}},
		"not labelled": {10, func(in *PreviewInput) { in.Issue.Labels = []string{"portal"} }, func(p Preview) bool { return p.Pretended }},
		"over":         {10, func(in *PreviewInput) { in.Issue.Resolved = true }, func(p Preview) bool { return p.Over && p.Text != "" }},
		"redirected": {10, func(in *PreviewInput) {
			in.Config.General.Mode, in.Config.General.RedirectTo = config.Redirect, "proves@aoc.example"
		}, func(p Preview) bool { return slices.Equal(p.Notice.To, []string{"proves@aoc.example"}) }},
		"no files wanted": {10, func(in *PreviewInput) {
			in.Config.Mail.Attachments = 0
			in.Issue.Attachments = []bridge.Attachment{{ID: "1", Name: "a.log", Size: 1, Author: in.Issue.Creator}}
		}, func(p Preview) bool { return len(p.Notice.Files) == 0 && len(p.Notice.Omitted) == 1 }},
		"files": {10, func(in *PreviewInput) {
			for i, name := range []string{"a.log", "b.log"} {
				in.Issue.Attachments = append(in.Issue.Attachments, bridge.Attachment{ID: string(rune('1' + i)), Name: name, Size: 1, Author: in.Issue.Creator})
			}
		}, func(p Preview) bool {
			return len(p.Notice.Files) == 1 && p.Notice.Files[0].Name == "a.log" && len(p.Notice.Omitted) == 1 &&
				p.Notice.Omitted[0].Why == bridge.LeftUnreadable && bytes.Contains(p.Raw, []byte("a.log"))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := previewed(t, tc.hour)
			if tc.change != nil {
				tc.change(&in)
			}
			p, err := NewPreview(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if !tc.right(p) {
				t.Errorf("request %q, call %+v, notice %+v", p.Request, p.Call, p.Notice)
			}
			again, err := NewPreview(t.Context(), in)
			if err != nil || !bytes.Equal(p.Raw, again.Raw) || p.Notice.Size != int64(len(p.Raw)) {
				t.Errorf("the same issue has another mail the second time, %v", err)
			}
			if !strings.Contains(p.Text, "SUP-1") || !strings.Contains(p.HTML, "SUP-1") || !p.Date.Equal(in.At) {
				t.Errorf("read back as %s: %s\n%s", p.Date, p.Text, p.HTML)
			}
		})
	}
}

// TestPreviewWithoutJira: an attachment that cannot be had now is an error, and not a
// mail without it: another try may bring it.
func TestPreviewWithoutJira(t *testing.T) {
	t.Parallel()
	in := previewed(t, 10)
	in.Issue.Attachments = []bridge.Attachment{{ID: "1", Name: "a.log", Size: 1, Author: in.Issue.Creator}}
	in.Files = away{}
	if p, err := NewPreview(t.Context(), in); err == nil || !strings.Contains(err.Error(), "Jira is away") {
		t.Errorf("%v, %+v", err, p.Notice)
	}
}

type away struct{}

func (away) Attachment(context.Context, bridge.Attachment) (io.ReadCloser, error) {
	return nil, errors.New("Jira is away")
}

// TestPreviewByOtherChannels: what a person enters in a portal, or the API is asked for, is
// the text that the daemon would make of it, and no mail.
func TestPreviewByOtherChannels(t *testing.T) {
	t.Parallel()
	for _, channel := range []bridge.Channel{bridge.ByPortal, bridge.ByAPI} {
		t.Run(string(channel), func(t *testing.T) {
			t.Parallel()
			in := byOVH(t, channel)
			p, err := NewPreview(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if p.Channel != channel || p.Raw != nil || p.HTML != "" || p.Notice.Filed == nil || p.Text != p.Notice.Body {
				t.Fatalf("channel %q, filed %+v, %d bytes, text %q", p.Channel, p.Notice.Filed, len(p.Raw), p.Text)
			}
			for _, part := range []string{"ns3012345.ip-198-51-100.example", "ab12345-ovh", "error 503"} {
				if !strings.Contains(p.Text, part) {
					t.Errorf("%q is not in the text:\n%s", part, p.Text)
				}
			}
			uploads := 0
			for _, f := range p.Notice.Omitted {
				if f.Why == bridge.LeftChannel && f.Name == "b.png" {
					uploads++
				}
			}
			if uploads != 1 || len(p.Notice.Files) != 1 || p.Notice.Files[0].Name != "a.log" {
				t.Errorf("files %+v, omitted %+v", p.Notice.Files, p.Notice.Omitted)
			}
			if (p.Ticket != nil) != (channel == bridge.ByAPI) {
				t.Fatalf("ticket %+v", p.Ticket)
			}
			if p.Ticket != nil && (p.Ticket.Body != p.Text || p.Ticket.Subject != p.Notice.Subject ||
				p.Ticket.Category != "incident" || p.Ticket.Service != "ns3012345.ip-198-51-100.example") {
				t.Errorf("ticket %+v", p.Ticket)
			}
			if r := p.Report; !r.Complete() || r.Form.Level != 1 || r.Against != nil {
				t.Errorf("problems %+v, level %d, against %+v", r.Problems, r.Form.Level, r.Against)
			}
		})
	}
	in := byOVH(t, bridge.ByPortal)
	in.Issue.Labels = []string{"escalar-ovh-tecnica"}
	if p, err := NewPreview(t.Context(), in); err != nil || p.Report.Against == nil || p.Report.Against.Form != "incidencia" {
		t.Errorf("against %+v, %v", p.Report.Against, err)
	}
	in = byOVH(t, bridge.ByAPI)
	in.Config.General.Mode, in.Config.General.RedirectTo = config.Redirect, "proves@aoc.example"
	if p, err := NewPreview(t.Context(), in); err != nil || p.Channel != bridge.ByMail || p.Ticket != nil || len(p.Raw) == 0 {
		t.Errorf("redirected: channel %q, ticket %+v, %v", p.Channel, p.Ticket, err)
	}
}

// byOVH is an incident of OVH's level 1, told by that channel.
func byOVH(t *testing.T, channel bridge.Channel) PreviewInput {
	t.Helper()
	in := previewed(t, 10)
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load([]string{
		"ESCALAT_INSTANCE=test", "ESCALAT_JIRA_URL=https://jira.example", "ESCALAT_JIRA_TOKEN=x", "ESCALAT_SMTP_ADDR=smtp.example:587",
		"ESCALAT_IMAP_ADDR=imap.example:993", "ESCALAT_IMAP_USERNAME=x", "ESCALAT_IMAP_PASSWORD=x", "ESCALAT_MAIL_AUTHSERV_ID=mx.example",
		"ESCALAT_MAIL_FROM=Suport <escalat@aoc.example>", "ESCALAT_MODE=live", "ESCALAT_TOKEN_KEYS=1:a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
		"ESCALAT_OVH_CHANNEL=" + string(channel), "ESCALAT_OVH_ACCOUNT=ab12345-ovh", "ESCALAT_OVH_API_TOKEN=x",
	}, []string{"claranet", "ovh"})
	if err != nil {
		t.Fatal(err)
	}
	if profiles, err = cfg.Bind(profiles); err != nil {
		t.Fatal(err)
	}
	in.Config, in.Profile = cfg, &profiles[slices.IndexFunc(profiles, func(p mapping.Profile) bool { return p.ID == "ovh" })]
	in.Issue.Summary, in.Issue.Labels = "El servidor no respon", []string{"escalar-ovh-incidencia"}
	in.Issue.Description = "Referència del servei: ns3012345.ip-198-51-100.example\nTipus d’incidència: servidor\nQuè falla: no respon al ping, error 503\n" +
		"Des de quan: 21/11/2026 a les 9 h\nImpacte: Total\nContacte: Anna Exemple, 600 000 002\nProves realitzades: ping\n"
	in.Issue.Attachments = []bridge.Attachment{
		{ID: "1", Name: "a.log", Size: 1, MIMEType: "text/plain", Author: in.Issue.Creator},
		{ID: "2", Name: "b.png", Size: 900, MIMEType: "image/png", Author: in.Issue.Creator},
	}
	return in
}

// worded is a translator of a few words.
type worded struct{ asked int }

// Translate translates them.
func (w *worded) Translate(_ context.Context, _, _ string, sentences []sentence.Sentence) ([]sentence.Sentence, error) {
	w.asked++
	words := strings.NewReplacer("en obrir la pàgina", "al abrir la página", "Torna cada hora", "Vuelve cada hora")
	out := make([]sentence.Sentence, len(sentences))
	for i, s := range sentences {
		for _, p := range s {
			if !p.Fixed {
				p.Text = words.Replace(p.Text)
			}
			out[i] = append(out[i], p)
		}
	}
	return out, nil
}

// TestPreviewTranslated: a preview is translated by whom the mail would be, once, and shows
// each text beside what was written.
func TestPreviewTranslated(t *testing.T) {
	t.Parallel()
	in := previewed(t, 10)
	in.Issue.Description = strings.Replace(filled, "error 503", "error 503 en obrir la pàgina. Torna cada hora.", 1)
	by := &worded{}
	in.Translator = by
	p, err := NewPreview(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(p.Translated, func(one send.Translated) bool { return one.Place == "anomaly" })
	if at < 0 || p.Translated[at].Original != "error 503 en obrir la pàgina. Torna cada hora." || p.Translated[at].Text != "error 503 al abrir la página. Vuelve cada hora." {
		t.Errorf("%+v", p.Translated)
	}
	if by.asked != 1 || !strings.Contains(p.Text, "Vuelve cada hora.") || !strings.Contains(p.HTML, "Vuelve cada hora.") || p.Notice.Tongue != "ca" {
		t.Errorf("asked %d times, %q:\n%s", by.asked, p.Notice.Tongue, p.Text)
	}
	in.Translator = nil
	if p, err = NewPreview(t.Context(), in); err != nil || p.Notice.Untranslated != bridge.NoTranslator || len(p.Translated) == 0 || p.Translated[0].Why != bridge.NoTranslator {
		t.Errorf("without one: %q, %+v, %v", p.Notice.Untranslated, p.Translated, err)
	}
}
