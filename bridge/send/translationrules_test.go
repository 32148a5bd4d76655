package send_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/bridge/sentence"
	"escalat/mapping"
)

// TestTranslationChangesNoDecision: digests, what is told and what follows are of what was
// written, whoever translates it.
func TestTranslationChangesNoDecision(t *testing.T) {
	t.Parallel()
	var notices []bridge.Notice
	for _, by := range []send.Translator{nil, &table{}, &table{err: errors.New("away")}} {
		b := newBench(t)
		b.catalan(&table{})
		b.composer.Translator = by
		e := b.transmitting(t)
		n := *b.c.First()
		if _, err := b.transmitter.Do(t.Context(), b.c, e); err != nil || len(b.sent) != 1 {
			t.Errorf("it does not leave as it was composed: %v", err)
		}
		notices = append(notices, bridge.Notice{Told: n.Told, Source: n.Source, Kind: n.Kind, Pending: n.Pending, Doubts: n.Doubts})
	}
	for _, n := range notices[1:] {
		if diff := cmp.Diff(notices[0], n); diff != "" || n.Source == "" {
			t.Error(diff)
		}
	}
}

// TestNothingToTranslate: who translates is not asked about Spanish, English or what is
// technical, and nothing is said of it.
func TestNothingToTranslate(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := &table{}
	b.composer.Translator = x
	b.issue.Labels, b.issue.Summary = []string{"escalar-claranet-xarxa"}, "VPN de los entes: sin conexión desde las 9:35"
	b.issue.Description = strings.Replace(redes, "De manera intermitent, sobretot als matins", "Constante desde primera hora", 1)
	n := b.compose(t).Notice
	if x.calls != 0 || n.Tongue != "" || n.Untranslated != "" || strings.Contains(b.shown(t), "catalán") {
		t.Errorf("%d calls for %q, %q %q\n%s", x.calls, x.asked, n.Tongue, n.Untranslated, b.shown(t))
	}
}

// TestNamesStay: what people and applications are called is no word to be translated, and
// what is masked is nothing that anybody reads.
func TestNamesStay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.catalan(&table{})
	b.issue.Comments = []bridge.Comment{{ID: "1", Author: bridge.User{ID: "x", Name: "Caiguda Forta"}, Body: "res", Created: day}}
	b.issue.Description += "Ho ha vist en Caiguda Forta al Portal de tramitació, amb la clau " + bridge.PrivatePassword.Mask() + " de sempre.\n"
	b.upload("1", "quan s'obre la pantalla.png", "\x89PNG")
	b.issue.Description += "Com es veu a quan s'obre la pantalla.png cada vegada que torna.\n"
	b.compose(t)
	found := 0
	for _, s := range x.asked {
		for _, name := range []string{"Caiguda Forta", "Portal de tramitació", bridge.PrivatePassword.Mask()} {
			if strings.Contains(s, name) {
				found++
			}
		}
	}
	shown := b.shown(t)
	for _, name := range []string{"en Caiguda Forta al Portal de tramitació", "(contraseña oculta)", "quan s'obre la pantalla.png cada vegada"} {
		if !strings.Contains(shown, name) {
			t.Errorf("%s is gone:\n%s", name, shown)
		}
	}
	if found == 0 {
		t.Errorf("the sentence was not asked: %q", x.asked)
	}
}

// TestTranslationIsBounded: an incident waits for no translator, and is composed when that
// answers nothing, too little, or never.
func TestTranslationIsBounded(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]send.Translator{
		"late": &table{}, "nothing": few(0), "too little": few(1), "too much": few(99),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.catalan(&table{})
			b.composer.Translator = by
			var bounds []time.Duration
			b.composer.Within = func(ctx context.Context, most time.Duration) (context.Context, context.CancelFunc) {
				bounds = append(bounds, most)
				ctx, over := context.WithCancel(ctx)
				if name == "late" {
					over()
				}
				return ctx, over
			}
			if n := b.compose(t).Notice; n.Untranslated != bridge.TranslatorAway || n.Tongue != "ca" || n.Blob == "" {
				t.Errorf("%q %q, %s", n.Tongue, n.Untranslated, n.Blob)
			}
			if shown := b.shown(t); !strings.Contains(shown, "El texto está en catalán.") || !strings.Contains(shown, catalanSummary) {
				t.Error(shown)
			}
			b.composer.Patience = 3 * time.Second
			b.compose(t)
			if diff := cmp.Diff([]time.Duration{20 * time.Second, 3 * time.Second}, bounds); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// few answers so many sentences, whatever is asked.
type few int

func (n few) Translate(context.Context, string, string, []sentence.Sentence) ([]sentence.Sentence, error) {
	return slices.Repeat([]sentence.Sentence{{{Text: "sí"}}}, int(n)), nil
}

// TestTooMuchToTranslate: what goes beyond the bounds stays as it was written, and the rest
// is translated.
func TestTooMuchToTranslate(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	x := b.catalan(&table{})
	b.issue.Description += strings.Repeat("Ahir es va desplegar la versió nova al servei.\n\n", 2900)
	n := b.compose(t).Notice
	shown := b.shown(t)
	if n.Untranslated != bridge.PartlyTranslated || !strings.Contains(shown, "La pasarela de pagos no responde") || !strings.Contains(shown, "Ahir es va desplegar la versió nova") || len(x.asked) > 100 {
		t.Errorf("%q, %d asked", n.Untranslated, len(x.asked))
	}
}

// TestRemoteTranslator: a service of others gets nothing that a person lets leave for the
// provider alone, nothing that only the mail gives away, and nothing at all that no
// guard has looked at.
func TestRemoteTranslator(t *testing.T) {
	t.Parallel()
	const secret = "Zx9-secreta"
	find := func(text string) []bridge.Hit {
		at := strings.Index(text, secret)
		if at < 0 {
			return nil
		}
		return []bridge.Hit{{Kind: bridge.PrivatePassword, Start: at, End: at + len(secret), Print: "p1"}}
	}
	tests := map[string]struct {
		screened, allowed, remote bool
		why                       bridge.Untranslated
		leaves, translated        bool // the secret; the text around it
	}{
		"masked":                  {true, false, true, "", false, true},
		"allowed":                 {true, true, true, bridge.NotPermitted, true, false},
		"allowed, here":           {true, true, false, "", true, true},
		"nobody looked":           {false, false, true, bridge.NotPermitted, true, false},
		"nobody looked, but here": {false, false, false, "", true, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			x := b.catalan(&table{remote: test.remote})
			b.issue.Description += "\nHem reiniciat el node i segueix igual, la clau és " + secret + ".\n"
			if test.screened {
				b.issue = b.issue.Screened(find)
			}
			if test.allowed {
				b.c.Allowed = bridge.Allowed{Prints: []string{"p1"}, Reason: "cal", At: day}
			}
			n := b.compose(t).Notice
			if n.Untranslated != test.why {
				t.Errorf("%q", n.Untranslated)
			}
			if given := strings.Contains(strings.Join(x.asked, "\n"), secret); given && test.remote {
				t.Errorf("it was given the secret: %q", x.asked)
			}
			shown := b.shown(t)
			if strings.Contains(shown, secret) != test.leaves || strings.Contains(shown, "Hemos reiniciado el nodo") != test.translated {
				t.Error(shown)
			}
			if name != "nobody looked" && !strings.Contains(shown, "La pasarela de pagos no responde") {
				t.Errorf("the summary holds nothing private:\n%s", shown)
			}
		})
	}
}

// TestRemoteTranslatorAndLabels: nor what only the label before it gives away, allowed or
// not.
func TestRemoteTranslatorAndLabels(t *testing.T) {
	t.Parallel()
	for _, allowed := range []bool{false, true} {
		b, w := guarded(t)
		x := b.catalan(&table{remote: true})
		w.labels = []string{"Impacto en negocio: "}
		b.issue.Description = strings.Replace(catalanText, "40 ajuntaments", framed+" ajuntaments", 1)
		if allowed {
			b.c.Allowed = bridge.Allowed{Prints: []string{"print of " + framed}, Reason: "cal", At: day}
		}
		n := b.compose(t).Notice
		if asked := strings.Join(x.asked, "\n"); strings.Contains(asked, "KANARI") || !strings.Contains(asked, "passarel·la") {
			t.Errorf("it was asked %q", x.asked)
		}
		if shown := b.shown(t); n.Untranslated != bridge.NotPermitted || strings.Contains(shown, framed) != allowed || !strings.Contains(shown, "ajuntaments no poden cobrar taxes") {
			t.Errorf("%q\n%s", n.Untranslated, shown)
		}
	}
}

// TestOriginalsGiveWay: in a ticket there is less room, and what was translated goes
// before what it was translated from.
func TestOriginalsGiveWay(t *testing.T) {
	t.Parallel()
	body := func(lines int) bridge.Notice {
		b := newOVH(t, "tecnica", bridge.ByPortal)
		b.composer.Translator = &table{}
		b.issue.Summary = catalanSummary
		for i := range lines {
			b.issue.Description += fmt.Sprintf("\nEncara falla quan s'obre la pàgina %d\n", i)
		}
		return b.compose(t).Notice
	}
	seen := map[string]bool{}
	for _, lines := range []int{10, 180, 312, 315, 318, 600} {
		n := body(lines)
		last := strings.Contains(n.Body, fmt.Sprintf("Todavía falla cuando se abre la página %d\n", lines-1))
		_, originals, there := strings.Cut(n.Body, "Texto original (en catalán):")
		continues := strings.Contains(n.Body, "(El texto original continúa. Si lo necesitan, pídannoslo.)")
		request := strings.Contains(n.Body, "si necesitan el texto original, pídannoslo")
		if len(n.Body) > 15_000 || last == n.Cut || request == there || n.Cut && there || there && !strings.Contains(originals, catalanSummary) {
			t.Errorf("%d lines: %d bytes, cut %v, the last %v, originals %v, on request %v\n%s", lines, len(n.Body), n.Cut, last, there, request, n.Body[:300])
		}
		seen[fmt.Sprintf("cut %v, originals %v, more %v", n.Cut, there, continues)] = true
	}
	want := map[string]bool{
		"cut false, originals true, more false": true, "cut false, originals true, more true": true,
		"cut false, originals false, more false": true, "cut true, originals false, more false": true,
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}

// TestOriginalsGiveWayToFiles: nor do they keep the content of a file out of a ticket, and
// they stand behind it.
func TestOriginalsGiveWayToFiles(t *testing.T) {
	t.Parallel()
	b := newOVH(t, "incidencia", bridge.ByPortal)
	b.composer.Translator = &table{}
	b.issue.Summary = catalanSummary
	b.uploadText("1", "mtr.txt", "HOST: bastió   Loss%\n")
	n := b.compose(t).Notice
	file, original, foot := strings.Index(n.Body, "HOST: bastió"), strings.Index(n.Body, "Texto original (en catalán):"), strings.LastIndex(n.Body, "Contacto de AOC:")
	if file < 0 || original < file || foot < original {
		t.Errorf("%d %d %d\n%s", file, original, foot, n.Body)
	}
}

// TestKnownSummary: what follows the first notice says in Spanish what the issue is about,
// and does not say each time that it was written in Catalan.
func TestKnownSummary(t *testing.T) {
	t.Parallel()
	for _, by := range []send.Translator{&table{}, nil} {
		b := newBench(t)
		b.has(t)
		b.catalan(&table{})
		b.composer.Translator = by
		n := b.run(t, about(2, bridge.ComposeBody{About: bridge.AboutClaim})).Notice
		shown := b.shown(t)
		if n.Tongue != "" || n.Untranslated != "" || strings.Contains(shown, "atalán") {
			t.Errorf("%q %q\n%s", n.Tongue, n.Untranslated, shown)
		}
		if want := "AOC-1 – La pasarela de pagos"; strings.Contains(shown, want) != (by != nil) {
			t.Error(shown)
		}
	}
}

// TestWatch: who looks is given each text beside what stands in its place.
func TestWatch(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.catalan(&table{damage: func(original string, translated sentence.Sentence) sentence.Sentence {
		if strings.Contains(original, "taxes") {
			return nil
		}
		return translated
	}})
	var seen []send.Translated
	b.composer.Watch = func(texts []send.Translated) { seen = texts }
	b.compose(t)
	places := map[string]send.Translated{}
	for _, one := range seen {
		places[one.Place] = one
	}
	want := map[string]send.Translated{
		"summary": {"summary", "Resumen", catalanSummary, "La pasarela de pagos no responde desde las 9.35 h", ""},
		"impact":  {"impact", "Impacto en negocio", "40 ajuntaments no poden cobrar taxes", "40 ajuntaments no poden cobrar taxes", bridge.PartlyTranslated},
	}
	for place, one := range want {
		if diff := cmp.Diff(one, places[place]); diff != "" {
			t.Error(diff)
		}
	}
}

// TestTeamHearsOfCatalan: the comment that says that it was sent says what went out in Catalan.
func TestTeamHearsOfCatalan(t *testing.T) {
	t.Parallel()
	for _, by := range []send.Translator{&table{}, nil} {
		b := newBench(t)
		b.catalan(&table{})
		b.composer.Translator = by
		e := b.transmitting(t)
		raw, err := b.transmitter.Do(t.Context(), b.c, e)
		if err != nil {
			t.Fatal(err)
		}
		o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
		if _, body := told(t, o); strings.Contains(body, "*Hi va text en català,*") != (by == nil) {
			t.Error(body)
		}
	}
}

// TestProviderGlossary: a profile's words stand over the program's, and a file's over both.
func TestProviderGlossary(t *testing.T) {
	t.Parallel()
	p := &mapping.Profile{ID: "acme", Glossary: []string{"Tauler"}, Terms: map[string]string{"sonda": "monitor"}}
	b := newBench(t)
	x := b.catalan(&table{})
	own, err := send.ProviderGlossary(p, []byte("terms: {tauler: panel}"))
	if err != nil {
		t.Fatal(err)
	}
	with := b.composer.Providers["claranet"]
	with.Glossary = own
	b.composer.Providers = map[string]send.Provider{"claranet": with}
	b.issue.Description += "Quan s'obre el tauler la sonda de sempre falla a la nit.\n"
	b.compose(t)
	if shown := b.shown(t); !strings.Contains(shown, "panel") || !strings.Contains(shown, "monitor") {
		t.Errorf("%q\n%s", x.asked, shown)
	}
	if _, err := send.ProviderGlossary(p, []byte("terms: {a: '*'}")); err == nil {
		t.Error("markup became a term")
	}
}

// TestNames: what a value names, if it names anything.
func TestNames(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"Núria Puig, 934 000 000": "Núria Puig", "Joan de la Creu i Font (guàrdia)": "Joan de la Creu i Font", "M. Àngels Pi-Sunyer: 600": "M. Àngels Pi-Sunyer",
		"Guàrdia de sistemes": "", "truqueu al 600": "", "": "", "934 000 000": "", "Qui Hi Sigui A La Nit De Diumenge": "",
	} {
		if got := send.Begins(said); got != want {
			t.Errorf("%q names %q", said, got)
		}
	}
	for said, want := range map[string]string{
		"Portal de tramitació": "Portal de tramitació", "e-NOTUM.": "e-NOTUM", "Padró": "Padró", "3Scale": "3Scale", "El correu electrònic": "", "L'EACAT": "",
		"Portal\nde tramitació": "", "Tots els serveis": "", "correu": "", "": "", "Ens falla tot el que hi ha darrere del tallafocs nou": "",
	} {
		if got := send.Called(said); got != want {
			t.Errorf("%q is called %q", said, got)
		}
	}
}

// TestGlossaries: those of the profiles are read.
func TestGlossaries(t *testing.T) {
	t.Parallel()
	profiles, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	for i := range profiles {
		if g, err := send.ProviderGlossary(&profiles[i]); err != nil || g == nil || len(profiles[i].Glossary) == 0 {
			t.Errorf("%s: %v, %v", profiles[i].ID, profiles[i].Glossary, err)
		}
	}
}
