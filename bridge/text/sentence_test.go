package text

import "testing"

// TestNamesInSentences: how a sentence goes on before a name, behind one and within
// brackets.
func TestNamesInSentences(t *testing.T) {
	t.Parallel()
	ca := texts(t, "ca")
	for _, c := range []struct{ got, want string }{
		{ca.sentence("el tiquet de %[1]s, al portal de %[1]s", "OVH"), "el tiquet d’‹OVH›, al portal d’‹OVH›"},
		{ca.sentence("resposta de %[2]s a %[1]s", "Acme", "Claranet"), "resposta de ‹Claranet› a ‹Acme›"},
		{ca.sentence("el de %[2]s, %[1]s", "x", "Àgora"), "el d’‹Àgora›, ‹x›"},
		{ca.sentence("des de %[1]s", ""), "des de ‹›"},
		{ca.sentence("de %[1]s", markup("OVH")), "de OVH"}, // markup is no name
		{texts(t, "es").sentence("el ticket de %[1]s", "OVH"), "el ticket de ‹OVH›"},
		{within("Incidència (nivell 1)"), "Incidència, nivell 1"},
		{within("Sistemes"), "Sistemes"},
		{ca.Through(Through{MentionMarkup: me, Provider: "Acme", Tell: "Les obres es demanen."}), me + ", ‹les obres es demanen.›"},
		{ca.Through(Through{MentionMarkup: me, Provider: "Acme", Tell: "Acme les demana."}), me + ", ‹Acme les demana.›"},
		{ca.Through(Through{MentionMarkup: me, Provider: "Acme", Tell: "PHP s’hi recompila."}), me + ", ‹PHP s’hi recompila.›"},
		{ca.Through(Through{Provider: "Acme", Tell: "Les obres es demanen."}), "‹Les obres es demanen.›"},
		{lowerFirst("Él la pide."), "él la pide."},
		{lowerFirst("A OVH es demana."), "a OVH es demana."},
		{lowerFirst(""), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
