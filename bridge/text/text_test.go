package text

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// escaped marks what went through the escape function, so that the golden
// files show what did not.
func escaped(s string) string {
	return "‹" + strings.NewReplacer("\n", " ", "{", `\{`, "[", `\[`, "*", `\*`, "!", `\!`).Replace(s) + "›"
}

func texts(t *testing.T, lang string) Texts {
	t.Helper()
	texts, err := For(lang, escaped)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

const hostile = "{html}<b>[~admin] *x* !y.png!\nh1. z"

func TestGolden(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 9, 5, 0, 0, time.UTC)
	one := time.Date(2026, 1, 2, 1, 0, 0, 0, time.UTC)
	call := func(x Texts) *Call {
		return &Call{Provider: "Claranet", Hours: x.Hours(17*60, 8*60), Numbers: []string{"902 886 336", "+34 934 452 699"}}
	}
	evil := &Call{Provider: hostile, Numbers: []string{hostile}}
	missing := []Missing{
		{Label: "Impacte en negoci", Help: "A qui afecta.", Example: "40 ajuntaments"},
		{Label: "Evidències"},
	}
	const me = "[~accountid:5b10]"
	problem := SendProblem{MentionMarkup: me, Provider: "Claranet", Reason: "550 5.1.1 User unknown"}
	badProblem := SendProblem{Provider: hostile, Reason: hostile, Call: evil}
	byDay := problem
	byDay.Phones, byDay.Portal = []string{"902 884 622", "+34 934 452 600"}, "https://portal.claranet.es"
	badDay := SendProblem{Provider: hostile, Reason: hostile, Phones: []string{hostile}, Portal: hostile}
	// byNight knows the desk's day numbers too: they must not stand there.
	byNight := func(x Texts) SendProblem { p := byDay; p.Call = call(x); return p }
	cases := map[string]func(Texts) string{
		"request": func(x Texts) string {
			return x.Request(Request{MentionMarkup: me, Provider: "Claranet", Form: "Sistemes", Missing: missing, Block: "Impacte en negoci:\nEvidències:"})
		},
		"request-night": func(x Texts) string {
			return x.Request(Request{MentionMarkup: me, Provider: "Claranet", Form: "Sistemes", Missing: missing[:1], Block: "Impacte en negoci:", Call: call(x)})
		},
		"request-hostile": func(x Texts) string {
			return x.Request(Request{Provider: hostile, Form: hostile, Missing: []Missing{{Label: hostile, Help: hostile, Example: hostile}}, Block: "a{noformat}b:\n{code}", Call: evil})
		},
		"sent": func(x Texts) string {
			return x.Sent(Sent{MentionMarkup: me, Provider: "Claranet", To: []string{"css@claranet.es"}, At: at, Subject: "[AOC ST-1] Portal", MessageID: "a@b"})
		},
		"sent-night": func(x Texts) string {
			return x.Sent(Sent{Provider: "Claranet", To: []string{"a@b.es", "c@d.es"}, At: one, Subject: "X", Call: call(x), ByCopy: true})
		},
		"sent-redirected": func(x Texts) string {
			return x.Sent(Sent{MentionMarkup: me, Provider: "Claranet", To: []string{"test@aoc.cat"}, At: at, Subject: "X", Redirected: true, CopyRefused: "452 full"})
		},
		"sent-redirected-night": func(x Texts) string {
			return x.Sent(Sent{MentionMarkup: me, Provider: "Claranet", To: []string{"test@aoc.cat"}, At: at, Subject: "X", Redirected: true, Call: call(x)})
		},
		"sent-hostile": func(x Texts) string {
			return x.Sent(Sent{Provider: hostile, To: []string{hostile}, At: at, Subject: hostile, MessageID: hostile, Call: evil, CopyRefused: hostile})
		},
		"send-failed":             func(x Texts) string { return x.SendFailed(problem) },
		"send-failed-hostile":     func(x Texts) string { return x.SendFailed(badProblem) },
		"send-failed-day":         func(x Texts) string { return x.SendFailed(byDay) },
		"send-failed-day-hostile": func(x Texts) string { return x.SendFailed(badDay) },
		"send-failed-night":       func(x Texts) string { return x.SendFailed(byNight(x)) },
		"send-delayed":            func(x Texts) string { return x.SendDelayed(byDay) },
		"send-delayed-night":      func(x Texts) string { return x.SendDelayed(byNight(x)) },
		"send-delayed-hostile":    func(x Texts) string { return x.SendDelayed(badProblem) },
		"send-unknown":            func(x Texts) string { return x.SendUnknown(byDay) },
		"send-unknown-night":      func(x Texts) string { return x.SendUnknown(byNight(x)) },
		"send-again-night":        func(x Texts) string { return x.SendAgain(byNight(x)) },
		"send-stuck-day":          func(x Texts) string { return x.SendStuck(byDay) },
		"send-stuck-night":        func(x Texts) string { return x.SendStuck(byNight(x)) },
		"withdrawn-night":         func(x Texts) string { p := byNight(x); p.Reason = ""; return x.Withdrawn(p) },
		"send-unknown-hostile":    func(x Texts) string { return x.SendUnknown(badProblem) },
		"send-again":              func(x Texts) string { return x.SendAgain(SendProblem{Provider: "Claranet"}) },
		"send-again-hostile":      func(x Texts) string { return x.SendAgain(badProblem) },
		"send-stuck":              func(x Texts) string { return x.SendStuck(problem) },
		"send-stuck-hostile":      func(x Texts) string { return x.SendStuck(badProblem) },
		"withdrawn":               func(x Texts) string { return x.Withdrawn(SendProblem{MentionMarkup: me, Provider: "Claranet"}) },
		"withdrawn-hostile":       func(x Texts) string { return x.Withdrawn(badProblem) },
		"reply": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "Soporte <css@claranet.es>", At: at, BodyMarkup: "Reiniciado.\n\nSaludos"})
		},
		"reply-files": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at, BodyMarkup: "x", Files: []string{"a.png", "b.txt"}})
		},
		"reply-shortened": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at, BodyMarkup: "x", Files: []string{"a.png", "original.eml"}, Shortened: true, Whole: "original.eml"})
		},
		"reply-empty": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at, BodyMarkup: " \n", Files: []string{"original.eml"}, Whole: "original.eml"})
		},
		"reply-empty-files": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at, Files: []string{"a.png"}})
		},
		"reply-hostile": func(x Texts) string {
			return x.Reply(Reply{Provider: hostile, From: hostile, At: at, BodyMarkup: "x", Files: []string{hostile}, Shortened: true, Whole: hostile})
		},
		"quarantined-allowed": func(x Texts) string {
			return x.Quarantined(Quarantined{Provider: "Claranet", From: "x@evil.example", At: at, Reason: NotAllowed})
		},
		"quarantined-authentic": func(x Texts) string {
			return x.Quarantined(Quarantined{Provider: "Claranet", From: "css@claranet.es", At: at, Reason: NotAuthentic, Phones: []string{"902 884 622"}, Portal: "https://portal.claranet.es"})
		},
		"quarantined-ambiguous": func(x Texts) string {
			return x.Quarantined(Quarantined{Provider: "Claranet", At: at, Reason: AmbiguousSender})
		},
		"quarantined-hostile": func(x Texts) string {
			return x.Quarantined(Quarantined{Provider: hostile, From: hostile, At: at, Reason: "?", Phones: []string{hostile, hostile}, Portal: hostile})
		},
		"file-failed": func(x Texts) string {
			return x.FileFailed(FileFailed{"Claranet", "log.zip", 12_340_000, "413 too large"})
		},
		"comment-failed": func(x Texts) string {
			return x.CommentFailed(CommentFailed{"Claranet", "400 Bad Request: the text is too long"})
		},
		"comment-failed-hostile": func(x Texts) string {
			return x.CommentFailed(CommentFailed{hostile, hostile + "\x00\r\n🔥 " + strings.Repeat("x", 1000)})
		},
		"file-failed-hostile": func(x Texts) string { return x.FileFailed(FileFailed{hostile, hostile, 999, hostile}) },
	}
	for _, lang := range []string{"ca", "es", "en"} {
		for name, write := range cases {
			t.Run(lang+"/"+name, func(t *testing.T) {
				t.Parallel()
				golden(t, filepath.Join("testdata", lang, name+".golden"), write(texts(t, lang))+"\n")
			})
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// TestCallIsFirst: whoever reads only the first line at night reads whom to call.
func TestCallIsFirst(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		x := texts(t, lang)
		call := &Call{Provider: "Claranet", Numbers: []string{"902 886 336"}}
		for name, got := range map[string]string{
			"Request":     x.Request(Request{MentionMarkup: "[~a]", Provider: "Claranet", Call: call}),
			"Sent":        x.Sent(Sent{MentionMarkup: "[~a]", Provider: "Claranet", Call: call}),
			"SendFailed":  x.SendFailed(SendProblem{MentionMarkup: "[~a]", Call: call}),
			"SendDelayed": x.SendDelayed(SendProblem{MentionMarkup: "[~a]", Call: call}),
			"SendUnknown": x.SendUnknown(SendProblem{MentionMarkup: "[~a]", Call: call}),
			"SendAgain":   x.SendAgain(SendProblem{MentionMarkup: "[~a]", Call: call}),
			"SendStuck":   x.SendStuck(SendProblem{MentionMarkup: "[~a]", Call: call}),
		} {
			first, _, _ := strings.Cut(got, "\n")
			if !strings.HasPrefix(first, "(!) *") || !strings.Contains(first, "902 886 336") {
				t.Errorf("%s in %s begins with %q", name, lang, first)
			}
		}
	}
}

// TestNobodyIsCalledForNothing: at night, about what was withdrawn or was a test.
func TestNobodyIsCalledForNothing(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		x := texts(t, lang)
		call := &Call{Provider: "Claranet", Numbers: []string{"902 886 336"}}
		for name, got := range map[string]string{
			"Withdrawn":  x.Withdrawn(SendProblem{Provider: "Claranet", Call: call, Phones: call.Numbers}),
			"Redirected": x.Sent(Sent{Provider: "Claranet", Call: call, Redirected: true}),
		} {
			if strings.Contains(got, "(!)") || strings.Contains(got, "902 886 336") {
				t.Errorf("%s in %s: %q", name, lang, got)
			}
		}
	}
}

func TestHours(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"ca": "de 17.30\u00a0h a 8\u00a0h", "es": "de 17:30\u00a0h a 8\u00a0h", "en": "from 17:30 to 8:00"} {
		if got := texts(t, lang).Hours(17*60+30, 8*60); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

// TestTimesStayOnOneLine: also through an escape function that takes a no-break
// space for a blank, as the one for Jira does.
func TestTimesStayOnOneLine(t *testing.T) {
	t.Parallel()
	blanks := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	for _, lang := range []string{"ca", "es"} {
		x, err := For(lang, blanks)
		if err != nil {
			t.Fatal(err)
		}
		got := x.Sent(Sent{
			Provider: "Claranet", At: time.Date(2026, 11, 22, 9, 5, 0, 0, time.UTC), Call: &Call{Provider: "Claranet", Hours: x.Hours(17*60, 8*60)},
		})
		if n := strings.Count(got, "\u00a0h"); n != 3 || strings.Contains(got, " h ") || strings.Contains(got, " h,") {
			t.Errorf("%s: %d times have a no-break space:\n%s", lang, n, got)
		}
	}
}

// TestCommentFailedCannotBeRefused: what stands in the place of a refused comment
// must not be refused for the same reason.
func TestCommentFailedCannotBeRefused(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		bad := strings.Repeat("🔥\x00\x1b", 100_000)
		got := texts(t, lang).CommentFailed(CommentFailed{Provider: bad, Reason: bad})
		if n := len([]rune(got)); n > 2000 {
			t.Errorf("%s: %d characters", lang, n)
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return r > 0xffff || r < ' ' && r != '\n' }); i >= 0 {
			t.Errorf("%s: holds %q", lang, got[i:i+4])
		}
		// Without a stranger's words nothing but letters of Latin-1.
		x, err := For(lang, strings.ToUpper)
		if err != nil {
			t.Fatal(err)
		}
		plain := x.CommentFailed(CommentFailed{Provider: "Claranet"})
		if strings.ContainsAny(plain, `*_{}[]!|~^\`) || strings.ContainsFunc(plain, func(r rune) bool { return r > 0xff }) {
			t.Errorf("%s: more than letters in %q", lang, plain)
		}
	}
}

func TestFor(t *testing.T) {
	t.Parallel()
	if _, err := For("fr", escaped); err == nil {
		t.Error("an unknown language is no error")
	}
	if _, err := For("ca", nil); err == nil {
		t.Error("no escape function is no error")
	}
	if x := texts(t, "es"); x.Language() != "es" {
		t.Errorf("Language() = %q", x.Language())
	}
}
