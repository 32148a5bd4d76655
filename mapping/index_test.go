package mapping

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestJudgeConcurrently: a loaded profile is only read.
func TestJudgeConcurrently(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	want := p.Judge(typical()).Values
	if len(want.ByField) < 8 || !strings.Contains(want.Rest, "Tipus:* Incidència") {
		t.Errorf("values %+v", want)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if diff := cmp.Diff(want, p.Judge(typical()).Values); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	wg.Wait()
}

// TestJudgeCopiedProfile: a copy of a profile with other forms, or a form with
// other fields, is read by those.
func TestJudgeCopiedProfile(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	in := Input{Now: day(9), Labels: []string{"escalar-claranet-sistemes"}, Sources: sources("Impacte: alt\nPlanta: tercera\nIP origen: 10.0.0.1")}
	floor := Field{ID: "floor", Label: Phrase{ES: "Planta"}, Type: Text}

	whole, form := *p, p.Forms[0]
	form.Fields = append(slices.Clone(form.Fields), floor)
	whole.Forms = []Form{form}
	want := map[string]string{"impact": "alt", "floor": "tercera\nIP origen: 10.0.0.1"}
	if diff := cmp.Diff(want, textsOf(whole.Judge(in).Values)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	whole.Forms = slices.Clone(p.Forms)
	whole.Forms[0].Fields = form.Fields
	want["floor"] = "tercera"
	if diff := cmp.Diff(want, textsOf(whole.Judge(in).Values)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"impact": "alt\nPlanta: tercera"}, textsOf(p.Judge(in).Values)); diff != "" {
		t.Errorf("the profile itself changed (-want +got):\n%s", diff)
	}
}
