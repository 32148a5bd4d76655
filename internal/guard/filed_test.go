package guard

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"escalat/bridge"
)

// written makes bytes by a writer that a test's memory never refuses.
func written(write func(w io.Writer) error) []byte {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func inZip(name string, content []byte) []byte {
	return written(func(w io.Writer) error {
		z := zip.NewWriter(w)
		f, err := z.Create(name)
		if err != nil {
			return err
		}
		if _, err := f.Write(content); err != nil {
			return err
		}
		return z.Close()
	})
}

// files are ways to hide a text in a file, by the file's name.
func files() map[string]func(text string) []byte {
	return map[string]func(text string) []byte{
		"servei.log": func(text string) []byte {
			lines := strings.Repeat("2026-11-22 09:38:02 WARN [pool-4] Timeout waiting for idle object\n", 400)
			return []byte(lines + text + "\n" + lines)
		},
		"utf16.txt": func(text string) []byte {
			raw := []byte{0xff, 0xfe}
			for _, u := range utf16.Encode([]rune(text)) {
				raw = append(raw, byte(u), byte(u>>8))
			}
			return raw
		},
		"dins.zip": func(text string) []byte { return inZip("a/b.zip", inZip("c/dades.txt", []byte(text))) },
		"tot.tar.gz": func(text string) []byte {
			return written(func(w io.Writer) error {
				g := gzip.NewWriter(w)
				t := tar.NewWriter(g)
				if err := t.WriteHeader(&tar.Header{Name: "etc/app.conf", Mode: 0o600, Size: int64(len(text))}); err != nil {
					return err
				}
				if _, err := t.Write([]byte(text)); err != nil {
					return err
				}
				if err := t.Close(); err != nil {
					return err
				}
				return g.Close()
			})
		},
		"informe.docx": func(text string) []byte {
			var b strings.Builder
			b.WriteString(`<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`)
			for line := range strings.Lines(text) {
				b.WriteString("<w:p><w:r><w:t xml:space=\"preserve\">")
				_ = xml.EscapeText(&b, []byte(strings.TrimRight(line, "\n"))) // a Builder never fails
				b.WriteString("</w:t></w:r></w:p>")
			}
			b.WriteString("</w:body></w:document>")
			types := `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
				`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
			return written(func(w io.Writer) error {
				z := zip.NewWriter(w)
				for _, part := range [][2]string{{"[Content_Types].xml", types}, {"word/document.xml", b.String()}} {
					f, err := z.Create(part[0])
					if err != nil {
						return err
					}
					if _, err := io.WriteString(f, part[1]); err != nil {
						return err
					}
				}
				return z.Close()
			})
		},
		"correu.eml": func(text string) []byte {
			return fmt.Appendf(nil, "From: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"+
				"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n", fold(base64.StdEncoding.EncodeToString([]byte(text)), 76, "\r\n"))
		},
	}
}

// Of everything private in files of every sort at least 98 in 100 are found.
func TestFindsInFiles(t *testing.T) {
	t.Parallel()
	const least = 0.98
	each := 20
	if testing.Short() {
		each = 3
	}
	g := newGuard(t, nil)
	ways := files()
	for kind, sample := range makers() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(5, 9))
			missed, all := 0, 0
			for _, name := range slices.Sorted(maps.Keys(ways)) {
				for range each {
					s := sample(r)
					raw := ways[name](s.text)
					got, err := g.File(t.Context(), name, "application/octet-stream", int64(len(raw)), bytes.NewReader(raw))
					if err != nil || got.Opaque != "" {
						t.Fatalf("%s: %+v, %v", name, got, err)
					}
					all++
					if !slices.ContainsFunc(got.Inside, func(i bridge.Inside) bool { return i.Kind == kind }) && len(got.Inside) == 0 {
						missed++
						t.Logf("%s: nothing is found in %q", name, s.text)
					}
				}
			}
			if share := 1 - float64(missed)/float64(all); share < least {
				t.Errorf("%s: %.2f %% of %d found", kind, 100*share, all)
			}
		})
	}
}

// Honest files are clean.
func TestHonestFiles(t *testing.T) {
	t.Parallel()
	g := newGuard(t, nil)
	for name, wrap := range files() {
		raw := wrap("El servei no respon des de les 9.38 h.\nnode-2.registre.example.cat 10.0.0.2 commit 3f2b1c4d5e6f708192a3b4c5d6e7f8091a2b3c4d\n")
		got, err := g.File(t.Context(), name, "", int64(len(raw)), bytes.NewReader(raw))
		if err != nil || !got.Clean() {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
