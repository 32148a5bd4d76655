package inside_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/internal/guard/inside"
)

const canary = "canari-Xk29-ñç"

// piece is what scan was given.
type piece struct {
	path string
	line int
	text string
}

func walk(t testing.TB, f inside.File, raw []byte, limits inside.Limits) ([]piece, bridge.Opaque) {
	t.Helper()
	var out []piece
	opaque, err := inside.Walk(t.Context(), f, bytes.NewReader(raw), limits, func(path string, line int, text string) {
		if !utf8.ValidString(text) || len(text) > 64<<10 {
			t.Errorf("a piece of %d bytes, valid: %v", len(text), utf8.ValidString(text))
		}
		out = append(out, piece{path, line, text})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, opaque
}

// where says in which place a word stands, and on which line.
func where(pieces []piece, word string) (path string, line int, found bool) {
	for _, p := range pieces {
		if before, _, ok := strings.Cut(p.text, word); ok {
			return p.path, inside.LineAt(p.line, strings.Count(before, "\n")), true
		}
	}
	return "", 0, false
}

func TestTextIsFound(t *testing.T) {
	t.Parallel()
	ascii := "canari-Xk29-ascii"
	docx := docxOf(t, canary, "cap-"+canary)
	xlsx := xlsxOf(t, "comp-"+canary, "linia-"+canary, "nota-"+canary, "amagat-"+canary)
	png := "\x89PNG\r\n\x1a\n" + chunk("IHDR", "0000000000000") + chunk("tEXt", "Comment\x00"+ascii) + chunk("zTXt", "Title\x00\x00"+zlibOf(t, "z-"+ascii)) + chunk("IEND", "")
	tests := []struct {
		name, file, word, raw string
		path                  string
		line                  int
		opaque                bridge.Opaque
	}{
		{"UTF-8", "a.log", canary, "u\ndos\n" + canary, "", 3, ""},
		{"UTF-8 with a mark", "a.txt", canary, "\ufeff" + canary, "", 1, ""},
		{"windows-1252", "a.csv", canary, "x;\x80\ncanari-Xk29-\xf1\xe7;\xe0\n", "", 2, ""},
		{"UTF-16 with a mark", "a.log", canary, "\xff\xfe" + utf16Of("u\n"+canary, binary.LittleEndian), "", 2, ""},
		{"UTF-16 big endian", "a.log", canary, "\xfe\xff" + utf16Of("u\n"+canary, binary.BigEndian), "", 2, ""},
		{"UTF-16 without a mark", "a.log", canary, utf16Of("linia\n"+canary+"\n", binary.LittleEndian), "", 2, ""},
		{"UTF-16 big endian without a mark", "a.log", canary, utf16Of("linia\n"+canary+"\n", binary.BigEndian), "", 2, ""},
		{"a name that lies", "a.png", canary, canary + "\n", "", 1, ""},
		{"docx, across runs", "a.docx", canary, string(docx), "word/document.xml", 2, ""},
		{"docx, header", "a.docx", "cap-" + canary, string(docx), "word/header1.xml", 1, ""},
		{"xlsx, shared string", "a.xlsx", "contrasenya\tcomp-" + canary, string(xlsx), "xl/worksheets/sheet1.xml", 3, ""},
		{"xlsx, inline string", "a.xlsx", "linia-" + canary, string(xlsx), "xl/worksheets/sheet1.xml", 4, ""},
		{
			"xlsx, far rows", "a.xlsx", canary,
			string(zipOf(t, entry{"[Content_Types].xml", ""}, entry{"xl/worksheets/sheet1.xml", `<sheetData><row r="2"><c><v>1</v></c></row><row r="9"/><row r="700"/><row r="3"/><row r="900"><c><v>` + canary + `</v></c></row></sheetData>`})),
			"xl/worksheets/sheet1.xml", 900, "",
		},
		{"xlsx, comment", "a.xlsx", "nota-" + canary, string(xlsx), "xl/comments1.xml", 1, ""},
		{"xlsx, shown nowhere", "a.xlsx", "amagat-" + canary, string(xlsx), "xl/sharedStrings.xml", 1, ""},
		{
			"pptx, notes", "a.pptx", canary,
			string(zipOf(t, entry{"[Content_Types].xml", ""}, entry{"ppt/notesSlides/notesSlide1.xml", `<p:notes><a:p><a:r><a:t>u</a:t></a:r></a:p><a:p><a:r><a:t>` + canary + `</a:t></a:r></a:p></p:notes>`})),
			"ppt/notesSlides/notesSlide1.xml", 2, "",
		},
		{
			"docx, sheet within", "a.docx", canary,
			string(zipOf(t, entry{"[Content_Types].xml", ""}, entry{"word/embeddings/b.xlsx", string(xlsxOf(t, canary, "i", "comment", "h"))})),
			"word/embeddings/b.xlsx!/xl/worksheets/sheet1.xml", 3, "",
		},
		{
			"odt", "a.odt", "a\t" + canary,
			string(zipOf(t, entry{"mimetype", "application/vnd.oasis.opendocument.text"}, entry{"content.xml", `<office:text><text:p>u</text:p><text:p>a<text:tab/>` + canary[:5] + `<text:span>` + canary[5:] + `</text:span></text:p></office:text>`})),
			"content.xml", 2, "",
		},
		{
			"ods, a row is a line", "a.ods", "clau \t" + canary,
			string(zipOf(t, entry{"mimetype", "x"}, entry{"content.xml", `<table:table><table:table-row><table:table-cell><text:p>clau</text:p></table:table-cell><table:table-cell><text:p>` + canary + `</text:p></table:table-cell></table:table-row></table:table>`})),
			"content.xml", 1, "",
		},
		{"rtf", "a.rtf", canary, `{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 un\par canari-\b Xk29\b0 -\'f1\u231?\par}`, "", 2, ""},
		{"pdf, page 2", "a.pdf", canary, string(pdfOf(t, "", pdfPage("un"), pdfPage(`canari-Xk29-\361\347`))), "", -2, ""},
		{"pdf, in pieces", "a.pdf", ascii, string(pdfOf(t, "", "BT /F1 10 Tf 1 0 0 1 72 700 Tm [(canari) 20 (-Xk) -30 (29)] TJ (-ascii) Tj ET")), "", -1, ""},
		{"pdf, lines", "a.pdf", "u dos\ntres", string(pdfOf(t, "", "BT /F1 10 Tf 72 700 Td [(u) -400 (dos)] TJ 0 -12 Td (tres) Tj ET")), "", -1, ""},
		{"pdf, form", "a.pdf", ascii, string(pdfOf(t, "5 0 obj\n<< /Subtype /Form /Length 60 >>\nstream\n"+pdfPage(ascii)+"\nendstream\nendobj\n", "q /Fm Do Q")), "", -1, ""},
		{"pdf, of itself", "a.pdf", canary, string(pdfOf(t, "7 0 obj\n<< /Title (canari-Xk29-\\361\\347) >>\nendobj\n", pdfPage("u"))), "", 0, ""},
		{
			"pdf, attached", "a.pdf", canary,
			string(pdfOf(t, "7 0 obj\n<< /Type /EmbeddedFile /Length 20 >>\nstream\n"+canary+"\nendstream\nendobj\n8 0 obj\n<< /F (b.txt) /EF << /F 7 0 R >> >>\nendobj\n", pdfPage("u"))),
			"b.txt", 1, "",
		},
		{
			"zip in zip", "a.zip", canary,
			string(zipOf(t, entry{"dins/b.zip", string(zipOf(t, entry{"c.log", "\n" + canary}))})),
			"dins/b.zip!/c.log", 2, "",
		},
		{"tar.gz", "a.tar.gz", canary, string(gzipOf(t, tarOf(t, entry{"d/a.txt", "u\n" + canary}))), "d/a.txt", 2, ""},
		{"gz", "a.log.gz", canary, string(gzipOf(t, []byte("u\n"+canary))), "", 2, ""},
		{"mail, attached", "a.eml", canary, mailOf("b.txt", []byte("u\n"+canary)), "b.txt", 2, ""},
		{"mail, docx", "a.txt", "cap-" + canary, mailOf("b.docx", docx), "b.docx!/word/header1.xml", 1, ""},
		{"mail, subject", "a.eml", "Contraseña", mailOf("b.txt", nil), "", 0, ""},
		{"doc, of one byte", "a.doc", canary, string(oleOf("WordDocument", []byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x00\x00\x00\x00canari-Xk29-\xf1\xe7\x00"))), "", 0, ""},
		{"xls, of two", "a.xls", canary, string(oleOf("Workbook", []byte(utf16Of("\x01"+canary+"\x01", binary.LittleEndian)))), "", 0, ""},
		{"mail of Outlook", "a.msg", strings.Repeat("x", 60) + canary, string(smallOf("__substg1.0_1000001F", []byte(utf16Of("u\n"+strings.Repeat("x", 60)+canary, binary.LittleEndian)))), "", 0, ""},
		{
			"mail of Outlook, attached", "a.msg", canary,
			string(smallOf("__substg1.0_37010102", gzipOf(t, []byte("u\n"+canary)))), "__substg1.0_37010102 0", 2, "",
		},
		{
			"pdf, letters by their names", "a.pdf", "ñ·ç-€fi",
			string(pdfOf(t, "3 0 obj\n<< /Type /Font /Subtype /Type1 /Encoding << /Differences [ 1 /ntilde /periodcentered /uni00E7 /hyphen 6 /Euro /fi ] >> >>\nendobj\n", "BT /F1 9 Tf (\\1\\2\\3\\4\\6\\7) Tj ET")), "", -1, "",
		},
		{
			"pdf, letters by their numbers", "a.pdf", canary,
			string(pdfOf(t, "3 0 obj\n<< /Type /Font /Subtype /Type0 /ToUnicode 8 0 R >>\nendobj\n8 0 obj\n<< /Length 9 0 R >>\nstream\n1 beginbfchar <0001> <"+fmt.Sprintf("%x", utf16Of(canary[:11], binary.BigEndian))+"> endbfchar 1 beginbfrange <0010> <0011> [<002D> <00F1>] <0012> <0013> <00E7> endbfrange\nendstream\nendobj\n9 0 obj\n999\nendobj\n", "BT /F1 9 Tf <0001001000110012> Tj ET")), "", -1, "",
		},
		{"png, text", "a.png", "\n" + ascii, png, "", 0, bridge.OpaqueImage},
		{"png, packed text", "a.png", "z-" + ascii, png, "", 0, bridge.OpaqueImage},
		{"jpeg, comment", "a.jpg", ascii, "\xff\xd8\xff\xfe\x00\x13" + ascii + "\xff\xda", "", 0, bridge.OpaqueImage},
		{"svg", "a.svg", canary, "<?xml version='1.0'?>\n<svg><text>" + canary + "</text></svg>", "", 2, bridge.OpaqueImage},
		{
			"a picture beside", "a.zip", canary,
			string(zipOf(t, entry{"a.png", png}, entry{"b.txt", canary})), "b.txt", 1, bridge.OpaqueImage,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pieces, opaque := walk(t, inside.File{Name: tt.file, Size: int64(len(tt.raw))}, []byte(tt.raw), inside.Limits{})
			path, line, found := where(pieces, strings.TrimPrefix(tt.word, "\n"))
			if !found || path != tt.path || line != tt.line {
				t.Errorf("found %v in %q, line %d; want %q, line %d\n%+v", found, path, line, tt.path, tt.line, pieces)
			}
			if opaque != tt.opaque {
				t.Errorf("opaque %q, want %q", opaque, tt.opaque)
			}
		})
	}
}

func TestOpaque(t *testing.T) {
	t.Parallel()
	sealed := zipOf(t, entry{"a.txt", "hola"}, entry{"b.txt", canary})
	sealed[6] |= 1
	sealed[bytes.Index(sealed, []byte("PK\x01\x02"))+8] |= 1
	stored := zipOf(t, entry{"a.txt", strings.Repeat(canary, 9)})
	lying := zipOf(t, entry{"a.txt", "hola"})
	lying[bytes.Index(lying, []byte("PK\x01\x02"))+16] ^= 1 // the sum in the directory
	zeros := string(make([]byte, 3<<20))
	deep := []byte(canary)
	for range 9 {
		deep = zipOf(t, entry{"a.zip", string(deep)})
	}
	many := make([]entry, 50)
	for i := range many {
		many[i] = entry{"igual.txt", "x"}
	}
	small := inside.Limits{File: 1 << 20, Unpacked: 1 << 20, Entries: 20, Held: 1 << 19, XMLDepth: 20}
	tests := []struct {
		name string
		raw  []byte
		want bridge.Opaque
	}{
		{"nothing", nil, ""},
		{"text", []byte("hola"), ""},
		{"encrypted zip", sealed, bridge.OpaqueEncrypted},
		{"encrypted office", oleOf("EncryptedPackage", []byte("x")), bridge.OpaqueEncrypted},
		{"encrypted workbook", oleOf("Workbook", []byte("\x09\x08\x02\x00\x00\x06\x2f\x00\x02\x00\x00\x00")), bridge.OpaqueEncrypted},
		{"encrypted odt", zipOf(t, entry{"mimetype", "x"}, entry{"META-INF/manifest.xml", "<m><manifest:encryption-data/></m>"}, entry{"content.xml", "\x01\x02\x03"}), bridge.OpaqueEncrypted},
		{"encrypted pdf", pdfOf(t, "9 0 obj\n<< /Encrypt 3 0 R >>\nendobj\n", pdfPage("u")), bridge.OpaqueEncrypted},
		{"encrypted message", []byte("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n"), bridge.OpaqueEncrypted},
		{"scanned pdf", pdfOf(t, "", "q /Im Do Q"), bridge.OpaqueImage},
		{"scanned page", pdfOf(t, "", pdfPage("u"), "q /Im Do Q"), bridge.OpaqueImage},
		{"pdf without pages", []byte("%PDF-1.4\n1 0 obj\n<< >>\nendobj\n%%EOF"), bridge.OpaqueBroken},
		{"broken zip", stored[:len(stored)-10], bridge.OpaqueBroken},
		{"lying sum", lying, bridge.OpaqueBroken},
		{"broken gzip", gzipOf(t, []byte(strings.Repeat(canary, 99)))[:40], bridge.OpaqueBroken},
		{"after the end", append(gzipOf(t, []byte("hola")), "mes"...), bridge.OpaqueBroken},
		{"pdf whose letters nobody knows", pdfOf(t, "3 0 obj\n<< /Type /Font /Subtype /Type0 >>\nendobj\n", "BT /F1 9 Tf <00010002> Tj ET"), bridge.OpaqueUnknown},
		{"seven", []byte("7z\xbc\xaf\x27\x1c\x00\x04aaaaaaaaaaaaaaa\x00\x00\x01\x02\x03"), bridge.OpaqueUnknown},
		{"capture", []byte("\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00\x01\x00\x00\x00"), bridge.OpaqueUnknown},
		{"program", append([]byte("\x7fELF\x02\x01\x01\x00"), make([]byte, 100)...), bridge.OpaqueUnknown},
		{"binary below a text", []byte(strings.Repeat("hola\n", 2000) + strings.Repeat("\x01\x02\x03abc", 2000)), bridge.OpaqueUnknown},
		{"zip bomb", zipOf(t, entry{"a.txt", zeros}), bridge.OpaqueTooLarge},
		{"gzip bomb", gzipOf(t, []byte(strings.Repeat("hola\n", 1<<19))), bridge.OpaqueTooLarge},
		{"depth", deep, bridge.OpaqueTooLarge},
		{"entries", zipOf(t, many...), bridge.OpaqueTooLarge},
		{"duplicates", zipOf(t, many[:10]...), ""},
		{"xml depth", zipOf(t, entry{"[Content_Types].xml", strings.Repeat("<a>", 30)}), bridge.OpaqueTooLarge},
		{"pdf bomb", pdfOf(t, "", "BT ("+zeros+") Tj ET"), bridge.OpaqueTooLarge},
		{"forms in a circle", pdfOf(t, "5 0 obj\n<< /Subtype /Form /Length 6 >>\nstream\n/Fm Do\nendstream\nendobj\n", "/Fm Do "+pdfPage("u")), bridge.OpaqueTooLarge},
		{"length of itself", pdfOf(t, "5 0 obj\n<< /Subtype /Form /Length 5 0 R >>\nstream\nq\nendstream\nendobj\n", "/Fm Do "+pdfPage("u")), ""},
		{"file", []byte(strings.Repeat("hola\n", 1<<18)), bridge.OpaqueTooLarge},
		{"path that climbs", zipOf(t, entry{"../../etc/passwd", "x"}, entry{"/abs\x00\u202e", "y"}), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, opaque := walk(t, inside.File{Name: "a.bin"}, tt.raw, small)
			if opaque != tt.want {
				t.Errorf("opaque %q, want %q", opaque, tt.want)
			}
		})
	}
}

// TestNothingIsCut moves a word over every border of a piece.
func TestNothingIsCut(t *testing.T) {
	t.Parallel()
	for _, border := range []int{4 << 10, 60 << 10, 64 << 10, 120 << 10, 124 << 10} {
		for at := border - len(canary) - 2; at <= border+2; at++ {
			raw := bytes.Repeat([]byte("abcdefg\n"), 160<<10/8)
			copy(raw[at:], canary)
			pieces, opaque := walk(t, inside.File{Name: "a.log"}, raw, inside.Limits{})
			_, line, found := where(pieces, canary)
			if want := 1 + bytes.Count(raw[:at], []byte("\n")); !found || line != want || opaque != "" {
				t.Fatalf("at %d: found %v on line %d, want %d; opaque %q", at, found, line, want, opaque)
			}
		}
	}
}

// TestPiecesAreTheText puts the pieces together again.
func TestPiecesAreTheText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "ñ", "€", "𝄞", "\n", "hola", strings.Repeat("ü", 5000), strings.Repeat("x", 70_000)}), 1, 30).Draw(t, "words")
		text := strings.Join(words, "")
		var got strings.Builder
		opaque, err := inside.Walk(context.Background(), inside.File{}, iotest.OneByteReader(strings.NewReader(text)), inside.Limits{}, func(_ string, line int, piece string) {
			over := 0
			if got.Len() > 0 {
				for over = min(len(piece), 4<<10+3); over > 0 && !strings.HasSuffix(got.String(), piece[:over]); {
					over--
				}
				if over < 4<<10 {
					t.Fatalf("only %d bytes overlap", over)
				}
			}
			if want := 1 + strings.Count(got.String()[:got.Len()-over], "\n"); line != want && strings.Trim(piece, "xü") != "" {
				t.Fatalf("line %d, want %d", line, want)
			}
			got.WriteString(piece[over:])
		})
		// Where a text repeats itself, more of it seems to overlap than does.
		if err != nil || opaque != "" || got.Len() > len(text) || !strings.HasSuffix(got.String(), text[max(0, len(text)-100):]) {
			t.Fatalf("%d of %d bytes, %q, %v", got.Len(), len(text), opaque, err)
		}
	})
}

func TestErrorsOfTheReaderAreTold(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	for _, raw := range [][]byte{[]byte(strings.Repeat("hola\n", 9999)), docxOf(t, canary, canary), pdfOf(t, "", pdfPage("u")), gzipOf(t, []byte(canary))} {
		for _, n := range []int{0, 5, len(raw) / 2, len(raw)} {
			r := io.MultiReader(bytes.NewReader(raw[:n]), iotest.ErrReader(gone))
			if _, err := inside.Walk(t.Context(), inside.File{Name: "a"}, r, inside.Limits{}, func(string, int, string) {}); !errors.Is(err, gone) {
				t.Errorf("after %d bytes of %.8q: %v", n, raw, err)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := inside.Walk(ctx, inside.File{}, strings.NewReader(strings.Repeat("a", 1<<20)), inside.Limits{}, func(string, int, string) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("after the time: %v", err)
	}
}

func BenchmarkLog(b *testing.B) {
	raw := []byte(strings.Repeat("2026-01-02 03:04:05 host app[12]: sessió oberta per a anna des de 192.0.2.1\n", 20<<20/77))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		walk(b, inside.File{Name: "a.log"}, raw, inside.Limits{})
	}
}

func BenchmarkSheet(b *testing.B) {
	var rows strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d" t="inlineStr"><is><t>usuari%x</t></is></c><c><v>%d</v></c><c t="s"><v>0</v></c></row>`, i+1, i+1, i*7919, i*104729)
	}
	raw := zipOf(b, entry{"[Content_Types].xml", ""}, entry{"xl/worksheets/sheet1.xml", "<worksheet>" + rows.String() + "</worksheet>"}, entry{"xl/sharedStrings.xml", "<sst><si><t>compartit</t></si></sst>"})
	b.SetBytes(int64(rows.Len()))
	for b.Loop() {
		walk(b, inside.File{Name: "a.xlsx"}, raw, inside.Limits{})
	}
}
