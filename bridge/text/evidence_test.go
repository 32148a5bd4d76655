package text

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	envia   = "escalat envia-adjunts"
	canvis  = "escalat envia-canvis"
	subject = "[AOC ST-1] Sistemas – Portal – No respon"
)

// sending is a notice with so many files.
func sending(files ...string) Sent {
	return Sent{
		MentionMarkup: me, Provider: "Claranet", To: []string{"css@claranet.es"}, At: at(), Subject: subject,
		MessageID: "a@b", Files: files, SendFiles: envia,
	}
}

// dueCall is nightCall while the case waits for the call.
func dueCall(x Texts) *Call {
	c := nightCall(x)
	c.Say = "Llamamos de AOC por una incidencia urgente: «Portal caído». Nuestra referencia es ST-1. Tenéis los datos en el correo que os hemos enviado."
	return c
}

// forty are the names of that many files.
func forty() []string {
	names := make([]string, 40)
	for i := range names {
		names[i] = fmt.Sprintf("captura-%02d.png", i+1)
	}
	return names
}

func leftFiles() []LeftFile {
	return []LeftFile{
		{"pantalla.mp4", 48_000_000, "too-large", 0},
		{"b.png", 3_000_000, "no-room", 0},
		{"eina.exe", 900, "type", 0},
		{"c.png", 2_000_000, "no-room", 0},
		{"foto.jpg", 700_000, "foreign", 0},
		{"trencat.log", 0, "unreadable", 0},
		{"bolcat.log", 9_000_000, "refused", 0},
		{"misteri.txt", 12, "something new", 0},
	}
}

// twice are two files for each reason.
func twice() []LeftFile {
	var all []LeftFile
	for _, f := range leftFiles() {
		all = append(all, f, LeftFile{"2-" + f.Name, f.Size, f.Why, 0})
	}
	return all
}

func impact(x Texts) string { return missing(x)[0].Label }

func evidenceCases() writes {
	cases := writes{
		"reply-acknowledged": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "Soporte <css@claranet.es>", At: at(), BodyMarkup: "Hemos recibido su correo.", Acknowledged: true, Learned: []string{"1000001"}})
		},
		"reply-acknowledged-bare": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "css@claranet.es", At: at(), BodyMarkup: "Hemos recibido su correo.", Acknowledged: true})
		},
		"reply-acknowledged-by-hand": func(x Texts) string {
			return x.Reply(Reply{Provider: "OVH", From: "Soporte <support@ovh.es>", At: at(), BodyMarkup: "Hemos registrado su solicitud.", Acknowledged: true, ByHand: true, Learned: []string{"1234567"}})
		},
		"reply-learned": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "css@claranet.es", At: at(), BodyMarkup: "Lo miramos.", Learned: []string{"1000001", "CAS-4711"}, Files: []string{"a.png"}, Known: []string{"logo.png", "firma.gif"}})
		},
		"reply-known": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "css@claranet.es", At: at(), BodyMarkup: "Hecho.", Known: []string{"logo.png"}})
		},
		"reply-known-follower": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "css@claranet.es", At: at(), BodyMarkup: "Hecho.", Files: []string{"a.png"}, Known: []string{"logo.png"}, Leader: "SUP-41"})
		},
		"reply-known-forty": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "css@claranet.es", At: at(), BodyMarkup: "Hecho.", Known: forty()})
		},
		"reply-known-hostile": func(x Texts) string {
			return x.Reply(Reply{Provider: hostile, From: hostile, At: at(), Known: []string{hostile}, Learned: []string{hostile}, Acknowledged: true})
		},
		"nothing-new-named": func(x Texts) string {
			return x.NothingNew(NothingNew{MentionMarkup: me, Provider: "Claranet", Files: true, Named: true})
		},
		"nothing-new": func(x Texts) string { return x.NothingNew(NothingNew{MentionMarkup: me, Provider: "Claranet"}) },
		"nothing-new-files": func(x Texts) string {
			return x.NothingNew(NothingNew{MentionMarkup: me, Provider: "Claranet", Files: true})
		},
		"nothing-new-left": func(x Texts) string {
			return x.NothingNew(NothingNew{MentionMarkup: me, Provider: "Claranet", Files: true, Left: leftFiles()[:1]})
		},
		"nothing-new-theirs": func(x Texts) string {
			return x.NothingNew(NothingNew{MentionMarkup: me, Provider: "Claranet", Files: true, Named: true, Left: []LeftFile{{"resposta.pdf", 0, "theirs", 0}}})
		},
		"nothing-new-theirs-2": func(x Texts) string {
			return x.NothingNew(NothingNew{MentionMarkup: me, Provider: "Claranet", Files: true, Named: true, Left: []LeftFile{{"resposta.pdf", 0, "theirs", 0}, {"log.txt", 0, "theirs", 0}}})
		},
		"nothing-new-hostile": func(x Texts) string {
			return x.NothingNew(NothingNew{Provider: hostile, Files: true, Left: []LeftFile{{hostile, 1, hostile, 0}, {hostile, 1, "type", 0}}})
		},
		"phoned": func(x Texts) string {
			return x.Phoned(Phoned{MentionMarkup: me, Provider: "Claranet", At: at(), Reference: "1000001"})
		},
		"phoned-bare": func(x Texts) string { return x.Phoned(Phoned{MentionMarkup: me, Provider: "Claranet", At: at()}) },
		"phoned-follower": func(x Texts) string {
			return x.Phoned(Phoned{MentionMarkup: me, Provider: "Claranet", At: at(), Reference: "1000001", Leader: "SUP-41"})
		},
		"phoned-follower-bare": func(x Texts) string {
			return x.Phoned(Phoned{MentionMarkup: me, Provider: "Claranet", At: at(), Leader: "SUP-41"})
		},
		"phoned-follower-hostile": func(x Texts) string {
			return x.Phoned(Phoned{Provider: hostile, At: at(), Reference: hostile, Leader: hostile})
		},
		"phoned-hostile": func(x Texts) string { return x.Phoned(Phoned{Provider: hostile, At: at(), Reference: hostile}) },
		"offer-none":     func(x Texts) string { return x.Offer(Offer{MentionMarkup: me, Provider: "Claranet", Call: dueCall(x)}) },
		"offer-hostile": func(x Texts) string {
			return x.Offer(Offer{Provider: hostile, Changed: []string{hostile}, Files: []string{hostile}, SendChanges: hostile, SendFiles: hostile, Call: evil()})
		},
		"sent-files-hostile": func(x Texts) string {
			call := evil()
			call.Say = hostile
			return x.Sent(Sent{Provider: hostile, At: at(), Files: []string{hostile}, Left: []LeftFile{{hostile, 1, hostile, 0}, {hostile, 1, "no-room", 0}}, SendFiles: hostile, Call: call})
		},
		"added-files-hostile": func(x Texts) string {
			return x.Added(Added{Provider: hostile, At: at(), Changed: []string{hostile}, Files: []string{hostile}, Left: []LeftFile{{hostile, 1, "foreign", 0}}, SendFiles: hostile})
		},
		"send-failed-files-hostile": func(x Texts) string {
			return x.SendFailed(SendProblem{Provider: hostile, Changed: []string{hostile}, Files: []string{hostile}})
		},
	}
	maps.Copy(cases, offerCases())
	maps.Copy(cases, broughtCases())
	maps.Copy(cases, unbroughtCases())
	return cases
}

func offerCases() writes {
	cases := writes{}
	for name, offer := range map[string]func(Texts) Offer{
		"offer-change":    func(x Texts) Offer { return Offer{Changed: []string{impact(x)}} },
		"offer-changes":   func(x Texts) Offer { return Offer{Changed: []string{impact(x), missing(x)[1].Label}} },
		"offer-file":      func(Texts) Offer { return Offer{Files: []string{"a.png"}} },
		"offer-files":     func(Texts) Offer { return Offer{Files: []string{"a.png", "b.log"}} },
		"offer-both":      func(x Texts) Offer { return Offer{Changed: []string{impact(x)}, Files: []string{"a.png"}} },
		"offer-left":      func(Texts) Offer { return Offer{Left: leftFiles()[2:3]} },
		"offer-file-left": func(Texts) Offer { return Offer{Files: []string{"a.png"}, Left: leftFiles()[2:3]} },
		"offer-forty": func(x Texts) Offer {
			return Offer{Changed: []string{impact(x), missing(x)[1].Label}, Files: forty()}
		},
	} {
		write := func(x Texts, call *Call) string {
			o := offer(x)
			o.MentionMarkup, o.Provider, o.SendChanges, o.SendFiles, o.Call = me, "Claranet", canvis, envia, call
			return x.Offer(o)
		}
		cases[name] = func(x Texts) string { return write(x, nil) }
		cases[name+"-night"] = func(x Texts) string { return write(x, dueCall(x)) }
	}
	return cases
}

func broughtCases() writes {
	cases := writes{}
	for name, sent := range map[string]func(Texts) Sent{
		"sent-file":    func(Texts) Sent { return sending("a.png") },
		"sent-files":   func(Texts) Sent { return sending("a.png", "b.log", "c.txt") },
		"sent-forty":   func(Texts) Sent { return sending(forty()...) },
		"sent-left":    func(Texts) Sent { s := sending("a.png"); s.Left = leftFiles(); return s },
		"sent-left-2":  func(Texts) Sent { s := sending(); s.Left = twice(); return s },
		"sent-follows": func(Texts) Sent { s := sending("a.png"); s.Follows = true; return s },
		"sent-everything": func(x Texts) Sent {
			s := sending("a.png", "b.log")
			s.Left, s.Pending, s.Doubts = leftFiles()[:2], []string{impact(x)}, doubts(x)[:1]
			return s
		},
		"sent-files-redirected": func(Texts) Sent {
			s := sending("a.png")
			s.Redirected, s.To, s.Left = true, []string{"test@aoc.cat"}, leftFiles()[1:2]
			return s
		},
	} {
		cases[name] = func(x Texts) string { return x.Sent(sent(x)) }
		cases[name+"-night"] = func(x Texts) string { s := sent(x); s.Call = dueCall(x); return x.Sent(s) }
	}
	for name, change := range map[string]func(Texts, *Added){
		"added-changes":       func(x Texts, a *Added) { a.Labels, a.Changed = nil, []string{impact(x)} },
		"added-file":          func(_ Texts, a *Added) { a.Labels, a.Files = nil, []string{"a.png"} },
		"added-files":         func(_ Texts, a *Added) { a.Labels, a.Files, a.Left = nil, []string{"a.png", "b.log"}, leftFiles()[:1] },
		"added-forty":         func(_ Texts, a *Added) { a.Labels, a.Files = nil, forty() },
		"added-changes-files": func(x Texts, a *Added) { a.Labels, a.Changed, a.Files = nil, []string{impact(x)}, []string{"a.png"} },
		"added-labels-files":  func(_ Texts, a *Added) { a.Files = []string{"a.png", "b.log"} },
		"added-everything": func(x Texts, a *Added) {
			a.Changed, a.Files, a.Left, a.Pending, a.Doubts = []string{impact(x)}, []string{"a.png"}, leftFiles()[1:2], []string{missing(x)[1].Label}, doubts(x)[:1]
		},
		"added-changes-redirected": func(x Texts, a *Added) {
			a.Labels, a.Changed, a.Files, a.Redirected, a.To = nil, []string{impact(x)}, []string{"a.png"}, true, []string{"test@aoc.cat"}
		},
		"added-files-redirected": func(_ Texts, a *Added) {
			a.Labels, a.Files, a.Redirected, a.To = nil, []string{"a.png", "b.log"}, true, []string{"test@aoc.cat"}
		},
	} {
		write := func(x Texts, call *Call) string {
			a := added(x, 0)
			a.SendFiles, a.Call = envia, call
			change(x, &a)
			return x.Added(a)
		}
		cases[name] = func(x Texts) string { return write(x, nil) }
		cases[name+"-night"] = func(x Texts) string { return write(x, dueCall(x)) }
	}
	return cases
}

// unbroughtCases are additions of changes or files that did not go well.
func unbroughtCases() writes {
	cases := writes{}
	for name, write := range map[string]func(Texts, SendProblem) string{
		"send-failed": Texts.SendFailed, "send-delayed": Texts.SendDelayed, "send-unknown": Texts.SendUnknown, "send-again": Texts.SendAgain,
		"send-stuck": Texts.SendStuck, "withdrawn": Texts.Withdrawn, "not-added": Texts.NotAdded,
	} {
		problem := SendProblem{MentionMarkup: me, Provider: "Claranet", Phones: []string{"902 884 622"}, Portal: "https://portal.claranet.es"}
		cases[name+"-changes"] = func(x Texts) string {
			p := problem
			p.Changed, p.Files = []string{impact(x)}, []string{"a.png"}
			return write(x, p)
		}
		cases[name+"-files-night"] = func(x Texts) string {
			p := problem
			p.Files, p.Call = forty(), dueCall(x)
			return write(x, p)
		}
	}
	return cases
}

// TestLeftInEveryLanguage: a code that one language lacks would be told in general
// words there.
func TestLeftInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, w := range []*words{&spanish, &english} {
		codes := slices.AppendSeq(slices.Collect(maps.Keys(w.left)), maps.Keys(Texts{words: w}.guarding().left))
		if diff := cmp.Diff(LeftCodes(), slices.Sorted(slices.Values(codes))); diff != "" {
			t.Errorf("%s:\n%s", w.lang, diff)
		}
	}
}

// TestNoWordIsMissing: every sentence stands in every language.
func TestNoWordIsMissing(t *testing.T) {
	t.Parallel()
	for _, w := range []*words{&catalan, &spanish, &english} {
		v := reflect.ValueOf(*w)
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("%s has no %s", w.lang, v.Type().Field(i).Name)
			}
		}
	}
}

// TestSentIsShort: a comment of a normal case is read at a glance.
func TestSentIsShort(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		got := texts(t, lang).Sent(sending("a.png", "b.log", "c.txt"))
		if n := 1 + strings.Count(got, "\n"); n > 6 {
			t.Errorf("%s: %d lines:\n%s", lang, n, got)
		}
	}
}

// TestNamesAreBounded: however many files there are and however they are called.
func TestNamesAreBounded(t *testing.T) {
	t.Parallel()
	names := slices.Repeat([]string{strings.Repeat("x\n", 10_000)}, 1000)
	left := make([]LeftFile, len(names))
	for i := range left {
		left[i] = LeftFile{names[i], 1, fmt.Sprint(i), 0}
	}
	for _, lang := range []string{"ca", "es", "en"} {
		x := texts(t, lang)
		for name, got := range map[string]string{
			"Sent":       x.Sent(Sent{Files: names, Left: left}),
			"Added":      x.Added(Added{Files: names, Left: left}),
			"Offer":      x.Offer(Offer{Files: names}),
			"NothingNew": x.NothingNew(NothingNew{Files: true, Left: left}),
			"SendFailed": x.SendFailed(SendProblem{Files: names}),
			"Reply":      x.Reply(Reply{Known: names}),
			"Say":        x.Sent(Sent{Call: &Call{Say: names[0]}}),
		} {
			if n := len(got); n > 6000 {
				t.Errorf("%s in %s: %d bytes", name, lang, n)
			}
			if name != "Say" && !strings.Contains(got, "988") {
				t.Errorf("%s in %s does not say how many more: %s", name, lang, got)
			}
		}
	}
}

// TestSayIsQuoted: what to say is one line, and nothing in it ends its quotation.
func TestSayIsQuoted(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		got := texts(t, lang).Sent(Sent{Call: &Call{Say: "Dice «no»\ny «sí»."}})
		lines := strings.Split(got, "\n")
		if !strings.HasSuffix(lines[1], "«‹Dice “no” y “sí”.›»") || !strings.Contains(lines[2], "{{‹"+phoned+"›}}") {
			t.Errorf("%s:\n%s", lang, got)
		}
	}
}

// TestEveryArgumentIsEscaped: of every text for Jira, whatever its arguments are.
func TestEveryArgumentIsEscaped(t *testing.T) {
	t.Parallel()
	plain := []string{"Check", "Doubt", "OnCall", "ShadowReport", "TurnLine"} // for terminals, mails and pages
	tried := 0
	for m := range reflect.TypeFor[Texts]().Methods() {
		if m.Type.NumIn() != 2 || m.Type.In(1).Kind() != reflect.Struct || slices.Contains(plain, m.Name) {
			continue
		}
		tried++
		for _, code := range append(LeftCodes(), hostile) {
			for _, yes := range []bool{false, true} {
				arg := reflect.New(m.Type.In(1)).Elem()
				fill(arg, code, yes)
				for _, lang := range []string{"ca", "es", "en"} {
					got := m.Func.Call([]reflect.Value{reflect.ValueOf(texts(t, lang)), arg})[0].String()
					if rest := shielded().ReplaceAllString(got, ""); strings.Contains(rest, "admin") {
						t.Errorf("%s in %s: %q", m.Name, lang, rest)
					}
				}
			}
		}
	}
	if tried < 25 {
		t.Errorf("only %d texts", tried)
	}
}

// fill sets every string of an argument to what a stranger may write, but no markup;
// of codes to that one.
func fill(v reflect.Value, code string, yes bool) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(hostile)
	case reflect.Bool:
		v.SetBool(yes)
	case reflect.Int, reflect.Int64:
		v.SetInt(2)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), code, yes)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), code, yes)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			switch name := v.Type().Field(i).Name; {
			case strings.HasSuffix(name, "Markup") || !v.Type().Field(i).IsExported():
			case name == "Why" && v.Field(i).Kind() == reflect.String:
				v.Field(i).SetString(code)
			case name == "Block": // markup of its own kind; it is framed
			default:
				fill(v.Field(i), code, yes)
			}
		}
	}
}

// TestLeftAndMore: of a great many files some are named, and the line counts all.
func TestLeftAndMore(t *testing.T) {
	t.Parallel()
	x := texts(t, "ca")
	for name, test := range map[string]struct {
		left []LeftFile
		want string
	}{
		"one and more": {[]LeftFile{{"a.png", 5, "no-room", 0}, {Why: "no-room", More: 40}}, "* ‹a.png› … i 40 més, per falta d’espai: perquè vagin"},
		"no more":      {[]LeftFile{{"a.png", 0, "no-room", 0}}, "* ‹a.png›, per falta d’espai: perquè vagi "},
	} {
		if got := x.Sent(Sent{Provider: "Claranet", At: at(), Left: test.left}); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q is not in\n%s", name, test.want, got)
		}
	}
}
