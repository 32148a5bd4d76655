package send_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// pieces are what values are made of: words, and what a mail, markup or a header
// might stumble over.
func pieces() []string {
	return []string{
		"portal", "e-NOTUM", "àéïòú", "«cometes»", "l·l", "ñ", "🎉", "10.0.0.1", "web-1.example.org", "503", "9.35 h", "20/11/2026", "no aplica", "constant",
		"*negreta*", "_cursiva_", "{{codi}}", "[enllaç|https://example.org/a?b=c&d]", "[~npuig]", "!captura.png!", "[^traça.log]", "<b>", "&amp;", "a < b > c",
		"-- ", ".", "From", "\\*no\\*", "{noformat}a  b{noformat}", "=?utf-8?q?x?=", "%s", "Bcc:", "||", "(!)", "[AOC AOC-2]", "\u202e", "“", "…", "–",
	}
}

// sources draws what stands under the labels of a form, in the description and in
// comments.
func sources(t *rapid.T, form *mapping.Form) (description string, comments []bridge.Comment) {
	value := rapid.SliceOfN(rapid.SampledFrom(pieces()), 1, 6)
	for i, f := range form.All() {
		if rapid.IntRange(0, 5).Draw(t, "missing") == 0 {
			continue
		}
		text := f.Label.In(rapid.SampledFrom([]string{"ca", "es"}).Draw(t, "lang")) + ": " + strings.Join(value.Draw(t, f.ID), " ") + "\n"
		if rapid.IntRange(0, 4).Draw(t, "in a comment") == 0 {
			comments = append(comments, bridge.Comment{ID: fmt.Sprint(i), Body: text, Created: day.Add(time.Duration(i) * time.Minute)})
		} else {
			description += text
		}
	}
	return description + "\n" + strings.Join(value.Draw(t, "rest"), " "), comments
}

// folded is a text as a reader sees it: without marks of direction, however it is
// broken into lines.
func folded(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\u202e' {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// TestWhatIsJudgedLeaves and nothing else: each value of the form stands in the mail,
// as it was written or as it was understood; nothing of what customers, groups or we
// ourselves wrote or uploaded does; and the same issue gives the same bytes.
func TestWhatIsJudgedLeaves(t *testing.T) {
	t.Parallel()
	profiles, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	p := &profiles[slices.IndexFunc(profiles, func(p mapping.Profile) bool { return p.ID == "claranet" })]
	rapid.Check(t, func(r *rapid.T) {
		b := newBench(t)
		b.force()
		form := &p.Forms[rapid.IntRange(0, len(p.Forms)-1).Draw(r, "form")]
		b.issue.Labels = []string{p.LabelOf(form)}
		b.issue.People = map[string]string{"npuig": "Núria Puig"}
		b.issue.Description, b.issue.Comments = sources(r, form)
		secret := "secret-" + rapid.StringMatching(`[a-z]{12}`).Draw(r, "secret")
		for i, c := range []bridge.Comment{{Restricted: true}, {Public: true}, {Own: true}, {Author: bridge.User{ID: "x", Customer: true}}, {}} {
			c.ID, c.Created = fmt.Sprint(100+i), day.Add(time.Hour)
			c.Body = form.All()[0].Label.ES + ": " + secret
			if i == 4 { // of the team, but under no label
				c.Body = "Comentari intern\n\n" + secret
			}
			b.issue.Comments = append(b.issue.Comments, c)
		}
		b.upload("1", "captura.png", "png")
		b.upload("2", secret+".pdf", "private")
		b.issue.Attachments[1].Author.Customer = true
		b.upload("3", secret+".eml", "ours")
		b.issue.Attachments[2].Own = true

		n := b.compose(t).Notice
		raw := bytes.Clone(b.blobs["b1"])
		text, html := folded(b.shown(t)), b.html(t)
		if strings.Contains(text, secret) || strings.Contains(html, secret) || bytes.Contains(raw, []byte(secret)) {
			r.Fatalf("what must stay leaves:\n%s", text)
		}
		report := p.Judge(b.issue.Input(day, p))
		for id, v := range report.Values.ByField {
			if id == mapping.KindID {
				continue
			}
			plain := folded(wiki.PlainWith(v.Text, func(string) string { return "Núria Puig" }))
			meant := ""
			switch {
			case v.Answer != nil:
				meant = v.Answer.Name.ES
			case v.Option != nil:
				meant = v.Option.Name.ES
			case !v.Date.At.IsZero():
				meant = v.Date.Spanish()
			}
			if plain != "" && !strings.Contains(text, plain) && (meant == "" || !strings.Contains(text, meant)) || meant != "" && !strings.Contains(text, meant) {
				r.Fatalf("%s: %q (%q) is not in\n%s", id, plain, meant, text)
			}
			if n.Told[id] == "" {
				r.Fatalf("%s is not remembered", id)
			}
		}
		for _, problem := range report.Problems {
			if !slices.Contains(n.Pending, problem.Field.ID) {
				r.Fatalf("%s is missing and not pending", problem.Field.ID)
			}
		}
		b.compose(t)
		if !bytes.Equal(raw, b.blobs["b1"]) {
			r.Fatal("the same issue gives other bytes")
		}
	})
}
