package send_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// redes is an issue of the other kind, in Spanish and with everything that is
// understood before it goes out.
const redes = "*Aplicación afectada:* VPN de los entes\n" +
	"*Fecha y hora de inicio:* hoy a las 9.35 h, quizá antes\n" +
	"*Impacto en negocio:* 12 entes sin servicio\n" +
	"*Persona responsable de contacto de AOC:* [~npuig], 934 000 000\n" +
	"*Test realizados:*\n# ping: sin respuesta\n# ssh: {{Connection timed out}}\n\n" +
	"*IP origen:* 198.51.100.7\n" +
	"*IP destino:* vpn.example.org\n" +
	"*Resultado de MTR o TRACEPATH:*\n{noformat}\nHOST: bastio            Loss%   Snt   Last   Avg  Best  Wrst StDev\n" +
	"  1.|-- 192.0.2.1        0.0%    10    0.4   0.5   0.4   0.7   0.1\n  2.|-- ???            100.0    10    0.0   0.0   0.0   0.0   0.0\n{noformat}\n" +
	"*¿Es intermitente o constante?:* De manera intermitent, sobretot als matins\n"

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

// shown is the composed mail as the desk reads it.
func (b *bench) shown(t *testing.T) string {
	t.Helper()
	m := b.mail(t)
	return "Subject: " + m.Subject + "\n\n" + strings.ReplaceAll(m.Text, "\r\n", "\n") + "\n"
}

// html is the composed mail's other form, found by the standard library alone.
func (b *bench) html(t *testing.T) string {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(b.blobs["b1"]))
	if err != nil {
		t.Fatal(err)
	}
	found := ""
	var walk func(contentType string, body io.Reader)
	walk = func(contentType string, body io.Reader) {
		media, params, err := mime.ParseMediaType(contentType)
		if err != nil {
			t.Fatal(err)
		}
		if media == "text/html" {
			data, err := io.ReadAll(body)
			if err != nil {
				t.Fatal(err)
			}
			// How it looks is the letter's business.
			looks := regexp.MustCompile(` (style|width|align|valign|border|cellpadding|cellspacing|bgcolor|colspan)="[^"]*"`)
			found = looks.ReplaceAllString(strings.ReplaceAll(string(data), "\r\n", "\n"), "")
		}
		if !strings.HasPrefix(media, "multipart/") {
			return
		}
		for r := multipart.NewReader(body, params["boundary"]); ; {
			part, err := r.NextPart() // which decodes quoted-printable
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			walk(part.Header.Get("Content-Type"), part)
		}
	}
	walk(m.Header.Get("Content-Type"), m.Body)
	return found
}

func TestGoldenMail(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*bench){
		"sistemas": func(*bench) {},
		"sistemas-rest": func(b *bench) {
			b.issue.Summary = "  El portal   no respon\nni amb la VPN – «urgent» {code} " + strings.Repeat("molt llarg ", 20)
			b.issue.Description += "Redeploy o reinici: cal reiniciar el servei tomcat\n\nAhir es va desplegar la versió 4.2.\n{noformat}\nHTTP/1.1 503\n  Retry-After: 10\n{noformat}\n"
		},
		"sistemas-comment": func(b *bench) {
			b.issue.Comments = []bridge.Comment{
				{ID: "1", Body: "Impacte: tots els ens\n\nAixò és intern", Created: day},
				{ID: "2", Body: "Impacte: no ha de sortir", Created: day, Restricted: true},
			}
		},
		"redes": func(b *bench) {
			b.issue.Labels, b.issue.Description = []string{"escalar-claranet-xarxa"}, redes
			b.issue.People = map[string]string{"npuig": "Núria Puig"}
		},
		"sistemas-call": func(b *bench) { // at night, told on the telephone
			b.c.AwareAt, b.c.Heard = night.Add(-12*time.Minute), "robot@claranet.es" // which tells nobody
			b.c.References = []string{"CLA-40017"}
		},
		"sistemas-files": func(b *bench) {
			b.issue.Description += "Pantalla quan falla:\n!captura.png|thumbnail!\nRegistre a [^tomcat error.log], bolcat a bolcat.hprof.\n"
			b.upload("1", "captura.png", strings.Repeat("p", 182_400))
			b.upload("2", "tomcat error.log", strings.Repeat("l", 2_345_678))
			b.upload("3", "bolcat.hprof", "")
			b.issue.Attachments[2].Size = 734_003_200
			b.upload("4", "hilos amb ñ i l·l.txt", "fils\n")
			b.upload("5", "reinicia.bat", "@echo off\n")
			b.upload("6", "no-hi-es.pdf", "")
			b.lost["6"] = bridge.Permanent(errors.New("404"))
			b.upload("7", "factura-del-ciutada.pdf", "privat")
			b.issue.Attachments[6].Author.Customer = true
			for i := range 6 { // the last ones have no room
				b.upload(fmt.Sprint(10+i), fmt.Sprintf("mostra-%d.bin", i), strings.Repeat("b", 4_000_000))
			}
		},
		"sistemas-long-restart": func(b *bench) {
			b.issue.Description += "Redeploy o reinici:\n# aturar el servei tomcat al node 1\n# buidar la memòria cau\n# engegar-lo i comprovar que respon 200\n\n"
		},
		"sistemas-no-restart": func(b *bench) { b.issue.Description += "Redeploy o reinici: de moment no.\n" },
		"hostile": func(b *bench) {
			b.issue.Summary = "<b>x</b>\r\nBcc: a@example.org\n\n[AOC AOC-2] \u202egnp.exe"
			b.issue.Description = strings.NewReplacer(
				"Portal de tramitació", "<script>alert(1)</script> & [pica|javascript:alert(1)]",
				"40 ajuntaments", "{html}<img src=x onerror=alert(1)>{html} ]]> -- ",
				"Núria Puig", "[~all] Núria \u202eguiP",
			).Replace(complete) + "\n-- \n##- Por favor, escriban su respuesta por encima de esta línea -##\n.\nFrom aquí\n!http://example.org/pixel.gif!\n"
			b.upload("1", "a\r\nBcc: x\"<b>.log", "x")
		},
		"accents": func(b *bench) {
			b.issue.Summary = "La col·lecció «Àgora» no s’obre: ¿per què?, ñandú, €, Çelik i 🎉"
			b.issue.Description = strings.NewReplacer("Portal de tramitació", "Àgora – col·lecció d’actes", "40 ajuntaments", "L’Hospitalet, Òdena i Alp (3 %)", "Núria Puig", "Íñigo Müller-Øst").Replace(complete) +
				"||Node||Càrrega||\n|web‑1|95 %|\n|web‑2|–|\n\n* un ítem amb *negreta*\n* [enllaç|https://example.org/ça?x=1]\n\n{code}\nSELECT 'ñ' -- ç\n{code}\n"
		},
		"redes-ticket": func(b *bench) {
			b.issue.Labels, b.issue.Description = []string{"escalar-claranet-xarxa"}, redes
			b.issue.Summary = "VPN de los entes: sin conexión desde las 9:35"
			b.c.References, b.c.Written = []string{"CLA-1", "CLA-40018"}, "[Ticket#40018]"
			b.c.Heard, b.c.Thread = "theirs@claranet.es", []string{"theirs@claranet.es"}
			b.c.AwareAt, b.c.HeardAt = day, day // by that mail
		},
		"forced": func(b *bench) {
			b.force()
			b.issue.Description = drop(complete, "Impacte", "Data i hora") + "\nEncara ho estem mirant.\n"
		},
		"forced-redes": func(b *bench) {
			b.force()
			b.issue.Labels, b.issue.Description = []string{"escalar-claranet-xarxa"}, drop(redes, "*Test", "# ", "*IP destino", "*IP origen")
		},
		"forced-kind": func(b *bench) {
			b.force()
			b.issue.Labels = []string{"escalar-claranet"}
			b.issue.Description = drop(complete, "Impacte") + "IP destino: 192.0.2.20\n"
		},
		"forced-nothing": func(b *bench) {
			b.force()
			b.issue.Labels, b.issue.Description = []string{"escalar-claranet-xarxa", label}, "No va res."
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			change(b)
			if r := b.compose(t); r.Incomplete || r.Notice.MessageID == "" {
				t.Fatalf("not composed: %+v", r)
			}
			golden(t, name, b.shown(t))
			if name == "sistemas-files" || name == "hostile" || name == "accents" {
				golden(t, name+".html", b.html(t))
			}
		})
	}
}

func TestGoldenAddition(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fields, pending, files []string
		change                 func(*bench)
	}{
		"addition": {[]string{"started", "impact"}, []string{"contact"}, nil, func(*bench) {}},
		"addition-kind": {[]string{"kind", "anomaly", "evidence"}, nil, nil, func(b *bench) {
			b.issue.Description = strings.Replace(complete, "la sonda", "\n{noformat}\nHTTP/1.1 503\n{noformat}\nla sonda", 1)
		}},
		"addition-all": {[]string{"started", "impact", "anomaly", "restart"}, []string{"contact"}, []string{"1", "2"}, func(b *bench) {
			b.issue.Description += "Redeploy o reinici: cal reiniciar el node 2\n"
			b.c.Notices[0].Pending = []string{"impact", "contact"}
			b.c.Notices[0].Told = map[string]string{"started": bridge.Digest("20/11/2026 a les 8.35 h"), "anomaly": bridge.Digest("error 500")}
			b.c.References, b.c.Written = []string{"40018"}, "[Ticket#40018]"
			b.c.Heard, b.c.Thread = "theirs@claranet.es", []string{"first@aoc.cat", "theirs@claranet.es"}
			b.upload("1", "captura nova.png", strings.Repeat("p", 1500))
			b.upload("2", "eina.exe", "MZ")
			b.upload("3", "no demanat.txt", "x")
		}},
		"addition-files": {nil, nil, []string{"1"}, func(b *bench) {
			b.c.References = []string{"40018"}
			b.upload("1", "captura nova.png", strings.Repeat("p", 1500))
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.forcedBefore(t, append(test.fields, test.pending...)...)
			b.c.Pending = test.pending
			test.change(b)
			e := addingFiles(2, test.fields, test.files...)
			b.run(t, e)
			golden(t, name, b.shown(t))
			if name == "addition-all" {
				golden(t, name+".html", b.html(t))
			}
		})
	}
}

// drop leaves out the lines that begin so.
func drop(text string, beginnings ...string) string {
	var kept []string
	for line := range strings.SplitSeq(text, "\n") {
		begins := false
		for _, with := range beginnings {
			begins = begins || strings.HasPrefix(line, with)
		}
		if !begins {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// force says that a person wants it sent as it is.
func (b *bench) force() { b.c.Forced = bridge.Forced{CommentID: "7", At: day} }
