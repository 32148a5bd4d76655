package bridge_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// TestSlim: what is known to have left is known again by a digest, and nothing else is
// dropped.
func TestSlim(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	c := bridge.Case{Notices: []bridge.Notice{
		{Serial: 1, Body: "Buenos días:\n\nEl servidor «web-1» no responde. Ñu", SentAt: at, Prints: []uint32{1}},
		{Serial: 2, Body: "Sigue igual", SeenAt: at}, // what wrote it may still look for it
		{Serial: 3, Body: "Sin enviar"},
		{Serial: 4, Body: "¡¡¡ ??? !!!", SentAt: at},
		{Serial: 5, Blob: "x", SentAt: at},
	}}
	before := c.Notices
	check := func(when string) {
		t.Helper()
		for text, want := range map[string]bool{
			"buenos dias: El servidor":                                  false,
			"BUENOS DÍAS El servidor 'web-1'  no responde\r\nÑU":        true,
			"Buenos días: El servidor web1 no responde. Ñu -- la firma": true,
			"Buenos días: El servidor web1 no responde. Ny":             false,
			"Buenos días":         false,
			"¡¡¡ ??? !!!":         false,
			"":                    false,
			"sigue  igual, adiós": true,
			"Sin enviar":          true,
			"0 ":                  false,
		} {
			if got := c.Said(text); got != want {
				t.Errorf("%s: %q: %t", when, text, got)
			}
		}
	}
	check("before")
	for range 2 { // what is slim stays so
		c.Slim()
		check("after")
	}
	if before[0].Body == "" {
		t.Error("the notices of another copy of the case were changed")
	}
	var kept []string
	for _, n := range c.Notices {
		kept = append(kept, n.Body)
	}
	if diff := cmp.Diff([]string{"", "Sigue igual", "Sin enviar", "", ""}, kept); diff != "" || len(c.Notices[0].Prints) != 1 {
		t.Errorf("%s, %v", diff, c.Notices[0].Prints)
	}
}

// TestSlimPrints: those of the first notice and of the newest are kept.
func TestSlimPrints(t *testing.T) {
	t.Parallel()
	var c bridge.Case
	for i := range 40 {
		c.Notices = append(c.Notices, bridge.Notice{Serial: i + 1, Prints: []uint32{uint32(i)}})
	}
	c.Slim()
	for _, n := range c.Notices {
		if want := n.Serial == 1 || n.Serial > 10; want != (len(n.Prints) > 0) {
			t.Errorf("notice %d: %v", n.Serial, n.Prints)
		}
	}
}

// TestACaseStaysSmall: one of a very long conversation by an API is written anew with each
// text of it.
func TestACaseStaysSmall(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	c := bridge.Case{Relayed: map[string]string{}}
	for i := range 300 {
		id := fmt.Sprint(1_000_000 + i)
		c.Relayed[id] = strings.Repeat("a", 64)
		c.Notices = append(c.Notices, bridge.Notice{
			Serial: i + 1, MessageID: "escalat.abcdefghijklmnop." + id + "@escalat.example.org", Subject: strings.Repeat("s", 100), Channel: bridge.ByAPI,
			About: bridge.AboutWords, Comment: id, Body: strings.Repeat("paraula ", 2000), Prints: make([]uint32, 200), SentAt: at, Written: at,
			Author: "Núria Exemple", Mention: "[~nuria.exemple]", Source: strings.Repeat("a", 64), Kind: "incidencia",
		})
		for p := range c.Notices[i].Prints {
			c.Notices[i].Prints[p] = 4_000_000_000
		}
		c.Slim()
	}
	raw, err := json.Marshal(c)
	if err != nil || len(raw) > 350<<10 {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	t.Logf("%d bytes", len(raw))
}
