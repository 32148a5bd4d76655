package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGlossary: what a profile says of words for a translation is there as it was written.
func TestGlossary(t *testing.T) {
	t.Parallel()
	p := loadOne(t, strings.Replace(double, "kind:\n", "glossary: [PON, 'Portal del Ciutadà']\nterms: {tall: corte, \"estat d'alta\": estado de alta}\nkind:\n", 1))
	if diff := cmp.Diff([]string{"PON", "Portal del Ciutadà"}, p.Glossary); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"tall": "corte", "estat d'alta": "estado de alta"}, p.Terms); diff != "" {
		t.Error(diff)
	}
}
