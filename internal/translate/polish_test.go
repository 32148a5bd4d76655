package translate

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"escalat/bridge/sentence"
)

// TestPolish: what the transfer gives, in the words of a desk. The Spanish of it is what
// the generator would make.
func TestPolish(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ in, want string }{
		"command":        {"^Reiniciar<vblex><pri><p2><pl>$ ^ya<adv>$", "^Reiniciar<vblex><imp><p3><pl>$ ^ya<adv>$"},
		"joined":         {"^y<cnjcoo>$ ^enviar<vblex><imp><p2><pl>+nos<prn><enc><p1><mf><pl>$", "^y<cnjcoo>$ ^enviar<vblex><imp><p3><pl>+nos<prn><enc><p1><mf><pl>$"},
		"not to":         {"^no<adv>$ ^lo<prn><pro><p3><m><sg>$ ^borrar<vblex><pri><p2><pl>$", "^no<adv>$ ^lo<prn><pro><p3><m><sg>$ ^borrar<vblex><prs><p3><pl>$"},
		"condition":      {"^si<cnjadv>$ ^reiniciar<vblex><pri><p2><pl>$", "^si<cnjadv>$ ^reiniciar<vblex><pri><p3><pl>$"},
		"two conditions": {"^si<cnjadv>$ ^abrir<vblex><pri><p2><pl>$ ^y<cnjcoo>$ ^cerrar<vblex><pri><p2><pl>$", "^si<cnjadv>$ ^abrir<vblex><pri><p3><pl>$ ^y<cnjcoo>$ ^cerrar<vblex><pri><p3><pl>$"},
		"ability":        {"^poder<vbmod><pri><p2><pl>$ ^cerrar<vblex><inf>$", "^poder<vbmod><pri><p3><pl>$ ^cerrar<vblex><inf>$"},
		"question":       {"^reiniciar<vblex><pri><p2><pl>$ ^ya<adv>$^?<sent>$", "^reiniciar<vblex><pri><p3><pl>$ ^ya<adv>$^?<sent>$"},
		"wish":           {"^necesitar<vblex><pri><p1><pl>$ ^que<cnjsub>$ ^volver<vblex><pri><p2><pl>$", "^necesitar<vblex><pri><p1><pl>$ ^que<cnjsub>$ ^volver<vblex><prs><p3><pl>$"},
		"when":           {"^cuando<rel><adv>$ ^cerrar<vblex><pri><p2><pl>$", "^cuando<rel><adv>$ ^cerrar<vblex><prs><p3><pl>$"},
		"past":           {"^haber<vbhaver><pri><p2><pl>$ ^hacer<vblex><pp><m><sg>$", "^haber<vbhaver><pri><p3><pl>$ ^hacer<vblex><pp><m><sg>$"},
		"purpose":        {"^porque<cnjadv>$ ^no<adv>$ ^saltar<vblex><prs><p3><pl>$", "^para<pr>$ ^que<cnjsub>$ ^no<adv>$ ^saltar<vblex><prs><p3><pl>$"},
		"cause":          {"^porque<cnjadv>$ ^no<adv>$ ^ir<vblex><pri><p3><sg>$", "^porque<cnjadv>$ ^no<adv>$ ^ir<vblex><pri><p3><sg>$"},
		"for you":        {"^Os<prn><pro><p2><mf><pl>$ ^adjuntar<vblex><pri><p1><pl>$", "^Le<prn><pro><p3><mf><pl>$ ^adjuntar<vblex><pri><p1><pl>$"},
		"it to you":      {"^os<prn><pro><p2><mf><pl>$ ^lo<prn><pro><p3><nt>$ ^enviar<vblex><pri><p1><pl>$", "^se<prn><pro><ref><p3><mf><sp>$ ^lo<prn><pro><p3><nt>$ ^enviar<vblex><pri><p1><pl>$"},
		"yourselves":     {"^Fijar<vblex><imp><p2><pl>+os<prn><enc><p2><mf><pl>$", "^Fijar<vblex><imp><p3><pl>+se<prn><enc><ref><p3><mf><sp>$"},
		"to send you":    {"^enviar<vblex><inf>+os<prn><enc><p2><mf><pl>$", "^enviar<vblex><inf>+le<prn><enc><p3><mf><pl>$"},
		"yours":          {"^vuestro<det><pos><m><sg>$ ^fichero<n><m><sg>$", "^suyo<det><pos><mf><sg>$ ^fichero<n><m><sg>$"},
		"you":            {"^vosotros<prn><tn><p2><m><pl>$", "^ustedes<prn><tn><p3><mf><pl>$"},
		"den":            {"^el<det><def><m><sg>$ ^servidor<n><m><sg>$ ^madriguera<n><f><sg>$", "^el<det><def><m><sg>$ ^servidor<n><m><sg>$ ^caer<vblex><pri><p3><sg>$"},
		"a real den":     {"^el<det><def><f><sg>$ ^madriguera<n><f><sg>$", "^el<det><def><f><sg>$ ^madriguera<n><f><sg>$"},
		"use":            {"^hacer<vblex><pri><p1><pl>$ ^servir<vblex><inf>$ ^el<det><def><m><sg>$", "^usar<vblex><pri><p1><pl>$ ^el<det><def><m><sg>$"},
		"in it":          {"^a<pr>$ ^el<det><def><f><sg>$ ^base<n><f><sg>$ ^hay<vblex><pri><p3><sg>$", "^en<pr>$ ^el<det><def><f><sg>$ ^base<n><f><sg>$ ^hay<vblex><pri><p3><sg>$"},
		"at an hour":     {"^a<pr>$ ^el<det><def><f><pl>$ ^*xqza$", "^a<pr>$ ^el<det><def><f><pl>$ ^*xqza$"},
		"nobody":         {"^nadie<prn><tn><m><sg>$ ^no<adv>$ ^poder<vbmod><pri><p3><sg>$", "^nadie<prn><tn><m><sg>$ ^poder<vbmod><pri><p3><sg>$"},
		"no, no":         {"^nada<prn><tn><nt>$^,<cm>$ ^no<adv>$ ^poder<vbmod><pri><p3><sg>$", "^nada<prn><tn><nt>$^,<cm>$ ^no<adv>$ ^poder<vbmod><pri><p3><sg>$"},
		"on Monday":      {"^desde<pr>$ ^lunes<n><m><sp>$", "^desde<pr>$ ^el<det><def><m><sg>$ ^lunes<n><m><sp>$"},
		"Saturday":       {"^Sábado<n><m><sg>$ ^cerrar<vblex><fti><p1><pl>$", "^El<det><def><m><sg>$ ^sábado<n><m><sg>$ ^cerrar<vblex><fti><p1><pl>$"},
		"Monday to":      {"^de<pr>$ ^lunes<n><m><sp>$ ^a<pr>$ ^viernes<n><m><sp>$", "^de<pr>$ ^lunes<n><m><sp>$ ^a<pr>$ ^viernes<n><m><sp>$"},
		"if any":         {"^si<cnjadv>$ ^faltar<vblex><pri><p3><sg>$ ^ninguno<det><ind><m><sg>$ ^dato<n><m><sg>$", "^si<cnjadv>$ ^faltar<vblex><pri><p3><sg>$ ^alguno<det><ind><m><sg>$ ^dato<n><m><sg>$"},
		"blanks":         {"[1]^*xqza$ [2] ^.<sent>$ tail[3]", "[1]^*xqza$ [2] ^.<sent>$ tail[3]"},
		"a blank stays":  {"^nadie<prn><tn><m><sg>$[1]^no<adv>$ ^poder<vbmod><pri><p3><sg>$", "^nadie<prn><tn><m><sg>$[1] ^poder<vbmod><pri><p3><sg>$"},
		"torn":           {"^reiniciar<vblex><pri><p2><pl>", "^reiniciar<vblex><pri><p2><pl>"},
		"nothing":        {"", ""},
	} {
		if got := polish(test.in); got != test.want {
			t.Errorf("%s: %s\nwant %s", name, got, test.want)
		}
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"es desa el canvi": "es guarda el canvi", "Desar": "Guardar", "no s'ha desat.": "no s'ha guardat.", "deseu-lo": "guardeu-lo",
		"des de dilluns": "des de dilluns", "des": "des", "desastre": "desastre", "Des d'ahir": "Des d'ahir", "": "", "desa": "guarda", "«desàvem»": "«guardàvem»",
	} {
		if got := known(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// FuzzPolish: whatever comes from the programs, nothing that stands between the words is
// lost.
func FuzzPolish(f *testing.F) {
	f.Add("[1]^Reiniciar<vblex><pri><p2><pl>+os<prn>$ ^y<cnjcoo>$[2]^*xqza$.")
	f.Add("^porque<cnjadv>$ ^os<prn>$ ^ser<vbser>$ ^en<pr>$^*x$ ^lunes<n>$")
	f.Add("^a<pr>$^<><>$^+$^$")
	f.Fuzz(func(t *testing.T, text string) {
		out := polish(text)
		for _, sign := range []string{"[1]", "[2]", "[3]"} {
			if strings.Count(outside(text), sign) != strings.Count(outside(out), sign) {
				t.Errorf("%q became %q", text, out)
			}
		}
	})
}

// outside is what stands between the words.
func outside(text string) string {
	units, tail, ok := parseUnits(text)
	if !ok {
		return ""
	}
	var b strings.Builder
	for _, u := range units {
		b.WriteString(u.blank + "\x00")
	}
	return b.String() + tail
}

// FuzzStream: what is encoded and comes back untouched is what it was, and nothing that
// comes back makes a fixed piece that was not there.
func FuzzStream(f *testing.F) {
	f.Add("La xarxa ", "10.1.2.3", " no va.", "la red xqza no va [0]")
	f.Add("l'", "API", "", "[0][0]")
	f.Add("", "*", "xqza", "XQZA xqz [1] [99999999999999999999]")
	f.Fuzz(func(t *testing.T, a, fixed, b, answer string) {
		s := sentence.Sentence{{Text: a}, {Text: fixed, Fixed: true}, {Text: b}}
		st, words := encode(s)
		if strings.ContainsAny(strings.Trim(st.text, "[]"), "\x00^$") {
			t.Errorf("%q holds what it must not", st.text)
		}
		back := st.decode(st.text)
		if back == nil || !sameFixed(s, back) {
			t.Errorf("%q came back as %q by %q", s, back, st.text)
		}
		if plain := a + b; words && utf8.ValidString(a) && utf8.ValidString(b) && utf8.ValidString(fixed) && !strings.ContainsAny(plain, "’ŀĿ\u00a0\x00") && known(plain) == plain && strings.TrimSpace(fixed) != "" {
			if got, want := strings.ToLower(strings.TrimSpace(back.String())), strings.ToLower(strings.TrimSpace(a+fixed+b)); norm.NFC.IsNormalString(a) && norm.NFC.IsNormalString(b) && !strings.HasSuffix(want, ".") && got != want {
				t.Errorf("%q, want %q by %q", got, want, st.text)
			}
		}
		if other := st.decode(answer); other != nil && !sameFixed(s, other) {
			t.Errorf("%q made %q", answer, other)
		}
	})
}

// FuzzServices: whatever a service answers, it is read or refused.
func FuzzServices(f *testing.F) {
	f.Add(`La <span translate="no" id="1">x</span> red`)
	f.Add(`La <x id="1">x</x> red &amp; &lt;`)
	f.Fuzz(func(t *testing.T, answer string) {
		s := sentence.Sentence{{Text: "La xarxa "}, {Text: "x", Fixed: true}, {Text: " cau"}}
		for _, form := range []format{{writeHTML, readHTML}, {writeXML, readXML}} {
			if out := rebuild(s, answer, form); out != nil && !sameFixed(s, out) {
				t.Errorf("%q made %q", answer, out)
			}
		}
	})
}
