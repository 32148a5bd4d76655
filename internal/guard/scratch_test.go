package guard

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"escalat/bridge"
)

func apply(text string, hits []bridge.Hit) string {
	var b strings.Builder
	end := 0
	for _, h := range hits {
		b.WriteString(text[end:h.Start])
		b.WriteString(h.Kind.Mask())
		end = h.End
	}
	return b.String() + text[end:]
}

func TestScratch(t *testing.T) {
	g, err := New(Config{Key: []byte("0123456789abcdef0123")})
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile(os.Getenv("SCRATCH"))
	for _, l := range strings.Split(string(raw), "\n") {
		l = strings.ReplaceAll(l, "¶", "\n")
		hits := g.Text(l)
		m := apply(l, hits)
		flag := "      "
		if len(hits) > 0 {
			flag = "HIT   "
		}
		if again := g.Text(m); len(again) > 0 {
			flag = "AGAIN "
		}
		fmt.Printf("%s%q\n", flag, m)
	}
}
