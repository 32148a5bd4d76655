package send_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

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
	return "Subject: " + m.Subject + "\n\n" + strings.ReplaceAll(m.Text, "\r\n", "\n")
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
		})
	}
}

func TestGoldenAddition(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fields, pending []string
		change          func(*bench)
	}{
		"addition": {[]string{"started", "impact"}, []string{"contact"}, func(*bench) {}},
		"addition-kind": {[]string{"kind", "anomaly", "evidence"}, nil, func(b *bench) {
			b.issue.Description = strings.Replace(complete, "la sonda", "\n{noformat}\nHTTP/1.1 503\n{noformat}\nla sonda", 1)
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			test.change(b)
			b.forcedBefore(t, append(test.fields, test.pending...)...)
			b.c.Pending = test.pending
			b.run(t, adding(2, test.fields...))
			golden(t, name, b.shown(t))
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
