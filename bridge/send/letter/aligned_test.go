package letter_test

import (
	"strings"
	"testing"

	"escalat/bridge/send/letter"
)

// TestColumnsHaveAFixedWidth: in plain values and in what people wrote, with marks and
// links in it; and prose with wide gaps has not.
func TestColumnsHaveAFixedWidth(t *testing.T) {
	t.Parallel()
	for in, fixed := range map[string]bool{
		mtr: true,
		"web-1    *OK*   [0,4|https://example.net/a]\nweb-2    _KO_   <b>":                                                  true,
		"2026-11-20 09:41:12 ERROR a\n2026-11-20 09:41:13 ERROR b\n2026-11-20 09:41:14 WARN c":                              true,
		"Se ha reiniciado.  Sigue igual.\nSe ha avisado.  No responde.":                                                     false,
		"Teléfono:   934 000 000\nCorreo:     a@example.org":                                                                false,
		"Primera línea de prosa.\nSegunda línea de prosa.\nTercera línea.\nweb-1    OK   1\nweb-2    KO   2\nCuarta línea.": false,
	} {
		for kind, block := range map[string]letter.Block{
			"text":   {Kind: letter.Field, Label: "Pruebas:", Text: in},
			"markup": {Kind: letter.Markup, Markup: in},
		} {
			page := letter.Letter{Blocks: []letter.Block{block}}.HTML()
			if got := strings.Contains(page, "monospace"); got != fixed {
				t.Errorf("%s %q: in a fixed width: %t\n%s", kind, in, got, page)
			}
		}
	}
}
