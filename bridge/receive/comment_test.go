package receive_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/message"
)

// textName is the file with the text of the answer reply-1@claranet.es.
const textName = "comentari-a99b8635.txt"

func TestLongAnswersAreShortenedAndAttached(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, body := range map[string]string{
		"lines":      strings.Repeat("una línea [con] {marcas} y más\n", 4000),
		"one word":   strings.Repeat("ñ", 40000),
		"astral":     strings.Repeat("🎉", 20000),
		"only marks": strings.Repeat("{", 20000),
		"too much":   strings.Repeat("x\n", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n\n" + body
			v, _ := b.decide(raw, b.theCase())
			if len(v.Case.Effects) != 3 {
				t.Fatalf("%d effects", len(v.Case.Effects))
			}
			whole, file, shown := attachment(t, v.Case.Effects[0]), attachment(t, v.Case.Effects[1]), comment(t, v.Case.Effects[2])
			if whole.Blob != "" || whole.Text != strings.TrimSpace(body)[:len(whole.Text)] || len(whole.Text) < min(len(body), 1<<20)-5 ||
				whole.Name != textName || whole.Type != "text/plain; charset=utf-8" || whole.Size != int64(len(whole.Text)) {
				t.Errorf("the text: %d bytes, %s", len(whole.Text), whole.Name)
			}
			if file.Part != message.Whole || file.Type != "message/rfc822" || file.Name != "original.eml" || file.Size != int64(len(raw)) {
				t.Errorf("attachment %+v", file)
			}
			readOn := textName // the text holds everything but where it was cut itself
			if name == "too much" {
				readOn = "original.eml"
			}
			if !strings.Contains(shown, "fitxer adjunt "+readOn+".") || !strings.Contains(shown, "Fitxers adjunts: "+textName+", original.eml") {
				t.Errorf("the file is not named: %q", shown[len(shown)-300:])
			}
			length := len(shown)
			if n := utf16Length(shown); n > 32767 || n < 25000 {
				t.Errorf("the comment has %d characters (%d bytes)", n, length)
			}
			if name == "lines" && !strings.Contains(shown, "y más\n\n") {
				t.Errorf("not cut at the end of a line: %q", shown[len(shown)-300:])
			}
		})
	}
}

func utf16Length(s string) (n int) {
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

func TestAnAnswerWithoutTextBringsTheMail(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	raw := border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n\n \n"
	v, _ := b.decide(raw, b.theCase())
	if len(v.Case.Effects) != 2 || attachment(t, v.Case.Effects[0]).Part != message.Whole {
		t.Fatalf("effects %v", v.Case.Effects)
	}
	const want = "La resposta no té text. Teniu el correu sencer al fitxer adjunt original.eml.\n\nFitxers adjunts: original.eml"
	if shown := comment(t, v.Case.Effects[1]); !strings.HasSuffix(shown, want) {
		t.Errorf("comment %q, want it to end in %q", shown, want)
	}
}

func TestAnAnswerOfFilesAloneSaysSo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	raw := border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\nContent-Type: image/png; name=a.png\n\nPNG"
	v, _ := b.decide(raw, b.theCase())
	if len(v.Case.Effects) != 2 || attachment(t, v.Case.Effects[0]).Name != "a.png" {
		t.Fatalf("effects %v", v.Case.Effects)
	}
	const want = "La resposta no té text. Mireu els fitxers adjunts.\n\nFitxers adjunts: a.png"
	if shown := comment(t, v.Case.Effects[1]); !strings.HasSuffix(shown, want) {
		t.Errorf("comment %q, want it to end in %q", shown, want)
	}
}

// TestOriginalIsNamedAfterManyFiles: the list of names is shortened, but the file
// that holds the whole stays in it.
func TestOriginalIsNamedAfterManyFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	raw := border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n" +
		strings.Repeat("línea\n", 10_000) + pictures(50) + "--b--\n"
	v, _ := b.decide(raw, b.theCase())
	effects := v.Case.Effects
	if len(effects) != 53 || attachment(t, effects[51]).Name != "original.eml" {
		t.Fatalf("%d effects", len(effects))
	}
	if shown := comment(t, effects[52]); !strings.HasSuffix(shown, `… \(\+10), `+textName+`, original.eml`) {
		t.Errorf("the comment ends in %q", shown[len(shown)-200:])
	}
}

// pictures are parts, each with another content.
func pictures(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "--b\nContent-Type: image/png\n\n%d\n", i)
	}
	return b.String()
}

func TestFileNamesAreSafe(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var raw strings.Builder
	raw.WriteString(border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHola\n")
	sent := []string{
		`C:\\tmp\\informe.pdf`, "..", "a.txt", "A.TXT", "a.txt", "original.eml", "factura\u202Efdp.exe", "con\tcontrol.txt",
		strings.Repeat("ñ", 200) + ".log", "aux:1|2?.txt", ".htaccess", "", "Comentari-A99B8635.txt",
	}
	for i, name := range sent {
		fmt.Fprintf(&raw, "--b\nContent-Type: image/png; name=\"%s\"\n\n%d\n", name, i)
	}
	raw.WriteString("--b--\n")
	v, _ := b.decide(raw.String(), b.theCase())
	var got []string
	for _, e := range v.Case.Effects[:len(v.Case.Effects)-1] {
		got = append(got, attachment(t, e).Name)
	}
	want := []string{
		"informe.pdf", "part-2.png", "a.txt", "A (2).TXT", "a (3).txt", "original (2).eml", "factura fdp.exe", "con control.txt",
		strings.Repeat("ñ", 58) + ".log", "aux_1_2_.txt", "htaccess", "part-12.png", "Comentari-A99B8635 (2).txt",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestHTMLQuoteThatNobodyIsNamedForIsCut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	raw := border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\nContent-Type: text/html; charset=utf-8\n\n" +
		`<p>Reiniciado.</p><blockquote type="cite"><p>Aplicación</p><p>Impacto</p></blockquote>`
	v, m := b.decide(raw, b.theCase())
	if m.Reply != "Reiniciado." || v.Outcome != bridge.MailPosted {
		t.Errorf("%s, reply %q of %q", v.Outcome, m.Reply, m.Text)
	}
}
