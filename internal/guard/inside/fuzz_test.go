package inside_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/internal/guard/inside"
)

// holds walks what a fuzzer made, and says what is wrong with what came of it.
func holds(t *testing.T, name string, raw []byte) {
	t.Helper()
	limits := inside.Limits{Unpacked: 1 << 20, Held: 1 << 20, Entries: 50}
	opaque, err := inside.Walk(t.Context(), inside.File{Name: name}, bytes.NewReader(raw), limits, func(path string, line int, text string) {
		if !utf8.ValidString(path) || !utf8.ValidString(text) || text == "" || len(text) > 64<<10 {
			t.Fatalf("%q, line %d: %q", path, line, text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	known := []bridge.Opaque{"", bridge.OpaqueImage, bridge.OpaqueUnknown, bridge.OpaqueBroken, bridge.OpaqueTooLarge, bridge.OpaqueEncrypted}
	if !slices.Contains(known, opaque) {
		t.Fatalf("opaque %q", opaque)
	}
}

func FuzzWalk(f *testing.F) {
	for _, raw := range [][]byte{
		[]byte("hola\n"), docxOf(f, canary, canary), xlsxOf(f, "compartit", "linia", "nota-x", "amagat"),
		pdfOf(f, "", pdfPage("u"), pdfPage("dos")), gzipOf(f, tarOf(f, entry{"a", "b"})), oleOf("WordDocument", []byte(canary)),
		[]byte(mailOf("a.txt", []byte(canary))), []byte(`{\rtf1\ansi\u231?{\pict 00}\par}`),
		[]byte("\x89PNG\r\n\x1a\n" + chunk("tEXt", "a\x00b")), []byte("\xff\xd8\xff\xfe\x00\x05abc"),
	} {
		f.Add("a.eml", raw)
	}
	f.Fuzz(holds)
}

// FuzzParts is of what stands packed in documents, where changing a byte of the document
// would only break it.
func FuzzParts(f *testing.F) {
	f.Add(0, []byte(`<w:p><w:tc><w:t>a</w:t><w:tab/></w:tc></w:p>`))
	f.Add(1, []byte(`<row r="3"><c t="s"><v>0</v></c><c t="inlineStr"><is><t>a</t></is></c><c><f>A1</f></c></row>`))
	f.Add(2, []byte(`<sst><si><t>a</t><rPh><t>b</t></rPh></si></sst>`))
	f.Add(3, []byte("BT /F1 12 Tf 1 0 0 1 2 3 Tm [(a) -300 <62>] TJ T* (c) ' 0 -9 TD (d) Tj ET q /Fm Do Q BI ID x EI"))
	f.Add(4, []byte("1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <01> <05> <0041> endbfrange 1 beginbfchar <06> <0042> endbfchar"))
	f.Add(5, []byte("7 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length 20 >>\nstream\n3 0 << /Type /Font >>\nendstream\nendobj\n"))
	f.Add(5, []byte("3 0 obj\n<< /Type /Font /Subtype /Type0 /ToUnicode 8 0 R /DescendantFonts [ << /DW 9 /W [1 [2 3] 4 9 5] >> ] /Encoding << /Differences [ 1 /a /uni00e7 ] >> >>\nendobj\n"))
	f.Fuzz(func(t *testing.T, sort int, raw []byte) {
		types := entry{"[Content_Types].xml", ""}
		phrases := entry{"xl/sharedStrings.xml", "<sst><si><t>a</t></si></sst>"}
		switch sort {
		case 0:
			holds(t, "a.docx", zipOf(t, types, entry{"word/document.xml", string(raw)}))
		case 1:
			holds(t, "a.xlsx", zipOf(t, types, phrases, entry{"xl/worksheets/sheet1.xml", string(raw)}))
		case 2:
			holds(t, "a.xlsx", zipOf(t, types, entry{"xl/sharedStrings.xml", string(raw)}, entry{"xl/worksheets/sheet1.xml", `<c t="s"><v>0</v></c>`}))
		case 3:
			holds(t, "a.pdf", pdfOf(t, "5 0 obj\n<< /Subtype /Form /Length 9 >>\nstream\n(a) Tj /Fm Do\nendstream\nendobj\n", string(raw)))
		case 4:
			font := "3 0 obj\n<< /Type /Font /ToUnicode 8 0 R >>\nendobj\n"
			holds(t, "a.pdf", pdfOf(t, font+fmt.Sprintf("8 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n", len(raw), raw), "BT /F1 9 Tf <010206> Tj ET"))
		default:
			holds(t, "a.pdf", pdfOf(t, string(raw), "BT /F1 9 Tf <010206> Tj ET /Fm Do"))
		}
	})
}
