package inside_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
	"unicode/utf16"
)

// entry is a file of an archive.
type entry struct{ name, content string }

func zipOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range entries {
		w, err := z.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func tarOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	z := tar.NewWriter(&out)
	for _, e := range entries {
		if err := z.WriteHeader(&tar.Header{Name: e.name, Mode: 0o600, Size: int64(len(e.content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := z.Write([]byte(e.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gzipOf(t testing.TB, raw []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zlibOf(t testing.TB, raw string) string {
	t.Helper()
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	if _, err := z.Write([]byte(raw)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// docxOf has a word in each of its parts, one of them cut by a change of letters.
func docxOf(t testing.TB, body, header string) []byte {
	t.Helper()
	half := len(body) / 2
	return zipOf(
		t,
		entry{"[Content_Types].xml", `<Types/>`},
		entry{"word/document.xml", `<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>primer</w:t></w:r></w:p><w:p><w:r><w:t>` + body[:half] + `</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>` + body[half:] + `</w:t></w:r></w:p></w:body></w:document>`},
		entry{"word/header1.xml", `<w:hdr xmlns:w="w"><w:p><w:r><w:t>` + header + `</w:t></w:r></w:p></w:hdr>`},
	)
}

// xlsxOf shows a shared string in row 3 and another one nowhere.
func xlsxOf(t testing.TB, shared, inline, comment, hidden string) []byte {
	t.Helper()
	return zipOf(
		t,
		entry{"[Content_Types].xml", `<Types/>`},
		entry{"xl/worksheets/sheet1.xml", `<worksheet><sheetFormatPr/><sheetData><row r="3"><c r="A3" t="inlineStr"><is><r><t>contra</t></r><r><t>senya</t></r></is></c><c t="s"><v>1</v></c></row><row r="4"><c t="inlineStr"><is><t>` + inline + `</t></is></c><c><f>SUM(1)</f><v>7</v></c></row></sheetData></worksheet>`},
		entry{"xl/sharedStrings.xml", `<sst><si><t>` + hidden + `</t></si><si><r><t>` + shared[:4] + `</t></r><r><t>` + shared[4:] + `</t></r></si></sst>`},
		entry{"xl/comments1.xml", `<comments><commentList><comment><text><r><rPr><b/></rPr><t>` + comment[:4] + `</t></r><r><t>` + comment[4:] + `</t></r></text></comment></commentList></comments>`},
	)
}

// pdfOf has a page for each text, its content packed and its trailer as it should be.
func pdfOf(t testing.TB, extra string, pages ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var kids strings.Builder
	for i, page := range pages {
		id := 10 + 2*i
		fmt.Fprintf(&kids, "%d 0 R ", id)
		content := zlibOf(t, page)
		fmt.Fprintf(&out, "%d 0 obj\n<< /Type /Page /Parent 2 0 R /Contents %d 0 R >>\nendobj\n", id, id+1)
		fmt.Fprintf(&out, "%d 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj\n", id+1, len(content), content)
	}
	fmt.Fprintf(&out, "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n")
	fmt.Fprintf(&out, "2 0 obj\n<< /Type /Pages /Count %d /Kids [ %s] /Resources << /Font << /F1 3 0 R >> /XObject << /Im 4 0 R /Fm 5 0 R >> >> >>\nendobj\n", len(pages), kids.String())
	out.WriteString("3 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>\nendobj\n")
	out.WriteString("4 0 obj\n<< /Subtype /Image /Length 0 >>\nstream\n\nendstream\nendobj\n")
	out.WriteString(extra)
	out.WriteString("trailer\n<< /Root 1 0 R /Size 99 >>\nstartxref\n0\n%%EOF\n")
	return out.Bytes()
}

func pdfPage(text string) string { return "BT /F1 12 Tf 72 700 Td (" + text + ") Tj ET" }

func chunk(sort, data string) string {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(out, sort+data...)
	return string(binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(sort+data))))
}

func utf16Of(text string, order binary.AppendByteOrder) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

// oleOf is a compound file of one stream, in sectors of 512 bytes.
func oleOf(name string, content []byte) []byte {
	le := binary.LittleEndian
	for len(content) < 4096 || len(content)%512 != 0 {
		content = append(content, 0)
	}
	sectors := len(content) / 512
	head := make([]byte, 512)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le.PutUint16(head[30:], 9)
	le.PutUint32(head[48:], 1) // the directory
	le.PutUint32(head[56:], 4096)
	le.PutUint32(head[60:], 0xfffffffe)
	le.PutUint32(head[68:], 0xfffffffe)
	for i := 76; i < 512; i += 4 {
		le.PutUint32(head[i:], 0xffffffff)
	}
	le.PutUint32(head[76:], 0)
	table := bytes.Repeat([]byte{0xff}, 512)
	le.PutUint32(table, 0xfffffffd)
	le.PutUint32(table[4:], 0xfffffffe)
	for i := range sectors {
		le.PutUint32(table[8+4*i:], uint32(i+3))
	}
	le.PutUint32(table[8+4*(sectors-1):], 0xfffffffe)
	directory := make([]byte, 512)
	put := func(at int, name string, sort byte, start, size int) {
		copy(directory[at:], utf16Of(name, le))
		le.PutUint16(directory[at+64:], uint16(2*len(name)+2))
		directory[at+66] = sort
		le.PutUint32(directory[at+116:], uint32(start))
		le.PutUint32(directory[at+120:], uint32(size))
	}
	put(0, "Root Entry", 5, 0, 0)
	put(128, name, 2, 2, len(content))
	return append(append(append(head, table...), directory...), content...)
}

// smallOf is a compound file whose one stream lies among the small ones, turned round.
func smallOf(name string, content []byte) []byte {
	le := binary.LittleEndian
	raw := oleOf(name, make([]byte, 4096))
	table, directory, first := raw[512:1024], raw[1024:1536], raw[1536:]
	n := (len(content) + 63) / 64
	le.PutUint32(raw[60:], 9) // the small table is the eighth sector of the stream
	le.PutUint32(table[4*8:], 0xfffffffe)
	le.PutUint32(directory[116:], 2)
	le.PutUint32(directory[120:], uint32(64*n))
	le.PutUint32(directory[128+116:], uint32(n-1))
	le.PutUint32(directory[128+120:], uint32(len(content)))
	small := raw[512*10:]
	for i := range n {
		copy(first[64*(n-1-i):], content[64*i:min(len(content), 64*i+64)])
		le.PutUint32(small[4*(n-1-i):], uint32(n-2-i))
	}
	le.PutUint32(small, 0xfffffffe)
	return raw
}

func mailOf(name string, attached []byte) string {
	return "From: Anna <anna@example.org>\r\nTo: b@example.org\r\nSubject: =?utf-8?q?Contrase=C3=B1a?=\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHola\r\n" +
		"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"" + name + "\"\r\n\r\n" +
		base64.StdEncoding.EncodeToString(attached) + "\r\n--b--\r\n"
}
