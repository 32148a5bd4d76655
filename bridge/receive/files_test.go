package receive_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/mapping/wiki"
)

// TestWhichFilesAreAttached: ornaments are left out without a word, blocked types are
// named.
func TestWhichFilesAreAttached(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.Blocked = []string{"exe", "vbs"}
	r, err := receive.New(c)
	if err != nil {
		t.Fatal(err)
	}
	b := bench{r, c.Keys, t}
	for name, test := range map[string]struct {
		part     bridge.Part
		attached bool
		named    bool
	}{
		"a screenshot in the text":   {bridge.Part{Name: "captura.png", Type: "image/png", Size: 90_000, Inline: true, ID: "i@x"}, true, true},
		"a pixel":                    {bridge.Part{Name: "p.gif", Type: "image/gif", Size: 43, ID: "p@x"}, false, false},
		"an icon":                    {bridge.Part{Name: "tw.png", Type: "image/png", Size: 2 << 10, Inline: true}, false, false},
		"a small image, attached":    {bridge.Part{Name: "semafor.png", Type: "image/png", Size: 300}, true, true},
		"a small text in the text":   {bridge.Part{Name: "a.txt", Type: "text/plain", Size: 3, Inline: true, ID: "t@x"}, true, true},
		"a signature of a program":   {bridge.Part{Name: "smime.p7s", Type: "application/pkcs7-signature", Size: 5000, Signature: true}, false, false},
		"a program":                  {bridge.Part{Name: "Eina.EXE", Type: "application/octet-stream", Size: 5}, false, true},
		"a program behind a blank":   {bridge.Part{Name: "informe.pdf.vbs. .", Type: "application/pdf", Size: 5}, false, true},
		"a path":                     {bridge.Part{Name: `C:\tmp\x.exe`, Size: 5}, false, true},
		"an extension in the middle": {bridge.Part{Name: "x.exe.txt", Type: "text/plain", Size: 5}, true, true},
		"without an extension":       {bridge.Part{Name: "exe", Type: "text/plain", Size: 5}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := b.said(func(m *bridge.Message) {
				test.part.Index, test.part.Digest = 1, "digest"
				m.Parts = []bridge.Part{test.part}
			})
			v := b.on(m, b.toDesk(desk), bridge.Mail{}, &past{})
			shown := comment(t, v.Case.Effects[len(v.Case.Effects)-1])
			attached := len(v.Case.Effects) == 2 && v.Case.Effects[0].Kind == bridge.PostAttachment
			named := strings.Contains(shown, "Fitxers")
			if attached != test.attached || named != test.named || named && !attached != strings.Contains(shown, "per seguretat") {
				t.Errorf("attached %t: %s", attached, shown)
			}
			if kept := len(v.Case.Case.Files) == 1; kept != test.attached {
				t.Errorf("remembered %v", v.Case.Case.Files)
			}
		})
	}
}

// TestScannedFilesHoldUpNoComment.
func TestScannedFilesHoldUpNoComment(t *testing.T) {
	t.Parallel()
	for scanned, want := range map[bool][]bridge.Target{
		false: {bridge.ToJira, bridge.ToJira, bridge.ToJira},
		true:  {bridge.ToFiles, bridge.ToJira, bridge.ToJira},
	} {
		c := config(t)
		c.Scanned = scanned
		r, err := receive.New(c)
		if err != nil {
			t.Fatal(err)
		}
		b := bench{r, c.Keys, t}
		m := b.said(func(m *bridge.Message) {
			m.Parts = []bridge.Part{{Index: 1, Name: "a.pdf", Type: "application/pdf", Size: 10, Digest: "a"}}
			m.Reply = strings.Repeat("línia\n", 8000)
		})
		var got []bridge.Target
		for _, e := range b.on(m, b.toDesk(desk), bridge.Mail{}, &past{}).Case.Effects {
			var file bridge.AttachBody
			if e.Kind == bridge.PostAttachment {
				if err := json.Unmarshal(e.Body, &file); err != nil {
					t.Fatal(err)
				}
			}
			if file.Name != "original.eml" {
				got = append(got, e.Target)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("scanned %t:\n%s", scanned, diff)
		}
	}
}

// TestImagesInTheirPlace: where the text shows one, the comment does, by the name under
// which it is attached; on another issue, which does not have it, it does not.
func TestImagesInTheirPlace(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	m := b.said(func(m *bridge.Message) {
		m.Reply = "Mireu-ho:\n[captura]"
		m.Lines = []wiki.Line{
			{Text: "Mireu-ho:"},
			{Text: "captura", Spans: []wiki.Span{{End: len("captura"), Style: wiki.ImageStyle, Target: "i@x"}}},
		}
		m.Parts = []bridge.Part{{Index: 2, Name: "image001.png", Type: "image/png", Size: 90_000, Inline: true, ID: "i@x", Digest: "d"}}
	})
	v, err := b.Decide(receive.Input{
		Now: now, Mail: bridge.Mail{Blob: "blob-1", ArrivedAt: now}, Message: m, Case: b.toDesk(desk),
		Followers: []bridge.Case{follower(followerID, "43")}, Ledger: &past{},
	})
	if err != nil {
		t.Fatal(err)
	}
	if shown := comment(t, v.Case.Effects[1]); !strings.Contains(shown, "!image001.png") {
		t.Error(shown)
	}
	if there := comment(t, v.Case.Others[0].Effects[0]); strings.Contains(there, "!image001.png") || !strings.Contains(there, "captura") {
		t.Error(there)
	}
}
