package guard

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"escalat/bridge"
)

// What documents and file names do to a number hides it from nobody; what is no number of a
// person's stays.
func TestAsItIsShown(t *testing.T) {
	t.Parallel()
	g := newGuard(t, nil)
	for text, want := range map[string]string{
		"12345678Z_padro.pdf":                                          "(DNI o NIE oculto)_padro.pdf",
		"DNI_12345678Z_signat.pdf":                                     "DNI_(DNI o NIE oculto)_signat.pdf",
		"ES9121000418450200051332_extracte.pdf":                        "(IBAN oculto)_extracte.pdf",
		"IBAN ES91\u00a02100\u00a00418\u00a04502\u00a00005\u00a01332.": "IBAN (IBAN oculto).",
		"DNI 12345678\u00a0Z":                                          "DNI (DNI o NIE oculto)",
		"DNI 12345678\u200bZ":                                          "DNI (DNI o NIE oculto)",
		"contra\u00adsenya: Abc123!x":                                  "contra\u00adsenya: (contraseña oculta)",
		"12345678z@aoc.cat":                                            "12345678z@aoc.cat",
		"[~12345678Z] ho mira":                                         "[~12345678Z] ho mira",
	} {
		if got := masked(g, text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// A file's name within an archive is looked at, and never told with what is private in it.
func TestNamesInArchives(t *testing.T) {
	t.Parallel()
	g := newGuard(t, nil)
	raw := written(func(w io.Writer) error {
		z := zip.NewWriter(w)
		f, err := z.Create("padro/DNI 12345678Z.txt")
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, "contrasenya: Abc123!x\n"); err != nil {
			return err
		}
		return z.Close()
	})
	got, err := g.File(t.Context(), "a.zip", "", int64(len(raw)), bytes.NewReader(raw))
	if err != nil || len(got.Inside) != 2 || got.Inside[0].Kind != bridge.PrivateIdentity || got.Inside[1].Kind != bridge.PrivatePassword {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, i := range got.Inside {
		if strings.Contains(i.Path, "12345678Z") {
			t.Errorf("it is told as %s", i.Path)
		}
	}
}
