package send_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/bridge/sentence"
)

// table is a translator that knows the words of these tests, and no others.
type table struct {
	err    error
	remote bool
	// damage changes a translation.
	damage func(original string, translated sentence.Sentence) sentence.Sentence
	asked  []string // the sentences
	calls  int
}

func (x *table) Remote() bool { return x.remote }

func (x *table) Translate(ctx context.Context, from, to string, sentences []sentence.Sentence) ([]sentence.Sentence, error) {
	x.calls++
	if from != "ca" || to != "es" {
		return nil, errors.New("from " + from + " to " + to)
	}
	if err := errors.Join(x.err, ctx.Err()); err != nil {
		return nil, err
	}
	words := strings.NewReplacer(vocabulary()...)
	out := make([]sentence.Sentence, len(sentences))
	for i, s := range sentences {
		x.asked = append(x.asked, s.String())
		for _, p := range s {
			if !p.Fixed {
				p.Text = words.Replace(p.Text)
			}
			out[i] = append(out[i], p)
		}
		if x.damage != nil {
			out[i] = x.damage(s.String(), out[i])
		}
	}
	return out, nil
}

// vocabulary is what stands in the texts below, each with its Spanish.
func vocabulary() []string {
	return []string{
		"La passarel·la de pagaments no respon des de les", "La pasarela de pagos no responde desde las",
		"potser abans", "quizá antes", "a les", "a las",
		"ajuntaments no poden cobrar taxes", "ayuntamientos no pueden cobrar tasas",
		"millor al matí", "mejor por la mañana",
		"dona", "da", "quan s'obre", "cuando se abre", "de manera intermitent", "de manera intermitente",
		"la sonda de", "la sonda de", "falla a", "falla en", "comprova que la pàgina respon", "comprueba que la página responde",
		"cal reiniciar el servei", "hay que reiniciar el servicio",
		"Ahir es va desplegar la versió", "Ayer se desplegó la versión",
		"Des de llavors els fils s'esgoten", "Desde entonces los hilos se agotan",
		"Si us cal res més, truqueu a la", "Si necesitan algo más, llamen a",
		"Hem reiniciat el node i segueix igual", "Hemos reiniciado el nodo y sigue igual",
		"Encara falla quan s'obre la pàgina", "Todavía falla cuando se abre la página",
		"Podeu mirar els registres d'aquesta matinada", "Pueden mirar los registros de esta madrugada",
		"L'error torna", "El error vuelve",
		"Caiguda Forta", "Caída Fuerte", "Portal de tramitació", "Portal de tramitación",
		"com es canvien les", "cómo se cambian las", "la clau és", "la clave es", "no respon el", "no responde el", "ni el port", "ni el puerto",
	}
}

const (
	catalanSummary = "La passarel·la de pagaments no respon des de les 9.35 h"
	catalanText    = "Aplicació afectada: Portal de tramitació\n" +
		"Data i hora d'inici del problema: 20/11/2026 a les 9.35 h, potser abans\n" +
		"Impacte en negoci: 40 ajuntaments no poden cobrar taxes\n" +
		"Persona responsable de contacte de l'AOC: Núria Puig, 934 000 000 (millor al matí)\n" +
		"Comportament anòmal detectat: el Portal de tramitació dona *error 503* quan s'obre https://portal.example.cat/pagaments?id=7\n" +
		"Evidències de l'error alertat: la sonda de 192.0.2.10 falla a {{/var/log/tomcat/catalina.out}}; comprova que la pàgina respon 200\n" +
		"Redeploy o reinici: cal reiniciar el servei tomcat\n\n" +
		"Ahir es va desplegar la versió 4.2.1. Des de llavors els fils s'esgoten.\n" +
		"{noformat}\nHTTP/1.1 503 Service Unavailable\ncom es canvien les coses\n{noformat}\n" +
		"Si us cal res més, truqueu a la Núria Puig.\n"
	mixedText = "Aplicació afectada: Portal de tramitació\n" +
		"Data i hora d'inici del problema: 20/11/2026 a les 9.35 h\n" +
		"Impacte en negoci: 40 ayuntamientos sin servicio desde primera hora de la mañana\n" +
		"Persona responsable de contacte de l'AOC: Núria Puig, 934 000 000\n" +
		"Comportament anòmal detectat: Connection refused when the backend at 192.0.2.10:8443 is called by the gateway\n" +
		"Evidències de l'error alertat: curl -v https://portal.example.cat/health\n\n" +
		"Hemos reiniciado el servicio y no ha cambiado nada. Hem reiniciat el node i segueix igual.\n"
)

// catalan makes the issue one that somebody wrote in Catalan.
func (b *bench) catalan(x *table) *table {
	b.issue.Summary, b.issue.Description = catalanSummary, catalanText
	b.composer.Translator = x
	return x
}

func TestGoldenTranslated(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		tongue string
		why    bridge.Untranslated
		make   func(*testing.T, *bench, *table) bridge.Effect
	}{
		"translated": {"ca", "", func(*testing.T, *bench, *table) bridge.Effect { return composing() }},
		"translated-mixed": {"ca", "", func(_ *testing.T, b *bench, _ *table) bridge.Effect {
			b.issue.Summary, b.issue.Description = "Portal sin servicio", mixedText
			return composing()
		}},
		"translated-addition": {"ca", "", func(t *testing.T, b *bench, _ *table) bridge.Effect {
			b.forcedBefore(t, "impact", "started")
			b.c.Pending = nil
			return adding(2, "impact", "started")
		}},
		"translated-words": {"ca", "", func(t *testing.T, b *bench, _ *table) bridge.Effect {
			b.forcedBefore(t)
			b.c.Pending = nil
			b.says("7", "Per a Claranet:\n* Encara falla quan s'obre la pàgina\n* Podeu mirar els registres d'aquesta matinada a 192.0.2.10?\n\nL'error torna *cada* hora.")
			return b.relaying(t, 2, "7")
		}},
		"translated-again": {"ca", "", func(t *testing.T, b *bench, _ *table) bridge.Effect {
			b.forcedBefore(t)
			b.c.Pending = nil
			return about(2, bridge.ComposeBody{About: bridge.AboutAgain})
		}},
		"translated-away": {"ca", bridge.TranslatorAway, func(_ *testing.T, _ *bench, x *table) bridge.Effect {
			x.err = errors.New("connection refused")
			return composing()
		}},
		"translated-none": {"ca", bridge.NoTranslator, func(_ *testing.T, b *bench, _ *table) bridge.Effect {
			b.composer.Translator = nil
			return composing()
		}},
		"translated-partly": {"ca", bridge.PartlyTranslated, func(_ *testing.T, _ *bench, x *table) bridge.Effect {
			x.damage = func(original string, translated sentence.Sentence) sentence.Sentence {
				if strings.Contains(original, "Des de llavors") {
					return nil
				}
				return translated
			}
			return composing()
		}},
		"translated-hostile": {"ca", bridge.PartlyTranslated, func(_ *testing.T, _ *bench, x *table) bridge.Effect {
			x.damage = hostile
			return composing()
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			x := b.catalan(&table{})
			r := b.run(t, test.make(t, b, x))
			if n := r.Notice; n.MessageID == "" || n.Tongue != test.tongue || n.Untranslated != test.why {
				t.Fatalf("not so: %q %q, %+v", n.Tongue, n.Untranslated, r)
			}
			golden(t, name, b.shown(t))
			if name == "translated" || name == "translated-hostile" {
				golden(t, name+".html", b.html(t))
			}
			if name == "translated-words" {
				golden(t, name+".eml", strings.ReplaceAll(string(b.blobs["b1"]), "\r\n", "\n"))
			}
		})
	}
}

// hostile is what a translator that is broken, or somebody else's, may give back.
func hostile(original string, translated sentence.Sentence) sentence.Sentence {
	switch {
	case strings.Contains(original, "sonda"): // a token is lost
		return slices.DeleteFunc(translated, func(p sentence.Piece) bool { return strings.Contains(p.Text, "192.0.2.10") })
	case strings.Contains(original, "taxes"): // markup comes
		return sentence.Sentence{{Text: "40", Fixed: true}, {Text: " ayuntamientos {html}<script>alert(1)</script>{html} [pulsen|javascript:x]"}}
	case strings.Contains(original, "Ahir"): // a token twice
		return append(translated, sentence.Piece{Text: "4.2.1", Fixed: true})
	case strings.Contains(original, "passarel"): // lines, and our marker
		return sentence.Sentence{{Text: "a\r\nBcc: x@example.org\n" + send.Marker}}
	}
	return translated
}

// TestTranslatedTicket: what a portal gets is translated as well, in a text of its own.
func TestTranslatedTicket(t *testing.T) {
	t.Parallel()
	b := newOVH(t, "tecnica", bridge.ByPortal)
	b.composer.Translator = &table{}
	b.issue.Summary = catalanSummary
	n, _ := b.portals(t, composing())
	if n.Tongue != "ca" || n.Untranslated != "" {
		t.Errorf("%q %q", n.Tongue, n.Untranslated)
	}
	golden(t, "translated-portal", "Subject: "+n.Subject+"\n\n"+n.Body+"\n")
	b = newOVH(t, "tecnica", bridge.ByPortal)
	b.composer.Translator = nil
	n, o := b.portals(t, composing())
	if _, body := told(t, o); n.Untranslated != bridge.NoTranslator || !strings.HasPrefix(n.Body, "El texto está en catalán.") || !strings.Contains(body, "*Hi va text en català,*") {
		t.Errorf("%q\n%s", n.Untranslated, body)
	}
	if last := o.Audit[len(o.Audit)-1]; last.Action != "not translated" || last.Reason != "none" {
		t.Errorf("%+v", o.Audit)
	}
}
