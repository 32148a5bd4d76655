package guard

import (
	"os"
	"strings"
	"testing"
)

func BenchmarkScratch(b *testing.B) {
	g, _ := New(Config{Key: []byte("0123456789abcdef0123")})
	raw, _ := os.ReadFile("gitleaks.toml")
	honest := strings.Repeat("2026-01-02T10:00:00,123 INFO [http-nio-8080-exec-1] cat.example.Servei - Petició 3f2504e0-4f89-41d3-9a0c-0305e82c3301 de 10.0.0.12 a /api/v1/expedients ha trigat 1234 ms (token expired, key=abc)\n", 8000)
	for name, text := range map[string]string{
		"honest": honest[:1<<20], "words": strings.Repeat("password token key secret clau contrasenya ", 30000)[:1<<20],
		"pass=": strings.Repeat("pass=", 1<<18)[:1<<20], "digits": strings.Repeat("1234 5678 ", 1<<17)[:1<<20], "a": strings.Repeat("a", 1<<20),
		"A1": strings.Repeat("A1 ", 1<<19)[:1<<20], "rules": strings.Repeat(string(raw), 12)[:1<<20], "---": strings.Repeat("-----BEGIN PRIVATE KEY-----\n", 1<<16)[:1<<20],
		"%": strings.Repeat("%41%42", 1<<18)[:1<<20], "://": strings.Repeat("a://b:c@", 1<<18)[:1<<20], "Nom:": strings.Repeat("Nom: Ab Cd\n", 1<<18)[:1<<20],
		"b64": strings.Repeat("cGFzc3dvcmQ9", 1<<18)[:1<<20], "lines": strings.Repeat("abcdef12\n", 1<<18)[:1<<20], "es:": strings.Repeat("ES12", 1<<18)[:1<<20], "nl": strings.Repeat("és:\n", 1<<18)[:1<<20],
		"a;": strings.Repeat("a=b;", 1<<18)[:1<<20], "pwd;": strings.Repeat("server=x;pwd= ;", 1<<18)[:1<<20], "naix": strings.Repeat("Ab Cd naixement ", 1<<18)[:1<<20], "cookie": strings.Repeat("cookie: a=", 1<<18)[:1<<20], "curl": strings.Repeat("curl -u ", 1<<18)[:1<<20],
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				g.Text(text)
			}
		})
	}
}
