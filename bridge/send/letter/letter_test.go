package letter_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/send/letter"
)

var update = flag.Bool("update", false, "write the golden files")

const marker = "##- Por favor, escriban su respuesta por encima de esta línea -##"

const foot = "Para responder, contesten a este correo sin cambiar el asunto: la respuesta llega a la incidencia AOC-123."

const mtr = `Start: 2026-11-20T09:41:12+0100
HOST: bastio            Loss%   Snt   Last   Avg  Best  Wrst StDev
  1.|-- 192.0.2.1        0.0%    10    0.4   0.5   0.4   0.7   0.1
  2.|-- 198.51.100.254   0.0%    10    1.4   1.5   1.2   2.7   0.3
  3.|-- ???            100.0    10    0.0   0.0   0.0   0.0   0.0`

func field(label, value string, parts ...letter.Block) letter.Block {
	return letter.Block{Kind: letter.Field, Label: label, Markup: value, Parts: parts}
}

func said(kind letter.Kind, s string) letter.Block { return letter.Block{Kind: kind, Text: s} }

func names(user string) string {
	return map[string]string{"npuig": "Núria Puig", "evil": "<b>x</b>\r\nBcc:\u202e"}[user]
}

// letters are those that desks get, and worse.
func letters() map[string][]letter.Block {
	top := func(kind, summary string) []letter.Block {
		return []letter.Block{
			said(letter.Marker, marker),
			{Kind: letter.Field, Label: "Tipo de problema:", Text: kind},
			{Kind: letter.Field, Label: "Incidencia de AOC:", Text: "AOC-123 – " + summary},
			said(letter.Paragraph, ""),
		}
	}
	systems := append(top("Sistemas", "El portal de tramitació no respon"),
		field("Aplicación afectada:", "Portal de tramitació"),
		letter.Block{
			Kind: letter.Field, Label: "Fecha y hora de inicio del problema:", Text: "20/11/2026 a las 9:35 h (hora de Madrid, CET, UTC+1)",
			Note: "(«avui a les 9.35 h, potser abans» en el original)",
		},
		field("Impacto en negocio:", "40 ajuntaments no poden tramitar i les oficines d'atenció han hagut d'aturar el registre d'entrada; a les 15 h venç el termini de la convocatòria de subvencions."),
		field("Persona responsable de contacto de AOC:", "[~npuig], 934 000 000"),
		field("Test realizados:", "",
			field("Comportamiento anómalo detectado:", "Error *503* en obrir la [pàgina d'inici|https://tramits.example.cat/inici]"),
			field("Evidencias del error alertado (sonda, servicio integrador…):", "la sonda «portal» falla:\n# comprova la pàgina\n# respon 503\n\n!captura de pantalla.png|thumbnail!")),
		field("Redeploy o reinicio del servicio:", "cal reiniciar el servei tomcat"),
		said(letter.Heading, "Descripción adicional:"),
		letter.Block{Kind: letter.Markup, Markup: "Ahir es va desplegar la versió {{4.2}}.\n\n{code:title=catalina.out|java}\nHTTP/1.1 503\n  Retry-After: 10\n{code}\n\n||Node||Estat||\n|web-1|*caigut*|\n|web-2|correcte|\n\n* Reinici: no\n* Memòria: -90 %- 40 %\n** swap: 0\n\nbq. «No puc signar» (usuari)"},
		said(letter.Paragraph, "Adjuntos de este correo:"),
		letter.Block{Kind: letter.List, Items: []string{"captura de pantalla.png (120 kB)", "catalina.out (3,1 MB)"}},
		said(letter.Foot, foot))
	networks := append(append(top("Redes", "La VPN cau")[:1:1], said(letter.Alert, "Notificado también por teléfono a las 22:47 h.\nEsta incidencia requiere atención fuera de horario.")), append(top("Redes", "La VPN cau")[1:],
		field("Aplicación afectada:", "VPN de los entes"),
		letter.Block{Kind: letter.Field, Label: "Fecha y hora de inicio del problema:", Text: "pendiente de confirmar"},
		field("Test realizados:", "# ping: sin respuesta\n# ssh: Connection timed out"),
		field("IP origen o servidor origen donde no hay conectividad:", "198.51.100.7",
			field("IP destino o servidor al que no se accede:", "vpn.example.org"),
			field("Si es un servidor, enviar resultado de MTR o TRACEPATH:", "{noformat}\n"+mtr+"\n{noformat}"),
			letter.Block{Kind: letter.Field, Label: "¿Es intermitente o constante?", Text: "Intermitente", Note: "En el original:\nde manera intermitent,\nsobretot als matins"}),
		said(letter.Paragraph, "Los datos que faltan, marcados como «pendiente de confirmar», se enviarán en respuesta a este correo."),
		said(letter.Heading, "Descripción adicional:"),
		letter.Block{Kind: letter.Markup, Markup: "Des de l'altra seu passa el mateix:\n\n" + mtr + "\n\nGràcies."},
		said(letter.Foot, foot))...)
	hostile := append(top("Sistemas", "<script>alert('x')</script> ]]> {code}\r\nBcc: a@example.com"),
		field("Aplicación <b>afectada</b>:", "</td></tr></table><h1>Urgente</h1> {html}<img src=x onerror=alert(1)>{html} &lt;b&gt; &amp;"),
		field("Contacto:", "[~evil] [pulse|javascript:alert(1)] [banco|https://example.net/?a=\"b\"&c=<d>] [~npuig]"),
		letter.Block{Kind: letter.Field, Label: "Texto\nllano:", Text: "\u202etxet\u202c \x00\x1b[31m rojo \u2028línea\u00a0dura \xff\xfe \n\n\n\n-- \nFrom aquí\n.\n"},
		said(letter.Alert, "*** </strong></td>\n\n***"),
		letter.Block{Kind: letter.Markup, Markup: "{color:white}oculto{color} {color:#fff}también{color}\n!https://example.net/pixel.gif!\n{panel:title=<i>t</i>}x{panel}\n{code:title=\"><script>|java}\n</pre><script>\n{code}\n" + strings.Repeat("x", 300)},
		letter.Block{Kind: letter.List, Items: []string{"uno\ndos", "", "<li>tres"}},
		said(letter.Foot, foot+"\n-- \n"+marker))
	return map[string][]letter.Block{"sistemas": systems, "redes": networks, "hostil": hostile, "vacia": nil}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, blocks := range letters() {
		l := letter.Letter{Blocks: blocks, Names: names}
		for ext, got := range map[string]string{".txt": l.Text(), ".html": l.HTML()} {
			path := filepath.Join("testdata", name+ext)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		}
	}
}

func TestTheMarkerIsTheFirstLine(t *testing.T) {
	t.Parallel()
	l := letter.Letter{Blocks: []letter.Block{said(letter.Alert, "Llamen."), said(letter.Paragraph, "uno"), said(letter.Marker, marker)}}
	if want, got := marker+"\n\n*** Llamen. ***\n\nuno\n", l.Text(); got != want {
		t.Errorf("text = %q, want %q", got, want)
	}
	page := l.HTML()
	if at := strings.Index(page, "##-"); at < 0 || at > strings.Index(page, "Llamen.") {
		t.Errorf("the marker is not first:\n%s", page)
	}
}

func TestOnlyTheFootHasASignatureLine(t *testing.T) {
	t.Parallel()
	l := letter.Letter{Blocks: []letter.Block{
		said(letter.Paragraph, "uno\n-- \ndos"),
		{Kind: letter.Markup, Markup: "-- \n{code}\n-- \n{code}"},
		said(letter.Foot, "pie\n-- \nfin"), said(letter.Foot, "más"),
	}}
	if n := strings.Count("\n"+l.Text(), "\n-- \n"); n != 1 {
		t.Errorf("%d signature lines:\n%s", n, l.Text())
	}
}
