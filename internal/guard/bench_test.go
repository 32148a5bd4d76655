package guard

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
)

// hostile are texts of one MiB that ask for as much work as they can.
func hostile() map[string]string {
	texts := map[string]string{}
	for name, piece := range map[string]string{
		"words": "password token key secret clau contrasenya ", "settings": "pass=", "digits": "1234 5678 ", "letters": "a", "keys": "-----BEGIN PRIVATE KEY-----\n", "escapes": "%41%42", "addresses": "a://b:c@", "fields": "Nom: Ab Cd\n",
		"base64": "cGFzc3dvcmQ9", "lines": "abcdef12\n", "accounts": "ES12", "properties": "server=x;pwd= ;", "births": "Ab Cd naixement ", "cookies": "cookie: a=", "commands": "curl -u ", "every rule": gitleaks,
	} {
		texts[name] = strings.Repeat(piece, 1<<20/len(piece)+1)[:1<<20]
	}
	return texts
}

// BenchmarkText tells how many times longer a MiB takes than one search of a pattern in it.
func BenchmarkText(b *testing.B) {
	g := newGuard(b, nil)
	r := rand.New(rand.NewPCG(1, 1))
	own := strings.Split(honestLines, "\n")
	var honest strings.Builder
	for honest.Len() < 1<<20 {
		honest.WriteString(pick(r, pick(r, own...), filled(r, pick(r, honestForms()...))) + "\n")
	}
	texts := hostile()
	texts["honest"] = honest.String()
	pattern := regexp.MustCompile(`(?i)\b(?:password|contrasenya)\s*[:=]\s*(\S+)`)
	for name, text := range texts {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			var one, all time.Duration
			for b.Loop() {
				start := time.Now()
				pattern.FindAllStringIndex(text, -1)
				middle := time.Now()
				g.Text(text)
				one, all = one+middle.Sub(start), all+time.Since(middle)
			}
			b.ReportMetric(float64(all)/float64(one), "searches")
		})
	}
}
