package message_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"escalat/bridge/message"
)

// linePieces make values of one line, linesPieces texts.
var (
	linePieces = []string{
		"a", "Núria", " ", "  ", "e-NOTUM", "\"", "\\", "'", "<", ">", ",", ";", "@", "(", ")", "=?utf-8?q?x?=", "=", "_", "%41", "?", "*",
		"😀", "👩‍💻", "ñ", "語", "[AOC SUP-42]", "–", strings.Repeat("x", 90), strings.Repeat("é", 40), ".", "--", "From ", "\u2060", ":",
	}
	linesPieces = append([]string{"\n", "\n.", "\n..\n", "\nFrom aquí", "\n--", "--=_", "\t", " \n", "\n-- \n", "=\n", "=3D", strings.Repeat("y ", 60), "<p>", "<b>", "&lt;"}, linePieces...)
)

func pieces(of []string, most int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(of), 0, most).Draw(t, "pieces"), "")
	})
}

func genDraft() *rapid.Generator[message.Draft] {
	return rapid.Custom(func(t *rapid.T) message.Draft {
		d := message.Draft{
			From:      message.Address{Name: pieces(linePieces, 5).Draw(t, "from"), Address: "suport@aoc.cat"},
			To:        []message.Address{{Name: pieces(linePieces, 5).Draw(t, "to"), Address: "css@claranet.es"}, {Address: "guardia@claranet.es"}},
			Subject:   pieces(linePieces, 20).Draw(t, "subject"),
			Date:      time.Date(2026, 3, 2, 10, 30, 0, 0, time.FixedZone("CET", 3600)),
			MessageID: rapid.StringMatching(`[a-z0-9.=_-]{1,60}@aoc\.cat`).Draw(t, "id"),
			Text:      "x" + pieces(linesPieces, 30).Draw(t, "text"),
		}
		if rapid.Bool().Draw(t, "rich") {
			d.HTML = "<p>" + pieces(linesPieces, 30).Draw(t, "html")
		}
		for range rapid.IntRange(0, 3).Draw(t, "files") {
			d.Attachments = append(d.Attachments, file(pieces(linePieces, 5).Draw(t, "name")+".txt",
				rapid.SampledFrom([]string{"image/png", "text/plain", "text/html; charset=x", "application/pdf"}).Draw(t, "type"),
				string(rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "content"))))
		}
		return d
	})
}

// parsed is what a program reads of a mail.
type parsed struct {
	Subject   string
	From, To  [][2]string
	Texts     [][2]string // media type and text
	Files     [][3]string // media type, name and digest
	Defective bool
}

// meant is what a draft says.
func meant(d message.Draft) parsed {
	p := parsed{Subject: strings.TrimSpace(d.Subject), Texts: [][2]string{{"text/plain", lines(d.Text)}}}
	if d.HTML != "" {
		p.Texts = append(p.Texts, [2]string{"text/html", lines(d.HTML)})
	}
	p.From = [][2]string{{strings.TrimSpace(d.From.Name), d.From.Address}}
	for _, a := range d.To {
		p.To = append(p.To, [2]string{strings.TrimSpace(a.Name), a.Address})
	}
	for _, f := range d.Attachments {
		media, _, _ := strings.Cut(f.Type, ";")
		p.Files = append(p.Files, [3]string{media, sentName(f.Name), sum(content(f))})
	}
	return p
}

// lines leaves out what stands at the end only: a line end that a boundary takes.
func lines(s string) string { return strings.TrimRight(s, "\n") }

func content(f message.File) string {
	r, err := f.Open()
	if err != nil {
		return err.Error()
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// sentName is a file's name without its path, at most 120 bytes long.
func sentName(name string) string {
	name = strings.TrimSpace(name[strings.LastIndexAny(name, `/\`)+1:])
	if len(name) <= 120 {
		return name
	}
	stem := name[:116]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return strings.TrimSpace(stem) + ".txt"
}

// legal fails for what relays refuse or change.
func legal(t rapid.TB, raw []byte) {
	t.Helper()
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	for i, line := range bytes.Split(head, []byte("\r\n")) {
		if len(line) > 78 || len(bytes.TrimRight(line, " \t")) != len(line) && i > 0 && len(bytes.TrimSpace(line)) == 0 {
			t.Errorf("header line %d: %q", i, line)
		}
	}
	for i, line := range bytes.Split(body, []byte("\r\n")) {
		if len(line) > 78 || bytes.HasPrefix(line, []byte(".")) || bytes.HasPrefix(line, []byte("From ")) {
			t.Errorf("body line %d: %q", i, line)
		}
	}
	for i, c := range raw {
		if c >= 0x80 || c < ' ' && c != '\r' && c != '\n' && c != '\t' || c == '\n' && raw[i-1] != '\r' {
			t.Fatalf("byte %d is %#x", i, c)
		}
	}
}

func TestAnyDraftComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := genDraft().Draw(t, "draft")
		var b bytes.Buffer
		if err := message.Build(&b, d); err != nil {
			t.Fatal(err)
		}
		legal(t, b.Bytes())
		m, err := message.Read(bytes.NewReader(b.Bytes()), message.Limits{})
		if err != nil || m.Defects != nil {
			t.Fatalf("%v, defects %v", err, m.Defects)
		}
		got := parsed{Subject: m.Subject, Texts: [][2]string{{"text/plain", m.Text}}, To: meant(d).To}
		for _, a := range m.From {
			got.From = append(got.From, [2]string{a.Name, a.Address})
		}
		first := 1
		if d.HTML != "" {
			first = 2
			html, err := message.Open(bytes.NewReader(b.Bytes()), 1, message.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			page, err := io.ReadAll(html)
			if err != nil {
				t.Fatal(err)
			}
			got.Texts = append(got.Texts, [2]string{"text/html", lines(strings.ReplaceAll(string(page), "\r\n", "\n"))})
		}
		for i, p := range m.Parts {
			got.Files = append(got.Files, [3]string{p.Type, p.Name, p.Digest})
			if p.Index != first+i || p.Inline {
				t.Errorf("part %d has index %d, inline %t", i, p.Index, p.Inline)
			}
		}
		if diff := cmp.Diff(meant(d), got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// reader is Python's parser of mails, which nobody of ours wrote.
const reader = `
import email, email.policy, hashlib, json, sys
out = []
for raw in json.load(sys.stdin):
    m = email.message_from_bytes(raw.encode('ascii'), policy=email.policy.default)
    p = {'Subject': m['Subject'], 'Texts': [], 'Files': [], 'Defective': bool(m.defects)}
    for field in 'From', 'To':
        p[field] = [[a.display_name, a.addr_spec] for a in m[field].addresses]
    for part in m.walk():
        p['Defective'] = p['Defective'] or bool(part.defects)
        if part.is_multipart():
            continue
        if part.get_content_disposition() == 'attachment':
            digest = hashlib.sha256(part.get_payload(decode=True)).hexdigest()
            p['Files'].append([part.get_content_type(), part.get_filename(), digest])
        else:
            p['Texts'].append([part.get_content_type(), part.get_content().replace('\r\n', '\n').rstrip('\n')])
    out.append(p)
json.dump(out, sys.stdout)
`

// without takes the blanks out of the names of people.
func without(p parsed) {
	for _, list := range [][][2]string{p.From, p.To} {
		for i, a := range list {
			list[i][0] = strings.ReplaceAll(a[0], " ", "")
		}
	}
}

// TestPythonReadsTheSame has somebody else read our mails.
func TestPythonReadsTheSame(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: python3 is not installed, so no parser but our own has read the mails")
	}
	drafts := []message.Draft{draft()}
	names := []string{
		`con "comillas".txt`, "con\nsalto.txt", "emoji 😀👩‍💻.txt", strings.Repeat("nombre muy largo ", 18) + ".txt",
		strings.Repeat("ñ", 300) + ".txt", "=?utf-8?q?x?=.txt", "dos  blancos; y=1.txt", "plain.txt", `..\..\ruta\fin.txt`,
	}
	odd := draft()
	odd.HTML, odd.Attachments = "<!DOCTYPE html>\n<p>Aplicación</p>\n.\nFrom aquí\n", nil
	odd.From.Name, odd.Subject = "Núria «Suport», <AOC>", strings.Repeat("s", 200)+" =?utf-8?q?x?= fin"
	for _, name := range names {
		odd.Attachments = append(odd.Attachments, file(name, "text/plain", name))
	}
	drafts = append(drafts, odd)
	for seed := range 40 {
		drafts = append(drafts, genDraft().Example(seed))
	}
	var raws []string
	var want []parsed
	for i, d := range drafts {
		raws = append(raws, string(build(t, d)))
		want = append(want, meant(d))
		for j, f := range want[i].Files {
			want[i].Files[j][1] = strings.ReplaceAll(f[1], "\n", " ")
		}
	}
	want[0].Files[2][0] = "application/octet-stream" // a message is not said to be one
	in, err := json.Marshal(raws)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", reader)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python3: %v", err)
	}
	var got []parsed
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if i >= len(got) {
			t.Fatalf("%d mails read of %d", len(got), len(want))
		}
		if i > 1 {
			// Python 3.11 sets a blank between the encoded words of a name, and
			// makes one of several.
			without(want[i])
			without(got[i])
		}
		if diff := cmp.Diff(want[i], got[i], cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("mail %d (-want +got):\n%s", i, diff)
		}
	}
}

// zeros is a file of that many bytes.
type zeros struct{ left int }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), z.left)
	clear(p[:n])
	z.left -= n
	return n, nil
}

func large(size int) message.Draft {
	d := draft()
	d.Attachments = []message.File{{Name: "catalina.out", Type: "text/plain", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(&zeros{size}), nil
	}}}
	return d
}

// passing counts what went out, and is told of what came in.
type passing struct{ in, out, held int }

func (p *passing) Write(b []byte) (int, error) {
	p.out += len(b)
	return len(b), nil
}

// Read is a file of ten mebibytes; in base64 it leaves longer than it came.
func (p *passing) Read(b []byte) (int, error) {
	p.held = max(p.held, p.in-p.out)
	n := min(len(b), 10<<20-p.in)
	if n == 0 {
		return 0, io.EOF
	}
	clear(b[:n])
	p.in += n
	return n, nil
}

// TestAttachmentsPassThrough: of a file never more is held than a buffer.
func TestAttachmentsPassThrough(t *testing.T) {
	t.Parallel()
	var p passing
	d := draft()
	d.Attachments = []message.File{{Name: "catalina.out", Type: "text/plain", Open: func() (io.ReadCloser, error) { return io.NopCloser(&p), nil }}}
	if err := message.Build(&p, d); err != nil || p.in != 10<<20 || p.held > 1<<20 {
		t.Errorf("%d bytes of %d were held: %v", p.held, p.in, err)
	}
}

func BenchmarkBuild(b *testing.B) {
	const size = 10 << 20
	d := large(size)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if err := message.Build(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzBuild(f *testing.F) {
	for i, s := range linesPieces {
		f.Add(s, linePieces[i%len(linePieces)], []byte(s))
	}
	f.Fuzz(func(t *testing.T, text, name string, body []byte) {
		d := draft()
		d.Text, d.HTML, d.Subject, d.From.Name = text, text, name, name
		d.Attachments = []message.File{file(name, name, string(body))}
		raw := build(t, d)
		legal(t, raw)
		m, err := message.Read(bytes.NewReader(raw), message.Limits{})
		if err != nil || len(m.Parts) != 1 || m.Parts[0].Digest != sum(string(body)) || slices.ContainsFunc(m.Header, func(f message.Field) bool { return f.Is("Bcc") }) {
			t.Errorf("%v: %+v", err, m)
		}
	})
}

func TestNamesStandInBothPlaces(t *testing.T) {
	t.Parallel()
	d := draft()
	raw := build(t, d)
	for _, want := range []string{
		"Content-Type: image/png;\r\n name=\"captura de pantalla.png\"\r\n",
		"Content-Disposition: attachment;\r\n filename=\"captura de pantalla.png\"\r\n",
		"Content-Type: text/plain;\r\n name=\"=?utf-8?q?rutas_a=C3=B1adidas_por_",
		"Content-Disposition: attachment;\r\n filename*0*=utf-8''rutas%20a%C3%B1adidas",
	} {
		if !bytes.Contains(raw, []byte(want)) {
			t.Errorf("%q is missing in\n%s", want, raw)
		}
	}
	// Who does not know RFC 2231 reads the other one.
	old := bytes.ReplaceAll(raw, []byte("filename"), []byte("x-unknown"))
	m := read(t, string(old))
	for i, p := range m.Parts {
		if p.Name != filepath.Base(d.Attachments[i].Name) {
			t.Errorf("part %d is named %q", i, p.Name)
		}
	}
}
