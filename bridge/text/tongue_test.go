package text_test

import (
	"cmp"
	"encoding/binary"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"escalat/bridge/text"
)

// own are the project's lines in one tongue: comments, tickets, one-liners.
func own(t testing.TB, tongue text.Tongue) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/tongue/" + string(tongue) + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

func tongues() []text.Tongue { return []text.Tongue{text.Catalan, text.Spanish, text.English} }

// TestLanguageOfOwnLines measures what people write to a support desk, without any prior
// and in a thread of the same tongue.
func TestLanguageOfOwnLines(t *testing.T) {
	t.Parallel()
	for _, want := range tongues() {
		lines := own(t, want)
		if len(lines) < 120 {
			t.Errorf("%s: %d lines, want 120", want, len(lines))
		}
		measure(t, string(want)+" without a prior", lines, want, "", 96)
		measure(t, string(want)+" in its thread", lines, want, want, 99)
		for _, other := range tongues() {
			if other != want {
				measure(t, string(want)+" in a thread in "+string(other), lines, want, other, 80)
			}
		}
	}
}

// measure holds the share of lines that are read as they should be against the least, in
// per cent.
func measure(t *testing.T, name string, lines []string, want, prior text.Tongue, least float64) {
	t.Helper()
	var wrong []string
	for _, line := range lines {
		if got := text.LanguageOf(line, prior); got != want {
			wrong = append(wrong, cmp.Or(string(got), "-")+": "+line)
		}
	}
	share := 100 * float64(len(lines)-len(wrong)) / float64(max(len(lines), 1))
	t.Logf("%s: %.2f %% of %d lines", name, share, len(lines))
	if share < least {
		t.Errorf("%s: %.2f %%, want %.0f %%; wrong:\n%s", name, share, least, strings.Join(wrong[:min(len(wrong), 40)], "\n"))
	}
}

func TestLanguageOfCases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		prior text.Tongue
		want  text.Tongue
	}{
		{"", text.Catalan, ""},
		{"10.1.1.1 443/tcp", text.Catalan, ""},
		{"/var/log/nginx/error.log:42", text.Spanish, ""},
		{"ok, perfecte", text.Catalan, text.Catalan},
		{"ok", text.Catalan, text.Catalan},
		{"ok", text.Spanish, text.Spanish},
		{"OK", "", ""},
		{"perfecto", text.Catalan, text.Spanish},
		{"Ja funciona, gràcies", text.Spanish, text.Catalan},
		{"Ya funciona, gracias", text.Catalan, text.Spanish},
		{"It works now, thanks", text.Catalan, text.English},
		{"El router no respon", "", text.Catalan},
		{"El router no respon des d'ahir", text.Spanish, text.Catalan},
		{"El router no responde", text.Catalan, text.Spanish},
		{"NO FUNCIONA EL CORREU A CAP SEU", text.Spanish, text.Catalan},
		{"Hem reiniciat srv-web01.intra.exemple.cat (10.2.3.4) i continua igual", "", text.Catalan},
	} {
		if got := text.LanguageOf(c.text, c.prior); got != c.want {
			t.Errorf("LanguageOf(%q, %q) = %q, want %q", c.text, c.prior, got, c.want)
		}
	}
}

func TestLanguageOfAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		prior := rapid.SampledFrom(append(tongues(), "")).Draw(t, "prior")
		got := text.LanguageOf(s, prior)
		if got != "" && !slices.Contains(tongues(), got) {
			t.Fatalf("LanguageOf(%q, %q) = %q", s, prior, got)
		}
		if got != "" && !strings.ContainsFunc(s, unicode.IsLetter) {
			t.Fatalf("LanguageOf(%q, %q) = %q without a letter", s, prior, got)
		}
	})
}

// TestLanguageOfCatalogues measures the messages of programs in the catalogues that are
// installed, or in the folder that ESCALAT_CATALOGUES names; there each language is a
// folder as in /usr/share/locale. The weights were learned from other programs' messages,
// those in learned.
func TestLanguageOfCatalogues(t *testing.T) {
	t.Parallel()
	root := cmp.Or(os.Getenv("ESCALAT_CATALOGUES"), "/usr/share/locale")
	seen, known := messages(t, root)
	for half, found := range map[string]map[text.Tongue][]string{"other programs": seen, "programs it learned from": known} {
		for _, tongue := range tongues() {
			lines := found[tongue]
			if len(lines) < 2000 {
				t.Logf("NOT MEASURED: %d lines of %s in %s, %s; install language packs or set ESCALAT_CATALOGUES", len(lines), half, tongue, root)
				continue
			}
			measure(t, string(tongue)+" of "+half, lines, tongue, "", 96)
			measure(t, string(tongue)+" of "+half+", in its thread", lines, tongue, tongue, 97)
			short := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return len(strings.Fields(line)) > 4 })
			measure(t, string(tongue)+" of "+half+", two to four words", short, tongue, "", 90)
			measure(t, string(tongue)+" of "+half+", two to four words in its thread", short, tongue, tongue, 96)
		}
	}
	if len(seen[text.Catalan])+len(known[text.Catalan]) < 2000 {
		t.Skipf("SKIPPED: no Catalan and Spanish message catalogues in %s; install language packs or set ESCALAT_CATALOGUES", root)
	}
}

// learned are the programs whose messages the weights were learned from.
var learned = regexp.MustCompile(`^(?:NetworkManager|aptitude|evince|evolution|gedit|gimp20.*|gnome-control-center.*|gnome-shell|gnucash|inkscape|mutt|nautilus|util-linux|vlc)\.mo$`)

// messages returns the one-line messages of the catalogues that exist in Catalan and in
// Spanish, and are different in all three, by their tongue.
func messages(t *testing.T, root string) (other, known map[text.Tongue][]string) {
	t.Helper()
	other, known = map[text.Tongue][]string{}, map[text.Tongue][]string{}
	paths, err := filepath.Glob(filepath.Join(root, "ca", "LC_MESSAGES", "*.mo"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		name := filepath.Base(path)
		if strings.HasPrefix(name, "iso_") || strings.Contains(name, "timezones") {
			continue // names of countries and tongues: no messages
		}
		catalan, spanish := catalogue(t, path), catalogue(t, filepath.Join(root, "es", "LC_MESSAGES", name))
		into := other
		if learned.MatchString(name) {
			into = known
		}
		for id, es := range spanish {
			ca := catalan[id]
			en, es, ca := message(id), message(es), message(ca)
			if en == "" || en == es || en == ca || es == ca {
				continue
			}
			into[text.English] = append(into[text.English], en)
			if es != "" {
				into[text.Spanish] = append(into[text.Spanish], es)
			}
			if ca != "" {
				into[text.Catalan] = append(into[text.Catalan], ca)
			}
		}
	}
	for _, m := range []map[text.Tongue][]string{other, known} {
		for tongue := range m {
			slices.Sort(m[tongue])
			m[tongue] = slices.Compact(m[tongue])
		}
	}
	return other, known
}

// catalogue reads a compiled catalogue of gettext; nothing of one that is not there.
func catalogue(t *testing.T, path string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil || len(b) < 20 {
		return nil
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if order.Uint32(b) != 0x950412de {
		order = binary.BigEndian
	}
	count, ids, texts := order.Uint32(b[8:]), order.Uint32(b[12:]), order.Uint32(b[16:])
	entry := func(table, n uint32) string {
		size, at := order.Uint32(b[table+8*n:]), order.Uint32(b[table+8*n+4:])
		return string(b[at : at+size])
	}
	m := map[string]string{}
	for n := range count {
		m[entry(ids, n)] = entry(texts, n)
	}
	return m
}

var noWords = regexp.MustCompile(`<[^>]*>|%[-+ #0]*[\d*.$]*[hlLqjzt]*[a-zA-Z]|&\w+;`)

// message is a message as it is shown, or nothing: of several lines, or less than two
// words of ten letters.
func message(s string) string {
	if _, rest, ok := strings.Cut(s, "\x04"); ok {
		s = rest
	}
	s, _, _ = strings.Cut(s, "\x00")
	s = strings.TrimSpace(s)
	if strings.Contains(s, "\n") || !utf8.ValidString(s) {
		return ""
	}
	s = strings.TrimSpace(strings.NewReplacer("_", "", "&", "").Replace(noWords.ReplaceAllString(s, " ")))
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if len(words) < 2 || utf8.RuneCountInString(strings.Join(words, "")) < 10 {
		return ""
	}
	return s
}

func BenchmarkLanguageOf(b *testing.B) {
	lines := append(append(own(b, text.Catalan), own(b, text.Spanish)...), own(b, text.English)...)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		text.LanguageOf(lines[n%len(lines)], text.Catalan)
	}
}
