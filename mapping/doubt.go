package mapping

import (
	"path"
	"slices"
	"strings"
	"time"
	"unicode"

	"escalat/mapping/date"
	"escalat/mapping/network"
	"escalat/mapping/wiki"
)

const (
	// maxFiles bounds how many attached files answer one field.
	maxFiles = 10
	// maxDoubt bounds the doubtful part that is shown, in characters.
	maxDoubt = 120
	// ahead is how far clocks may differ before a date is in the future.
	ahead = 10 * time.Minute
)

// understand puts beside each value what it means, and returns what looks wrong,
// in the form's order. Attached files answer what no text does.
func (f *Form) understand(v *Values, in Input, zone *time.Location) []Doubt {
	var doubts []Doubt
	for _, field := range f.All() {
		files := field.attached(in.Files)
		value, answered := v.ByField[field.ID]
		if !answered && len(files) > 0 {
			v.ByField[field.ID] = fileValue(files)
			delete(v.Blanks, field.ID)
		}
		if !answered {
			continue
		}
		plain := wiki.Plain(value.Text)
		if value.Answer = field.excuse(plain); value.Answer != nil {
			v.ByField[field.ID] = value
			continue
		}
		code, part := field.look(&value, plain, in.Now, zone)
		v.ByField[field.ID] = value
		if field.Type == Person && code == "" && noPhone(value.Text, v.Rest) {
			if code, part = NoPhone, plain; strings.Contains(value.Text, "[~") {
				part = "" // what Jira calls an account says nothing to people
			}
		}
		if code != "" && (code != NotRoute || len(files) == 0 && !namesFile(value.Text)) {
			doubts = append(doubts, Doubt{Field: field, Code: code, Value: shorten(part)})
		}
	}
	return doubts
}

// attached returns the newest of the files whose name is an answer to the field,
// oldest first.
func (f *Field) attached(files []File) []File {
	var found []File
	for _, file := range files {
		if MatchesFile(f.Files, file.Name) {
			found = append(found, file)
		}
	}
	return found[max(0, len(found)-maxFiles):]
}

// MatchesFile reports whether one of the patterns of Field.Files fits a file's name,
// and none that excludes.
func MatchesFile(patterns []string, name string) bool {
	name = strings.ToLower(name)
	matches := func(pattern string) bool {
		ok, err := path.Match(strings.ToLower(pattern), name)
		return ok && err == nil
	}
	except := func(pattern string) bool {
		pattern, not := strings.CutPrefix(pattern, "!")
		return not && matches(pattern)
	}
	return slices.ContainsFunc(patterns, matches) && !slices.ContainsFunc(patterns, except)
}

// fileValue is an answer by files alone.
func fileValue(files []File) Value {
	var names []string
	for _, file := range files {
		if strings.ContainsAny(file.Name, "[]|^\\\n\r") { // no link could name it
			names = append(names, wiki.Escape(file.Name))
			continue
		}
		names = append(names, "[^"+file.Name+"]")
	}
	return Value{Text: strings.Join(names, "\n"), At: files[len(files)-1].At, Origin: "attachment"}
}

// namesFile reports whether markup shows or links a file.
func namesFile(markup string) bool {
	return strings.Contains(markup, "[^") || strings.Count(markup, "!") > 1
}

// look reads a value by the field's type, and returns what looks wrong with
// which part of it.
func (f *Field) look(v *Value, plain string, now time.Time, zone *time.Location) (Code, string) {
	switch f.Type {
	case DateTime:
		code := readDate(v, plain, now, zone)
		if code == Unsure || code == Several {
			plain += " → " + v.Date.At.Format("2/1/2006 15:04")
		}
		return code, plain
	case Host:
		if code, part := addressed(plain); code != "" {
			return code, part
		}
	case Evidence:
		// Outside of a block shown as it is, signs of a table may pass for markup.
		if len(f.Formats) > 0 && !network.LooksLike(plain, f.Formats...) && !network.LooksLike(v.Text, f.Formats...) {
			return NotRoute, plain
		}
	case Person:
		if !strings.ContainsFunc(v.Text, unicode.IsLetter) {
			return NotPerson, plain
		}
	case Choice:
		chosen := f.chosen(plain)
		if len(chosen) != 1 {
			return NotChoice, plain
		}
		v.Option = chosen[0]
	}
	if f.pattern != nil && !f.pattern.MatchString(strings.TrimSpace(plain)) {
		return NotPattern, plain
	}
	return "", ""
}

// readDate reads a value as a date, relative to when it was written.
func readDate(v *Value, plain string, now time.Time, zone *time.Location) Code {
	written := v.At
	if written.IsZero() {
		written = now
	}
	d, ok := date.Read(plain, written, zone)
	if !ok {
		return Unreadable
	}
	v.Date = d
	switch {
	case d.At.After(now.Add(ahead)):
		return Future
	case d.At.Before(now.AddDate(-1, 0, 0)):
		return LongAgo
	case d.Precision == date.Day:
		return NoTime
	case d.Several:
		return Several
	case d.Unsure:
		return Unsure
	}
	return ""
}

// addressed looks for the addresses and names of hosts in a plain text.
func addressed(plain string) (Code, string) {
	found := network.Find(plain)
	if len(found) == 0 {
		return NotHost, plain
	}
	var bad []string
	for _, f := range found {
		if f.Bad && !slices.Contains(bad, f.Text) {
			bad = append(bad, f.Text)
		}
	}
	if len(bad) > 0 {
		return NotAddress, strings.Join(bad, ", ")
	}
	return "", ""
}

// shorten is the beginning of a plain text on one line.
func shorten(plain string) string {
	plain = strings.ToValidUTF8(plain[:min(len(plain), 8*maxDoubt)], "")
	runes := []rune(strings.Join(strings.Fields(plain), " "))
	if len(runes) > maxDoubt {
		return strings.TrimSpace(string(runes[:maxDoubt-1])) + "…"
	}
	return string(runes)
}
