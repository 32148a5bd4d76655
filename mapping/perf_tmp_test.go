package mapping
import ("testing";"strings";"time")
func TestPerfTmp(t *testing.T) {
	p := loadClaranet(t)
	fields := append([]*Field{&p.Kind}, p.Form("redes").All()...)
	x := newLabels(fields, p.others(fields))
	for _, u := range []string{"a", "A, ", "A,B:", "Impacte: a; ", "Impacte: a\n", "Impcate: a\n", "* a\n", "|a|b|\n", "||Impacte||Contacte||\n|a|b|\n", "(", "((((\n", "|Impacte", "{panel}", "{quote}Impacte:{quote}\na\n", "{noformat}\nImpacte en negoci: a\n{noformat}\n", "*a ", "[a|b] ", "h1. Impacte\n", "\n", "Impacte:\n\n", "Impacte ", "¿", "📌", "é ", "\\\\ ", "{color:red}", "Impacte en negoci en negoci ", "a. A", "* Impacte: a\n** b\n", ".....a", "Xyzzyq: a\n", "a\u00a0", "&amp;", "{*}", "!a.png! ", "** a\n* b\n", "> a\n", "Impacte: {code}\na\n{code}\n","{noformat}\na: b\n{noformat}\n", "abcdefghi: x\n{code}a{code}\n"} {
		s := strings.Repeat(u, (1<<20)/len(u))
		for _, first := range []bool{true, false} {
		at := time.Now()
		x.read(s, first)
		if d := time.Since(at); d > 500*time.Millisecond { 
			at = time.Now(); newPage(s); d2 := time.Since(at)
			t.Logf("%q %v: %v (page %v)", u, first, d, d2) }
		}
	}
	s := "||" + strings.Repeat("Impacte||", 50000) + "\n" + strings.Repeat("|a", 50000)+"|\n"
	at := time.Now(); x.read(s, true); t.Log("wide", time.Since(at))
	s = "||Impacte||Contacte||\n" + strings.Repeat("|a|b|\n", 150000)
	at = time.Now(); x.read(s, true); t.Log("long", time.Since(at))
	s = strings.Repeat("Impacte: ", 1) + strings.Repeat("((a) ", 200000)
	at = time.Now(); x.read(s, true); t.Log("par", time.Since(at))
}
