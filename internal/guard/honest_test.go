package guard

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// honestLines are lines as incidents have them: nothing in them is private.
//
//go:embed testdata/honest.txt
var honestLines string

// honestForms are filled with what looks private and is not.
func honestForms() []string {
	return []string{
		"commit %40h", "sha1 %40h", "SHA-256: %64h", "md5sum %32h  app.war", "%32h", "request %U", "id=%U", "X-Correlation-Id: %U", "[%U] ERROR no s'ha trobat l'expedient", "traceId: %32h spanId: %16h",
		"SUP-%5d: segueix igual", "Ticket %8d tancat", "Incidència INC00%6d", "Cas núm. %10d", "ref. CLA-%4d-%6d", "comanda %12d", "expedient %4d/%6d", "Registre d'entrada E/%6d-2026", "ID: %16d", "order_id=%16d", "timestamp 17%11d", "seq %9d", "offset=%14d", "thread %15d",
		"IP 10.%2d.%2d.%2d no respon", "%2d.|-- 10.1.%2d.%2d   0.0%%   100   1.%1d   2.%1d", "fe80::%4h:%4h:%4h:%4h", "MAC %2h:%2h:%2h:%2h:%2h:%2h", "eth0 %2h-%2h-%2h-%2h-%2h-%2h", "203.0.113.%2d:8443",
		"Telèfon 93%7d", "Tel. 6%8d", "+34 9%8d", "truqueu al 900 %3d %3d", "ext. %4d", "versió 2.%2d.%3d", "build 1.%1d.%1d-%7h", "v%1d.%2d.%1d-rc%1d", "%4d-03-%1d", "a les 1%1d:%1d0 del 02/03/2026", "2026-03-02 1%1d:11:12,%3d WARN [main] c.e.Servei - cua de %3d missatges",
		"\tat cat.example.Servei.metode%2d(Servei.java:%3d)", "Caused by: cat.example.ErrorDeServei: codi %4d", "goroutine %3d [running]:", "0x%8h in main ()", "rip=0x%16h rsp=0x%16h", "Error 0x8%7h", "PID %5d", "port %5d", "%6d ms", "%3d MB de %4d MB",
		"GET /api/expedients/%8d HTTP/1.1 200 %4d", "GET /static/app.%8h.js 304", "/var/lib/docker/overlay2/%64h/merged", "backup-2026030%1d-%4d.tar.gz", "Message-ID: <%12d.%8h@mail.example.cat>", "ETag: W/\"%16h\"", "pod portal-%9h-%5h reiniciat", "i-0%16h aturada", "vol-0%16h", "queue id %10h",
		"contrasenya caducada fa %2d dies", "la contrasenya caduca d'aquí a %1d dies", "%1d intents de contrasenya fallits", "contraseña bloqueada tras %1d intentos", "password must be at least %2d characters", "canvi de contrasenya a les 1%1d:30", "Failed password for invalid user u%3d from 10.0.%2d.%2d port %5d ssh2", "using password: YES (%4d)",
		"(Servei.java:%3d)", "lot %4h-%4h", "matrícula %4d BCD", "CP 08%3d", "BCN-%3d-A", "ISBN 978-84-%4d-%3d-1", "CIF B%8d", "lat 41.%6d, lon 2.%6d", "Núm. sèrie %4d-%4d-%4d", "EAN 84%11d", "ICCID 8934%15d", "S/N %6hX%4d", "factura %4d/%6d de 1.%3d,00 EUR",
	}
}

// honestProse is talk about passwords in which none is.
func honestProse(r *rand.Rand) string {
	ca := pick(r, "L'usuari", "La usuària del registre", "El personal de l'ajuntament", "En Joan", "El servei d'atenció", "L'Anna Exemple") + " " +
		pick(r, "no recorda la contrasenya", "diu que la contrasenya no va", "ha canviat la contrasenya", "no pot restablir la contrasenya", "demana una contrasenya nova", "posa bé la contrasenya i no hi entra", "té la contrasenya caducada", "no sap la clau d'accés", "no ha rebut la contrasenya", "ha bloquejat el compte en posar malament la contrasenya") +
		pick(r, "", " des d'ahir", " del portal", " de l'aplicació de padró", " al servidor srv-app-01", " des de la IP 10.1.2.3", " (error 401)", ": surt l'error 403", " i li surt «contrasenya incorrecta»", ", tal com deia la SUP-1234") + pick(r, "", ".", "!", " i està aturat.")
	es := pick(r, "El usuario", "La usuaria", "El ayuntamiento", "Joan Puig", "El equipo") + " " +
		pick(r, "no recuerda la contraseña", "dice que la contraseña no funciona", "ha cambiado la contraseña", "no puede restablecer la contraseña", "pide una contraseña nueva", "tiene la contraseña caducada", "no conoce la clave de acceso", "no ha recibido la clave", "introduce la contraseña y vuelve a la pantalla de inicio") +
		pick(r, "", " desde ayer", " del portal", " en srv-web-02", " desde la 10.4.5.6", " (código 1326)", ": sale el error 500", " y ve «contraseña incorrecta»") + pick(r, "", ".", " y no puede trabajar.")
	en := pick(r, "The user", "Our admin", "The service account") + " " + pick(r, "forgot the password", "cannot reset the password", "changed the password yesterday", "gets an invalid password error", "has an expired password", "was asked for a password twice") + pick(r, "", " on srv-db-01", " since 10:15", " (HTTP 401)", " after the update to 4.2.1") + "."
	return pick(r, ca, es, en)
}

// filled is a form with its digits and hexadecimal digits.
func filled(r *rand.Rand, form string) string {
	var out strings.Builder
	for form != "" {
		before, after, found := strings.Cut(form, "%")
		out.WriteString(before)
		if !found {
			break
		}
		switch after[0] {
		case '%':
			out.WriteByte('%')
			form = after[1:]
			continue
		case 'U':
			h := chars(r, 32, "0123456789abcdef")
			out.WriteString(h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:])
			form = after[1:]
			continue
		}
		n := 0
		for isDigit(after[0]) {
			n, after = n*10+int(after[0]-'0'), after[1:]
		}
		set := digits
		if after[0] == 'h' {
			set += "abcdef"
		}
		out.WriteString(chars(r, n, set))
		form = after[1:]
	}
	return out.String()
}

// Of honest texts, at most one in 200 is taken for private.
func TestLeavesHonestTexts(t *testing.T) {
	t.Parallel()
	const most = 200
	g := newGuard(t, nil)
	r := rand.New(rand.NewPCG(4, 1))
	own := strings.Split(strings.TrimSpace(honestLines), "\n")
	texts := append([]string(nil), own...)
	for range 12 {
		for _, form := range honestForms() {
			texts = append(texts, filled(r, form))
		}
	}
	for range 600 {
		texts = append(texts, honestProse(r))
	}
	for range 1200 { // whole incidents of them
		var lines []string
		for range 3 + r.IntN(10) {
			lines = append(lines, pick(r, pick(r, own...), filled(r, pick(r, honestForms()...)), honestProse(r)))
		}
		texts = append(texts, strings.Join(lines, pick(r, "\n", "\n\n", "\r\n")))
	}
	issues, err := filepath.Glob("../../cmd/escalat/testdata/issues/*.txtar")
	if err != nil || len(issues) == 0 {
		t.Fatalf("no issues: %v", err)
	}
	for _, name := range issues {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(raw))
	}
	if n := len(own) + len(honestForms()); n < 400 || len(texts) < 2000 {
		t.Errorf("%d lines and %d texts are too few", n, len(texts))
	}
	hit := 0
	for _, text := range texts {
		if hits := g.Text(text); len(hits) > 0 {
			hit++
			h := hits[0]
			t.Logf("%s %q in %q", h.Kind, text[h.Start:h.End], lineAround(text, span{h.Start, h.End}))
		}
	}
	told := fmt.Sprintf("%d of %d honest texts (%d lines of our own) are hit", hit, len(texts), len(own)+len(honestForms()))
	t.Log(told)
	if hit*most > len(texts) {
		t.Error(told)
	}
}
