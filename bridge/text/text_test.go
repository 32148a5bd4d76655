package text

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
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

// say chooses the words of a form in the language of the texts.
func say(x Texts, ca, es, en string) string {
	return map[string]string{"ca": ca, "es": es, "en": en}[x.Language()]
}

func texts(t *testing.T, lang string) Texts {
	t.Helper()
	texts, err := For(lang, escaped)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

const me = "[~accountid:5b10]"

func at() time.Time { return time.Date(2026, 11, 22, 9, 5, 0, 0, time.UTC) }

func nightCall(x Texts) *Call {
	return &Call{Provider: "Claranet", Hours: x.Hours(17*60, 8*60), Numbers: []string{"902 886 336", "+34 934 452 699"}}
}

func evil() *Call { return &Call{Provider: hostile, Numbers: []string{hostile}} }

const hostile = "{html}<b>[~admin] *x* !y.png!\nh1. z"

// writes makes a text in one language.
type writes map[string]func(Texts) string

// TestGolden: read each file aloud before it is committed.
func TestGolden(t *testing.T) {
	t.Parallel()
	cases := writes{}
	for _, some := range []writes{plainCases(), requestCases(), sentCases(), problemCases(), checkCases(), answerCases(), caseCases(), evidenceCases(), automaticCases(), turnCases(), callCases(), lateCases(), privateCases()} {
		for name, write := range some {
			if cases[name] != nil {
				t.Errorf("two cases are called %s", name)
			}
			cases[name] = write
		}
	}
	for _, lang := range []string{"ca", "es", "en"} {
		for name, write := range cases {
			t.Run(lang+"/"+name, func(t *testing.T) {
				t.Parallel()
				golden(t, filepath.Join("testdata", lang, name+".golden"), write(texts(t, lang))+"\n")
			})
		}
		files, err := filepath.Glob(filepath.Join("testdata", lang, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if cases[strings.TrimSuffix(filepath.Base(file), ".golden")] == nil {
				t.Errorf("%s is of no case", file)
			}
		}
	}
}

func plainCases() writes {
	return writes{
		"reply": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "Soporte <css@claranet.es>", At: at(), BodyMarkup: "Reiniciado.\n\nSaludos"})
		},
		"reply-files": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at(), BodyMarkup: "x", Files: []string{"a.png", "b.txt"}})
		},
		"reply-shortened": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at(), BodyMarkup: "x", Files: []string{"a.png", "original.eml"}, Shortened: true, Whole: "original.eml"})
		},
		"reply-empty": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at(), BodyMarkup: " \n", Files: []string{"original.eml"}, Whole: "original.eml"})
		},
		"reply-empty-files": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "a@b.es", At: at(), Files: []string{"a.png"}})
		},
		"reply-hostile": func(x Texts) string {
			return x.Reply(Reply{Provider: hostile, From: hostile, At: at(), BodyMarkup: "x", Files: []string{hostile}, Shortened: true, Whole: hostile})
		},
		"quarantined-allowed": func(x Texts) string {
			return x.Quarantined(Quarantined{Provider: "Claranet", From: "x@evil.example", At: at(), Reason: NotAllowed})
		},
		"quarantined-authentic": func(x Texts) string {
			return x.Quarantined(Quarantined{Provider: "Claranet", From: "css@claranet.es", At: at(), Reason: NotAuthentic, Phones: []string{"902 884 622"}, Portal: "https://portal.claranet.es"})
		},
		"quarantined-ambiguous": func(x Texts) string {
			return x.Quarantined(Quarantined{Provider: "Claranet", At: at(), Reason: AmbiguousSender})
		},
		"quarantined-hostile": func(x Texts) string {
			return x.Quarantined(Quarantined{Provider: hostile, From: hostile, At: at(), Reason: "?", Phones: []string{hostile, hostile}, Portal: hostile})
		},
		"file-failed": func(x Texts) string {
			return x.FileFailed(FileFailed{Provider: "Claranet", Name: "log.zip", Size: 12_340_000, Reason: "413 too large"})
		},
		"comment-failed": func(x Texts) string {
			return x.CommentFailed(CommentFailed{"Claranet", "400 Bad Request: the text is too long"})
		},
		"comment-failed-hostile": func(x Texts) string {
			return x.CommentFailed(CommentFailed{hostile, hostile + "\x00\r\n🔥 " + strings.Repeat("x", 1000)})
		},
		"file-failed-hostile": func(x Texts) string {
			return x.FileFailed(FileFailed{Provider: hostile, Name: hostile, Size: 999, Reason: hostile})
		},
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

// TestHostileIsEscaped: what a stranger wrote stands only where it went through
// the escape function, or in a block of fixed width that it cannot end.
func TestHostileIsEscaped(t *testing.T) {
	t.Parallel()
	passed, tried := shielded(), 0
	for _, cases := range []writes{plainCases(), requestCases(), sentCases(), problemCases(), answerCases(), caseCases(), evidenceCases(), automaticCases(), turnCases(), callCases(), lateCases(), privateCases()} {
		for name, write := range cases {
			if !strings.HasSuffix(name, "-hostile") {
				continue
			}
			tried++
			for _, lang := range []string{"ca", "es", "en"} {
				got := write(texts(t, lang))
				if rest := passed.ReplaceAllString(got, ""); strings.Contains(rest, "admin") {
					t.Errorf("%s in %s: %q", name, lang, rest)
				}
			}
		}
	}
	if tried < 30 {
		t.Errorf("only %d hostile cases", tried)
	}
}

// shielded finds what went through the escape function, or stands in a block of fixed
// width that it cannot end.
func shielded() *regexp.Regexp {
	return regexp.MustCompile(`‹[^›]*›|(?s)\{noformat\}\n[^{}]*\n\{noformat\}`)
}

// TestCallIsFirst: whoever reads only the first line at night reads whom to call.
func TestCallIsFirst(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		x := texts(t, lang)
		call := &Call{Provider: "Claranet", Numbers: []string{"902 886 336"}}
		for name, got := range map[string]string{
			"Request":       x.Request(Request{MentionMarkup: "[~a]", Provider: "Claranet", Call: call}),
			"Sent":          x.Sent(Sent{MentionMarkup: "[~a]", Provider: "Claranet", Call: call}),
			"Added":         x.Added(Added{MentionMarkup: "[~a]", Provider: "Claranet", Call: call}),
			"Offer":         x.Offer(Offer{MentionMarkup: "[~a]", Provider: "Claranet", Files: []string{"a.png"}, Call: call}),
			"AddedFiles":    x.Added(Added{MentionMarkup: "[~a]", Provider: "Claranet", Files: []string{"a.png"}, Call: call}),
			"FailedFiles":   x.SendFailed(SendProblem{MentionMarkup: "[~a]", Files: []string{"a.png"}, Call: call}),
			"Kinds":         x.Request(Request{MentionMarkup: "[~a]", Provider: "Claranet", Kinds: kinds(x), Again: true, Call: call}),
			"FailedAdded":   x.SendFailed(addition(x, SendProblem{MentionMarkup: "[~a]", Call: call})),
			"SendFailed":    x.SendFailed(SendProblem{MentionMarkup: "[~a]", Call: call}),
			"SendDelayed":   x.SendDelayed(SendProblem{MentionMarkup: "[~a]", Call: call}),
			"SendUnknown":   x.SendUnknown(SendProblem{MentionMarkup: "[~a]", Call: call}),
			"SendAgain":     x.SendAgain(SendProblem{MentionMarkup: "[~a]", Call: call}),
			"SendStuck":     x.SendStuck(SendProblem{MentionMarkup: "[~a]", Call: call}),
			"NotAdded":      x.NotAdded(SendProblem{MentionMarkup: "[~a]", Call: call}),
			"Withdrawn":     x.Withdrawn(addition(x, SendProblem{MentionMarkup: "[~a]", Call: call})),
			"Barred":        x.Barred(Barred{MentionMarkup: "[~a]", Call: call}),
			"Braked":        x.Braked(Braked{MentionMarkup: "[~a]", Call: call}),
			"Joined":        x.Joined(Joined{MentionMarkup: "[~a]", Leader: "SUP-41", Waiting: true, Call: call}),
			"LeaderFailed":  x.LeaderFailed(LeaderFailed{MentionMarkup: "[~a]", Leader: "SUP-41", Call: call}),
			"Listed":        x.Listed(Listed{MentionMarkup: "[~a]", Call: call}),
			"ListedUnknown": x.Listed(Listed{MentionMarkup: "[~a]", Unknown: true, Call: call}),
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
			"Redirected": x.Sent(Sent{Provider: "Claranet", Call: call, Redirected: true, Doubts: doubts(x)}),
			"Addition":   x.Added(Added{Provider: "Claranet", Call: call, Redirected: true, Doubts: doubts(x)}),
			"Joined":     x.Joined(Joined{Provider: "Claranet", Leader: "SUP-41", Call: call}),
			"Files":      x.Sent(Sent{Provider: "Claranet", Call: call, Redirected: true, Files: []string{"a.png"}, Left: leftFiles()}),
			"Offer":      x.Offer(Offer{Provider: "Claranet", Call: call}),
		} {
			if strings.Contains(got, "(!)") || strings.Contains(got, "902 886 336") {
				t.Errorf("%s in %s: %q", name, lang, got)
			}
		}
	}
}

func TestHours(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"ca": "de 17.30\u00a0h a 8\u00a0h", "es": "de 17:30\u00a0h a 8\u00a0h", "en": "from 17:30 to 08:00"} {
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
