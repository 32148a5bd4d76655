package wording

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/mapping"
)

// Bounds of what is read aloud, in letters.
const (
	maxSaid   = 80  // of a summary, and of a short answer
	maxTold   = 130 // of a long answer
	maxSpoken = 640 // of everything
)

// Spoken is what to tell the provider on the telephone about a case of the issue, in its
// language, ready to be read aloud: one paragraph of short sentences without markup. Of
// what people have filled in it says what is short first, and logs not at all.
func Spoken(p *mapping.Profile, issue bridge.Issue, c bridge.Case, now time.Time) string {
	in := issue.Input(now, p)
	if c.First() != nil {
		in = issue.Following(c, now, p)
	}
	begin, end := opening(p, issue.Summary), ending(c)
	room := maxSpoken - utf8.RuneCountInString(begin+end)
	said := facts(p.Judge(in), issue.People, room)
	return begin + strings.Join(append(said, end), " ")
}

// say is what to tell the provider where the issue is not at hand: what people were to say
// before, with how it stands by now.
func say(c bridge.Case, p *mapping.Profile, summary string) string {
	if at := strings.LastIndex(c.Say, reference(c)); at > 0 {
		return c.Say[:at] + ending(c)
	}
	return opening(p, summary) + ending(c)
}

func reference(c bridge.Case) string { return "Nuestra referencia es " + c.IssueKey + ". " }

func opening(p *mapping.Profile, summary string) string {
	said := "Llamamos de " + p.Tag + " por una incidencia urgente"
	if summary = clip(summary, maxSaid); summary != "" {
		said += ": «" + summary + "»"
	}
	return said + ". "
}

// ending says the numbers of both sides, and where the provider has everything.
func ending(c bridge.Case) string {
	said := reference(c)
	if n := len(c.References); n > 0 {
		said += "Su número de ticket es " + clip(c.References[n-1], maxSaid) + ". "
	}
	first := c.FormNotice()
	mail := first == nil || first.Channel == "" || first.Channel == bridge.ByMail
	switch {
	case first != nil && !first.Bounced.IsZero():
		return said + "El correo con los datos no les ha llegado: se los damos ahora."
	case first != nil && first.Left() && !first.Redirected && !mail:
		return said + "Tienen los datos en el ticket."
	case first != nil && first.Left() && !first.Redirected:
		return said + "Tienen los datos en el correo que les hemos enviado."
	case c.State == bridge.Handed || !mail:
		return said + "Los datos no les han llegado todavía: se los damos ahora."
	case c.State == bridge.Undelivered:
		return said + "No nos consta que el correo con los datos haya salido: se los damos ahora."
	}
	return said + "Los datos les llegarán por correo."
}

// facts are the answers as sentences, in the form's order, as many as there is room for:
// the short ones before the long.
func facts(r mapping.Report, people map[string]string, room int) []string {
	fields := r.Form.All()
	sentences := make([]string, len(fields))
	for _, long := range []bool{false, true} {
		for i, f := range fields {
			if f.Type == mapping.Evidence || (f.Type == mapping.LongText) != long {
				continue
			}
			sentence := fact(f, r.Values.ByField[f.ID], people)
			if length := utf8.RuneCountInString(sentence) + 1; sentence != "" && length <= room {
				sentences[i] = sentence
				room -= length
			}
		}
	}
	return slices.DeleteFunc(sentences, func(s string) bool { return s == "" })
}

// fact is an answer under its label, or empty where there is none.
func fact(f *mapping.Field, v mapping.Value, people map[string]string) string {
	answer := answered(f, v, people)
	if answer == "" {
		return ""
	}
	said := strings.Trim(f.Label.In("es"), "¿ ?:.") + ": " + strings.TrimRight(answer, " ,;:.")
	if strings.HasSuffix(said, "…") { // which ends a sentence, too
		return said
	}
	return said + "."
}

func answered(f *mapping.Field, v mapping.Value, people map[string]string) string {
	most := maxSaid
	if f.Type == mapping.LongText {
		most = maxTold
	}
	switch plain := clip(bridge.Plain(v, people), most); {
	case v.Answer != nil:
		return v.Answer.Name.In("es")
	case v.Option != nil:
		return v.Option.Name.In("es")
	case !v.Date.At.IsZero() && !v.Date.Unsure && !v.Date.Several:
		day, _, _ := strings.Cut(v.Date.Spanish(), " (") // the zone is theirs
		return day
	case f.Type == mapping.Person:
		return digits(plain)
	default:
		return plain
	}
}

// clip makes one line of a text, of at most so many letters, and cuts it between words.
func clip(s string, most int) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), unseen), " ")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	s = string([]rune(s)[:most])
	if i := strings.LastIndex(s, " "); i > len(s)/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ,;:.–-") + "…"
}

// unseen reports whether nothing is read aloud of a letter.
func unseen(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }

// digits parts long numbers into groups of three, as telephone numbers are read aloud.
func digits(s string) string {
	var out, run strings.Builder
	end := func() {
		number := run.String()
		run.Reset()
		if len(number) == 9 {
			number = number[:3] + " " + number[3:6] + " " + number[6:]
		}
		out.WriteString(number)
	}
	for _, r := range s {
		if r >= '0' && r <= '9' {
			run.WriteRune(r)
			continue
		}
		end()
		out.WriteRune(r)
	}
	end()
	return out.String()
}
