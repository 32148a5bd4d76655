package bridge

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// saying is what a line commands: its name, its arguments, and whether it is sure.
func saying(body string) (name, args string, sure bool, commands int) {
	got := Issue{Comments: []Comment{{ID: "7", Body: "Bon dia,\n" + body + "\n\nAnna"}}}.Commands()
	if len(got) == 0 {
		return "", "", false, 0
	}
	return got[0].Name, strings.Join(got[0].Args, "|"), got[0].Sure, len(got)
}

// TestPhonedAndSent: each way to say that somebody called, or to have more sent, and
// nothing that only tells of it.
func TestPhonedAndSent(t *testing.T) {
	t.Parallel()
	tests := []struct {
		body, name, args string
		sure             bool
	}{
		{"escalat trucat", Phoned, "", true},
		{"/escalat Trucat!", Phoned, "", true},
		{"*escalat trucat*", Phoned, "", true},
		{"Escalat: trucat.", Phoned, "", true},
		{"escalat trucat, gràcies", Phoned, "", true},
		{"escalat trucat [~anna]", Phoned, "", true},
		{"escalat llamado", Phoned, "", true},
		{"escalat phoned, thanks", Phoned, "", true},
		{"escalat called INC77", Phoned, "INC77", true},
		{"escalat trucat 12345", Phoned, "12345", true},
		{"/escalat Trucat 12345, gràcies", Phoned, "12345", true},
		{"escalat *trucat* (12345)", Phoned, "12345", true},
		{"escalat trucat #INC-12/3.", Phoned, "INC-12/3", true},
		{"escalat trucat 2026-1234", Phoned, "2026-1234", true},
		{"escalat trucat tiquet 12345", Phoned, "12345", true},
		{"escalat trucat ref 12345", Phoned, "12345", true},
		{"escalat trucat ref. #12345", Phoned, "12345", true},
		{"escalat trucat: referència: 12345", Phoned, "12345", true},
		{"escalat trucat núm. 12345", Phoned, "12345", true},
		{"escalat trucat núm.12345", Phoned, "12345", true},
		{"escalat trucat amb el tiquet número 12345, gràcies", Phoned, "12345", true},
		{"escalat llamado, ticket nº 12345", Phoned, "12345", true},
		{"escalat called ticket no. 12345", Phoned, "12345", true},
		{"escalat trucat 12345 a les 23:10", Phoned, "12345", true},
		{"escalat trucat 12345 22.30h, gràcies", Phoned, "12345", true},
		{"escalat trucat a les 23:10, tiquet 12345", Phoned, "12345", true},
		{"escalat trucat número de tiquet 12345", Phoned, "12345", true},
		{"escalat trucat de 112", NotKnown, "trucat de 112|trucat", false},
		{"escalat trucat tiquet a les 23:10", NotKnown, "trucat tiquet a les 23:10|trucat", false},
		{"escalat referència tiquet 12345", Reference, "12345", true},
		{"escalat referencia nº 12345", Reference, "12345", true},
		{"escalat referencia és el 12345", Reference, "12345", true},
		{"escalat referencia el 12345 de Claranet", Reference, "12345", false},
		{"escalat trcat", Phoned, "", false},
		{"escalat turcat INC77", Phoned, "INC77", false},
		{"escalat truccat 12345", Phoned, "12345", false},
		{"escalat trucat 10.30h", Phoned, "", false},
		{"escalat trucat a les 10.30", Phoned, "", false},
		{"escalat trucat a les 22h", Phoned, "", false},
		{"escalat trucat a les 10:30 h, gràcies", Phoned, "", false},
		{"escalat llamado a las 3:05", Phoned, "", false},
		{"escalat trucat ara", Phoned, "", false},

		{"escalat envia-canvis", SendChanges, "", true},
		{"/escalat Envia-Canvis, si us plau", SendChanges, "", true},
		{"escalat envia canvis", SendChanges, "", true},
		{"escalat enviacanvis", SendChanges, "", true},
		{"escalat envia els canvis", SendChanges, "", true},
		{"escalat envia\u2011canvis", SendChanges, "", true},
		{"escalat envia-cambios", SendChanges, "", true},
		{"escalat envía los cambios, por favor", SendChanges, "", true},
		{"escalat send-changes", SendChanges, "", true},
		{"escalat send the changes please", SendChanges, "", true},
		{"escalat enviar-canvis", SendChanges, "", true},
		{"escalat envia-canvis ja", SendChanges, "", true},
		{"escalat evnia-canvis", SendChanges, "", false},
		{"escalat envia-cavnis", SendChanges, "", false},
		{"escalat envia cnavis", SendChanges, "", false},
		{"escalat envia-canvis perquè l'impacte és més alt", SendChanges, "perquè|l'impacte|és|més|alt", false},

		{"escalat envia-adjunts", SendFiles, "", true},
		{"escalat envia adjunts", SendFiles, "", true},
		{"escalat envia els adjunts, gràcies", SendFiles, "", true},
		{"escalat envia l'adjunt", SendFiles, "", true},
		{"escalat enviaadjunts", SendFiles, "", true},
		{"escalat envia-fitxers", SendFiles, "", true},
		{"escalat envia-arxius", SendFiles, "", true},
		{"escalat envia-adjuntos", SendFiles, "", true},
		{"escalat envía los adjuntos", SendFiles, "", true},
		{"escalat enviar-archivos", SendFiles, "", true},
		{"escalat send-files", SendFiles, "", true},
		{"escalat send attachments please", SendFiles, "", true},
		{"escalat envia-adjunts tots, si us plau", SendFiles, "", true},
		{"escalat envia-adjuns", SendFiles, "", false},
		{"escalat envia-ajdunts", SendFiles, "", false},
		{"escalat envia-adjunts captura.png", SendFiles, "captura.png", true},
		{"escalat envia adjunts captura.png", SendFiles, "captura.png", true},
		{"escalat envia-adjunts: captura.png.", SendFiles, "captura.png", true},
		{"escalat envia-adjunts a.png b.LOG", SendFiles, "a.png|b.LOG", true},
		{"escalat envia-adjunts a.png, b.log i c.tar.gz", SendFiles, "a.png|b.log|c.tar.gz", true},
		{"escalat envia-adjunts a.png, a.png", SendFiles, "a.png", true},
		{`escalat envia-adjunts "captura de pantalla 1.png" b.log`, SendFiles, "captura de pantalla 1.png|b.log", true},
		{"escalat envia-adjunts «captura 1.png», “l'altra, també.png”", SendFiles, "captura 1.png|l'altra, també.png", true},
		{"escalat envia-adjunts 'core dump'", SendFiles, "core dump", true},
		{"escalat envia adjunts \"core\"", SendFiles, "core", true},
		{`escalat envia-adjunts "captura 1.png`, SendFiles, `"captura 1.png`, false},
		{"escalat envia-adjunts captura de pantalla.png, b.log", SendFiles, "captura de pantalla.png|b.log", false},
		{"escalat envia-adjunts core", SendFiles, "core", false},
		{"escalat envia-adjunts perquè els demanen", SendFiles, "perquè els demanen", false},
		{"escalat envia-adjunts a.png, moltes gràcies", SendFiles, "a.png", true},
		{"escalat envia-adjunts [^mtr 1.txt] i !captura.png|thumbnail!", SendFiles, "mtr 1.txt|captura.png", true},
		{"escalat envia-adjunts b.log [el mtr|^mtr.txt]", SendFiles, "b.log|mtr.txt", true},
		{"escalat envia-adjunts {{a_b_c.png}}", SendFiles, "a_b_c.png", true},
		{"escalat envia-adjunts [informe.zip|http://informe.zip]", SendFiles, "informe.zip", true},
	}
	for _, test := range tests {
		name, args, sure, n := saying(test.body)
		if name != test.name || args != test.args || sure != test.sure || n != 1 {
			t.Errorf("%q: %d of %q with %q, sure %v", test.body, n, name, args, sure)
		}
	}
	for _, body := range []string{
		"escalat trucat a les 10.30 ningú contesta", "Escalat, trucat a Claranet", "escalat trucat ahir", "escalat trucat 2 cops", "escalat trucat 10", "escalat trucat 22/11/2026",
		"escalat trucat 12345 ahir", "escalat trucat INC77 i ningú contesta", "Escalat trucat i no contesten", "Escalat. Trucat dues vegades", "escalat trucant", "escalat truncat", "escalat trucada",
		"escalat llamando", "escalat llamada 12345", "escalat llamado dos veces", "escalat called twice", "escalat trucat a les 25 persones", "escalat trucat a",
		"Escalat, enviat adjunts", "Escalat, envien adjunts", "Escalat, envia els adjunts a l'Anna", "Escalat. Envia els canvis a l'Anna", "escalat envia", "escalat envia els", "escalat envia correu",
		"escalat envia adjunts a claranet.es", "escalat enviats-els adjunts", "escalat adjunts", "escalat canvis", "escalat canvia-adjunts", "escalat send changes tomorrow", "Escalat, send files to Anna",
		"escalat evnia canvis", "escalat envia-canonades", "escalat envia camins", "bq. escalat trucat", "[^mtr.txt] escalat envia-adjunts", "-escalat envia-canvis-",
	} {
		if name, args, _, _ := saying(body); name != "" && name != NotKnown {
			t.Errorf("%q: %q with %q", body, name, args)
		}
	}
}

// TestFilesStandOnTheirLine: a file that another line shows is not meant, and of a
// great many the first are.
func TestFilesStandOnTheirLine(t *testing.T) {
	t.Parallel()
	issue := Issue{Comments: []Comment{{Body: "[^a.png]\nescalat envia-adjunts [^b.png]\n[^c.png]\n\nescalat envia-adjunts " + strings.Repeat("[^d.png][^e.png]", 40)}}}
	var got [][]string
	for _, c := range issue.Commands() {
		got = append(got, c.Args)
	}
	if diff := cmp.Diff([][]string{{"b.png"}, {"d.png", "e.png"}}, got); diff != "" {
		t.Error(diff)
	}
}
