package guard

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
	"pgregory.net/rapid"

	"escalat/bridge"
)

func rulesOf(t *testing.T) ruleFile {
	t.Helper()
	var file ruleFile
	if err := toml.Unmarshal([]byte(gitleaks), &file); err != nil {
		t.Fatal(err)
	}
	return file
}

// secretsOf is what a rule finds by the letter: its whole pattern on the whole text.
func secretsOf(pattern *regexp.Regexp, group int, least float64, allowed []allowlist, text string) []string {
	var out []string
	for _, m := range pattern.FindAllStringSubmatchIndex(text, -1) {
		s := span{m[0], m[1]}
		for n := max(1, group); 2*n+1 < len(m); n++ {
			if m[2*n+1] > m[2*n] {
				s = span{m[2*n], m[2*n+1]}
				break
			}
		}
		secret := strings.Trim(text[s.start:s.end], "\n")
		if least > 0 && entropy(secret) <= least {
			continue
		}
		free := false
		for _, a := range allowed {
			free = free || a.allows(text, span{m[0], m[1]}, secret)
		}
		if !free && secret != "" {
			out = append(out, secret)
		}
	}
	return out
}

// What a rule finds by the letter, the guard finds: each rule is held against texts that
// its own pattern makes.
func TestEveryRule(t *testing.T) {
	t.Parallel()
	g := newGuard(t, nil)
	file := rulesOf(t)
	if len(file.Rules) != 222 {
		t.Errorf("%d rules, want 222", len(file.Rules))
	}
	tried, proved := 0, 0
	for _, f := range file.Rules {
		if f.Regex == "" || f.ID == "generic-api-key" || f.ID == "curl-auth-user" { // of paths; held to more than its letter
			continue
		}
		tried++
		pattern := regexp.MustCompile(f.Regex)
		allowed := []allowlist{newAllowlist(file.Allowlist)}
		for _, a := range f.Allowlists {
			allowed = append(allowed, newAllowlist(a))
		}
		// Borders are of the place, not of what stands there.
		made := strings.NewReplacer(`\b`, "", `(?:^|[\\'"\x60\s>=:(,)])`, "", `(?:$|[\\'"\x60\s<),])`, "", `(?:[\x60'"\s;]|\\[nr]|$|\b)`, "", endOfToken, "", `(?:[^\w-]|\z)`, "").Replace(f.Regex)
		generator := rapid.StringMatching(made)
		seen := false
		for seed := range 40 {
			// Letters that are ASCII in another case are of no token.
			text := "hola\n" + strings.NewReplacer("\u212a", "k", "ſ", "s").Replace(generator.Example(seed)) + "\nadeu"
			if !holdsKeyword(text, f.Keywords) || len(text) > farAhead || strings.Contains(text, mark) {
				continue
			}
			left := masked(g, text)
			for _, secret := range secretsOf(pattern, f.SecretGroup, f.Entropy, allowed, text) {
				seen = true
				if strings.Contains(left, secret) {
					t.Errorf("%s: %q is left in %q", f.ID, secret, left)
				}
			}
		}
		if seen {
			proved++
		}
	}
	t.Logf("%d of %d rules were held against a secret", proved, tried)
	if proved*10 < tried*8 {
		t.Errorf("only %d of %d rules were held against a secret", proved, tried)
	}
}

func holdsKeyword(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(strings.ToLower(text), strings.ToLower(w)) {
			return true
		}
	}
	return len(words) == 0
}

// Each of the words is found in each place where it stands.
func TestKeywords(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfNDistinct(rapid.StringMatching(`[abç]{1,4}`), 1, 6, rapid.ID).Draw(t, "words")
		text := rapid.StringMatching(`[abABçx]{0,40}`).Draw(t, "text")
		got, want := map[sighting]bool{}, map[sighting]bool{}
		newKeywords(words).each(text, func(s sighting) { got[s] = true })
		small := strings.Map(lowerRune, text)
		for n, w := range words {
			for at := range len(small) {
				if strings.HasPrefix(small[at:], w) {
					want[sighting{n, at}] = true
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q in %q: %s", words, text, diff)
		}
	})
}

// A place in a view is a place in its text.
func TestView(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		var gone []span
		for _, piece := range rapid.SliceOfN(rapid.StringMatching(`[ab]{1,4}|\(\)`), 0, 12).Draw(t, "pieces") {
			if piece == "()" {
				gone = append(gone, span{text.Len(), text.Len() + 2})
			}
			text.WriteString(piece)
		}
		by := rapid.SampledFrom([]string{mark, ""}).Draw(t, "by")
		v := viewOf(text.String(), gone, by)
		if want := strings.ReplaceAll(text.String(), "()", by); v.text != want {
			t.Fatalf("%q, want %q", v.text, want)
		}
		for at := range len(v.text) {
			if v.text[at] == mark[0] {
				continue
			}
			if s := v.origin(span{at, at + 1}); text.String()[s.start:s.end] != v.text[at:at+1] {
				t.Fatalf("%d is %v in %q", at, s, text.String())
			}
		}
	})
}

// The check digits are those of the offices: a wrong one is no hit.
func TestCheckDigits(t *testing.T) {
	t.Parallel()
	g := newGuard(t, nil)
	for text, want := range map[string]bridge.Private{
		"DNI 12345678Z": bridge.PrivateIdentity, "DNI 12345678A": "", "NIE X1234567L": bridge.PrivateIdentity, "NIE X1234567A": "", "NIF K1234567L": bridge.PrivateIdentity, "CIF B12345674": "", "12345678-Z-9": "", "a12345678Z": "", "DNI 00000000T": "",
		"IBAN ES9121000418450200051332": bridge.PrivateAccount, "IBAN ES9121000418450200051333": "", "GB82 WEST 1234 5698 7654 32": bridge.PrivateAccount, "DE89370400440532013000": bridge.PrivateAccount, "ZZ9121000418450200051332": "", "compte 2100 0418 45 0200051332": bridge.PrivateAccount, "compte 2100 0418 46 0200051332": "",
		"NSS 281234567840": bridge.PrivateSocial, "28/12345678/40": bridge.PrivateSocial, "281234567840": "", "NSS 281234567841": "", "ticket 281234567840": "",
		"4111 1111 1111 1111": bridge.PrivateCard, "4111 1111 1111 1112": "", "ticket 4111111111111111": "", "targeta 4111111111111111": bridge.PrivateCard, "3782 822463 10005": bridge.PrivateCard, "9111111111111111": "",
		"PUMA1800203005": bridge.PrivateHealth, "PUMA1801303005": "", "PUMA1800232005": "", "PUMA2800203005": "", "PROD1800203005": "",
	} {
		var got bridge.Private
		if hits := g.Text(text); len(hits) > 0 {
			got = hits[0].Kind
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// A card in a row of digits is told by its groups, whatever follows.
func TestAmongDigits(t *testing.T) {
	t.Parallel()
	g := newGuard(t, nil)
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		text := "4111 1111 1111 1111 " + chars(r, 2, digits) + "/" + chars(r, 2, digits)
		if got := masked(g, text); strings.Contains(got, "1111") {
			t.Errorf("%q is left of %q", got, text)
		}
	}
}
