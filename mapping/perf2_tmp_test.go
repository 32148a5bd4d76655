package mapping
import ("testing";"strings")
func TestPerf2Tmp(t *testing.T) {
	p := loadClaranet(t)
	fields := append([]*Field{&p.Kind}, p.Form("redes").All()...)
	x := newLabels(fields, p.others(fields))
	x.read(strings.Repeat("Impacte: a\n", 1<<20/11), true)
}
