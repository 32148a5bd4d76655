package post_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/text"
	"escalat/mapping/wiki"
)

// attacks are what a stranger or a colleague may call a file, a subject, a reference
// or themselves.
func attacks() []string {
	return []string{
		"{noformat}", "{code}", "{html}<b>x</b>{html}", "{code:java}int x;{code}", "{quote}", "{panel:title=x}", "{color:red}x{color}", "{anchor:x}", "{*}x{*}",
		"[~name]", "[~accountid:5b10]", "[~all]", "[text|http://evil.example]", "[http://evil.example]", "[^file.txt]", "[mailto:x@evil.example]", "[#x]",
		"!image.png!", "!http://evil.example/x.png!", "!x.png|thumbnail!", `\\`, `\`, `x\\y`, `\\server\share`, `\[~name]`, `\\[~name]`, `\{noformat}`,
		"{{x}}", "}}{{", "x}", "{x", "*x*", "_x_", "-x-", "+x+", "^x^", "~x~", "??x??", "*", "* x", "** x", "# x", "- x", "bq. x", "h1. x", "h6. x", "----", "---",
		"|table|", "||table||", "|", "&#123;noformat&#125;", "&#91;~name&#93;", "&lbrace;html&rbrace;", ":)", ";)", ":D", "(!)", "(/)", "(x)", "(*r)",
		"\u202e}tamrofon{\u202c", "\u200f[~name]\u200f", "{\u200bnoformat}", "{\u2060noformat}", "[\ufeff~name]", "ｈ1. x",
		"\nh1. x", "\n* x", "\n|a|", "\n{noformat}\n[~all]", "\r\n\r\n[~all]", "\u2028{noformat}\u2028[~all]", "\u0085[~all]", "\v!x.png!", "\x00{noformat}\x00", "{\x00noformat}",
		"\n----\n", "]|[", "[", "]", "!", "}", "{", "%[1]s%!s(MISSING)", strings.Repeat("{", 50), strings.Repeat("[", 50), strings.Repeat("{noformat}\n", 10),
	}
}

// harmless takes an attack's place.
const harmless = "paraula"

// fill puts s into every string that is not markup, and something into all else.
func fill(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(s)
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(10 * time.Minute))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), s)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(at))
			return
		}
		for i := range v.NumField() {
			if !strings.HasSuffix(v.Type().Field(i).Name, "Markup") {
				fill(v.Field(i), s)
				continue
			}
			v.Field(i).SetString("[~accountid:1]")
		}
	}
}

// writers are all functions of the texts that write markup, by name, with the
// argument that each takes.
func writers(t *testing.T, texts text.Texts) map[string]reflect.Value {
	t.Helper()
	// These write no markup: see the documentation of the package.
	plain := []string{"Check", "Problem", "Doubt", "Language", "Hours", "Relationship", "WholeName", "TurnLine", "JiraAway", "JiraBack", "OnCall", "Ops", "ShadowReport", "When"}
	out := map[string]reflect.Value{}
	v := reflect.ValueOf(texts)
	for i := range v.NumMethod() {
		name := v.Type().Method(i).Name
		if slices.Contains(plain, name) {
			continue
		}
		m := v.Method(i)
		if name == "Ordered" { // its first argument says which answer it is
			for _, order := range orders() {
				out[name+" "+string(order)] = with(m, reflect.ValueOf(order))
			}
			continue
		}
		if m.Type().NumIn() != 1 || m.Type().NumOut() != 1 {
			t.Fatalf("%s takes more than its parameters", name)
		}
		out[name] = m
	}
	if len(out) < 20 {
		t.Fatalf("only %d writers", len(out))
	}
	return out
}

// with is f with its first argument given.
func with(f, first reflect.Value) reflect.Value {
	of := reflect.FuncOf([]reflect.Type{f.Type().In(1)}, []reflect.Type{f.Type().Out(0)}, false)
	return reflect.MakeFunc(of, func(args []reflect.Value) []reflect.Value { return f.Call(append([]reflect.Value{first}, args...)) })
}

// orders are what becomes of commands.
func orders() []text.Order {
	return []text.Order{
		text.HasAnswered, text.HasAnsweredUnsent, text.HasAnsweredUnentered, text.NotUrgent,
		text.Entered, text.EnteredFurther, text.NothingToEnter, text.NumberLacking,
		text.ClosedTold, text.ClosedPortal, text.ClosedUntold, text.ClosedShared,
		text.ClosedUnsent, text.ClosedAlready, text.ClosedNothing, text.Reopened,
		text.ReopenedPortal, text.ReopenedUnsent, text.ReopenedUndelivered, text.ReopenedUnentered,
		text.ReopenedShared, text.ReopenedUnlabelled, text.ReopenedAlready, text.RefusedUnsent,
		text.RefusedSending, text.RefusedClosed, text.RefusedUndelivered, text.RefusedUnentered,
		text.RefusedByPortal, text.RefusedTooSoon, text.RefusedElsewhere,
	}
}

// variants are the ways in which an argument can be filled: with everything set, and
// with one after another of its members left out, so that each sentence is written.
func variants(in reflect.Type, s string) (out []reflect.Value) {
	whole := reflect.New(in).Elem()
	fill(whole, s)
	out = append(out, whole)
	if in.Kind() != reflect.Struct {
		return out
	}
	for i := range in.NumField() {
		without := reflect.New(in).Elem()
		fill(without, s)
		without.Field(i).SetZero()
		out = append(out, without)
		for _, code := range codes(in.Field(i).Type) {
			coded := reflect.New(in).Elem()
			fill(coded, s)
			coded.Field(i).SetString(code)
			out = append(out, coded)
		}
	}
	bare := reflect.New(in).Elem()
	for i := range in.NumField() {
		f := in.Field(i)
		if k := f.Type.Kind(); k == reflect.Struct || k == reflect.String && !strings.HasSuffix(f.Name, "Markup") {
			fill(bare.Field(i), s)
		}
	}
	return append(out, bare)
}

// codes are the values of a type that says why.
func codes(in reflect.Type) []string {
	switch in {
	case reflect.TypeFor[text.FirstNotice]():
		return []string{string(text.FirstUnsent), string(text.FirstSimulated), string(text.FirstElsewhere)}
	case reflect.TypeFor[text.JoinRefusal]():
		return []string{string(text.JoinNoKey), string(text.JoinNoCase), string(text.JoinAlreadySent)}
	case reflect.TypeFor[text.QuarantineReason]():
		return []string{string(text.NotAllowed), string(text.NotAuthentic), string(text.AmbiguousSender)}
	}
	return nil
}

// shape is what a text holds besides letters: every node that is none, with where it
// goes, in order and in its place. A bare address is a link everywhere in Jira, which
// shows where it goes; it counts as letters.
func shape(nodes []wiki.Node, depth int) (out []string) {
	for _, n := range nodes {
		if n.Kind == wiki.Link && len(n.Children) == 1 && n.Children[0].Text == n.Target {
			continue
		}
		if n.Kind != wiki.Text {
			out = append(out, fmt.Sprintf("%*s%d %s", depth, "", n.Kind, n.Target))
		}
		out = append(out, shape(n.Children, depth+1)...)
	}
	return out
}

// TestNothingOfAStrangerIsMarkup: whatever stands in an argument, the text has the
// blocks, mentions, links, images and marks that it has with harmless words, and no
// others.
func TestNothingOfAStrangerIsMarkup(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		texts, err := text.For(lang, wiki.EscapeLine)
		if err != nil {
			t.Fatal(err)
		}
		for name, write := range writers(t, texts) {
			t.Run(lang+"/"+name, func(t *testing.T) {
				t.Parallel()
				in := write.Type().In(0)
				every := variants
				variants := every
				if strings.Contains(name, " ") { // the code says which sentences are written
					variants = func(in reflect.Type, s string) []reflect.Value { return every(in, s)[:1] }
				}
				var tame [][]string
				for _, arg := range variants(in, harmless) {
					tame = append(tame, shape(wiki.Parse(write.Call([]reflect.Value{arg})[0].String()).Root.Children, 0))
				}
				for _, attack := range attacks() {
					// At the beginning of a text, in it and at its end; alone in each sentence.
					for n, s := range []string{attack, attack + harmless, harmless + " " + attack + " " + harmless, harmless + attack} {
						for i, arg := range variants(in, s) {
							if n > 0 && i > 0 {
								break
							}
							got := write.Call([]reflect.Value{arg})[0].String()
							if found := shape(wiki.Parse(got).Root.Children, 0); !slices.Equal(tame[i], found) {
								t.Fatalf("%q, variant %d: %q\n(-harmless +hostile):\n%s", s, i, got, cmp.Diff(tame[i], found))
							}
						}
					}
				}
			})
		}
	}
}
