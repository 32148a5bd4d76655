package message_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/message"
)

const (
	delivery = "Reporting-MTA: dns; mx.example.net\nArrival-Date: Mon, 2 Mar 2026\n 10:30:00 +0100\n\n" +
		"Final-Recipient: rfc822; css@example.net\nStatus: 5.1.1\n\n\n\nFinal-Recipient: rfc822; guardia@example.net\nStatus: 4.4.7\n"
	returned = "Message-ID: <a@example.org>\nSubject: =?utf-8?Q?ca=C3=ADda?=\n\ntexto\nMessage-ID: <not@this>\n"
)

func TestInner(t *testing.T) {
	t.Parallel()
	f := func(name, value string) message.Field { return message.Field{Name: name, Value: value} }
	reported := [][]message.Field{
		{f("Reporting-MTA", "dns; mx.example.net"), f("Arrival-Date", "Mon, 2 Mar 2026 10:30:00 +0100")},
		{f("Final-Recipient", "rfc822; css@example.net"), f("Status", "5.1.1")},
		{f("Final-Recipient", "rfc822; guardia@example.net"), f("Status", "4.4.7")},
	}
	head := [][]message.Field{{f("Message-ID", "<a@example.org>"), f("Subject", "=?utf-8?Q?ca=C3=ADda?=")}}
	quoted := "Content-Transfer-Encoding: quoted-printable\n\n" + strings.ReplaceAll(returned, "=", "=3D")
	tests := map[string]struct {
		media, rest string
		want        [][]message.Field
	}{
		"delivery status":      {"message/delivery-status", "\n" + delivery, reported},
		"global status":        {"message/global-delivery-status", "\n" + delivery, reported},
		"disposition":          {"message/disposition-notification", "\n" + delivery, reported},
		"global disposition":   {"message/global-disposition-notification", "\n" + delivery, reported},
		"feedback":             {"message/feedback-report", "\n" + delivery, reported},
		"headers":              {"text/rfc822-headers", "\n" + returned, head},
		"headers alone":        {"text/rfc822-headers; charset=us-ascii", "\n" + returned[:strings.Index(returned, "\n\n")], head},
		"global headers":       {"message/global-headers", "\n" + returned, head},
		"mail":                 {"message/rfc822", "\n" + returned, head},
		"global mail":          {"Message/Global", "\n" + returned, head},
		"mail of a mailbox":    {"message/rfc822", "\n>From a@b Mon Mar  2 10:00:00 2026\n" + returned, head},
		"empty line above":     {"message/rfc822", "\n\n" + returned, head},
		"in base64":            {"message/rfc822", "Content-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(returned)), head},
		"in quoted-printable":  {"text/rfc822-headers", quoted, head},
		"status in base64":     {"message/delivery-status", "Content-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(crlf(delivery))), reported},
		"raw bytes":            {"message/rfc822", "\nSubject: ca\xedda\x00\n", [][]message.Field{{f("Subject", "caída")}}},
		"nothing":              {"message/delivery-status", "\n", nil},
		"no fields":            {"message/rfc822", "\nsolo texto\n", nil},
		"of another type":      {"application/octet-stream; name=a.eml", "\n" + returned, nil},
		"a line that is none":  {"message/delivery-status", "\nStatus: 5.0.0\njunk\nAction: failed\n", [][]message.Field{{f("Status", "5.0.0"), f("Action", "failed")}}},
		"last line is not cut": {"message/rfc822", "\nSubject: a\nX: " + strings.Repeat("x", 70_000) + "\n", [][]message.Field{{f("Subject", "a")}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := mixed + "--b\n\nuno\n--b\nContent-Type: " + test.media + "\n" + test.rest + "\n--b--\n"
			for _, raw := range []string{raw, crlf(raw)} {
				m := read(t, raw)
				if len(m.Parts) != 1 || m.Text != "uno" {
					t.Fatalf("parts %v, text %q", m.Parts, m.Text)
				}
				var got [][]message.Field
				for _, in := range m.Inner {
					if in.Index != 1 || in.Type != m.Parts[0].Type {
						t.Errorf("it is of part %d, %s", in.Index, in.Type)
					}
					got = append(got, in.Groups...)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("groups (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	report := "Content-Type: multipart/report; Report-Type=\"Delivery-Status\"; boundary=b\n\n--b\n\nNo se entregó.\n--b\nContent-Type: message/delivery-status\n\n" +
		delivery + "\n--b\nContent-Type: message/rfc822\n\n" + returned + "\n--b--\n"
	for name, raw := range map[string]string{
		"whole": hello + report,
		"inside": hello + "Content-Type: multipart/mixed; boundary=m\n\n--m\n" + report + "--m\nContent-Type: multipart/report; report-type=x; boundary=n\n\n" +
			"--n\n\n \n--n--\n--m--\n",
	} {
		m := read(t, raw)
		if m.ReportType != "delivery-status" || len(m.Inner) != 2 || m.Inner[1].Groups[0][0].Value != "<a@example.org>" || m.Text != "No se entregó." {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if m := read(t, hello+"Content-Type: multipart/mixed; report-type=x; boundary=b\n\n--b\n\nuno\n--b--\n"); m.ReportType != "" {
		t.Errorf("a report of type %q", m.ReportType)
	}
}

func TestMailsOfADigest(t *testing.T) {
	t.Parallel()
	m := read(t, hello+"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: uno\n\nx\n--b\n\nSubject: dos\n\ny\n--b--\n")
	var got []string
	for _, in := range m.Inner {
		got = append(got, in.Type+" "+in.Groups[0][0].Value)
	}
	if diff := cmp.Diff([]string{"message/rfc822 uno", "message/rfc822 dos"}, got); diff != "" || len(m.Parts) != 2 {
		t.Errorf("%v (-want +got):\n%s", m.Parts, diff)
	}
}

func TestInnerIsBounded(t *testing.T) {
	t.Parallel()
	var reports strings.Builder
	for i := range 10 {
		fmt.Fprintf(&reports, "--b\nContent-Type: message/delivery-status\n\nA: %d\n%s", i, strings.Repeat("\nStatus: 5.0.0\n", 300))
	}
	m, err := message.Read(strings.NewReader(mixed+reports.String()+"--b--\n"), message.Limits{Inner: 3, Fields: 50})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Inner) != 3 || len(m.Parts) != 10 || !m.Has("too many reports") {
		t.Errorf("%d of %d parts, defects %v", len(m.Inner), len(m.Parts), m.Defects)
	}
	for _, in := range m.Inner {
		if len(in.Groups) != 50 {
			t.Errorf("%d groups", len(in.Groups))
		}
	}
	if m := read(t, mixed+reports.String()+"--b--\n"); len(m.Inner) != 10 || len(m.Inner[9].Groups) != 100 {
		t.Errorf("%d reports", len(m.Inner))
	}
}
