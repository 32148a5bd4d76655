package guard

import (
	"regexp"
	"slices"
	"strings"

	"escalat/bridge"
)

const (
	namePattern = `\p{Lu}[\p{Ll}·'’-]+(?:[ \t]+(?:(?:de|del|la|las|los|i|y|d'|van|el)[ \t]+){0,2}\p{Lu}[\p{Ll}·'’-]+){1,4}`
	datePattern = `(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}(?:[ \t]+(?:de|d'|d’)[ \t]*|[ \t]+)\p{L}{3,10}(?:[ \t]+(?:de|del)[ \t]+|[ \t]+)\d{4})`
	homePattern = `[^\n.;|\x01]{4,100}?(?:\d+[^\n.;,|\x01]{0,20})`
)

var (
	// The fields of an extract, each before its value.
	fieldName = regexp.MustCompile(`(?i)^((?:noms?|nombres?|name|cognoms?|apellidos?|surname|(?:primer|segon|segundo) (?:cognom|apellido)|(?:cognom|apellido) ?[12])(?: (?:i|y) (?:cognoms?|apellidos?|noms?|nombre))?|nom complet|nombre completo|full name|(?:data|fecha|lloc|lugar)(?: i lloc| y lugar)? (?:de )?(?:naixement|nacimiento)|f\. ?(?:nac|naix)\.?|birth ?date|date of birth|dob|data_naixement|fecha_nacimiento|adre[cç]a(?: postal| particular| d'empadronament)?|domicili[o]?(?: particular| habitual)?|direcci[oó]n(?: postal)?|home address|address|dni(?:/nie)?|nif|nie|sexe|sexo|municipi|municipio|poblaci[oó]n?|nacionalitat|nacionalidad|codi postal|código postal|cp|tel[eèé]fono?|telf\.?|mòbil|móvil|e-?mail|correu|correo)[*_"'}]{0,3}[ \t]*(?:[:=]|\|{1,2})[*_"'}]{0,3}[ \t]*`)

	// Sentences: who, born when; who, living where.
	bornThen  = regexp.MustCompile(`(` + namePattern + `)[^\n.;\x01]{0,60}?(?:\x01[^\n.;\x01]{0,20})?(?i:nascu(?:t|da)|nacid[oa]|nat|born|naixement|nacimiento|naix\.|nac\.)[^\n;\d\x01]{0,40}?(` + datePattern + `)`)
	livesThen = regexp.MustCompile(`(` + namePattern + `)[^\n.;]{0,90}?(?i:domicili[o]?|domiciliad[ao]|domiciliat|resident|residente|empadronad[ao]|empadronat|que viu|que vive|living)[ \t]+(?i:(?:al?|en|a la|a l'|el|at|in|és|es|habitual)[ \t:]*){0,3}(` + homePattern + `)`)
	livesNext = regexp.MustCompile(`^[^\n.;]{0,60}?(?i:domicili[o]?|domiciliad[ao]|domiciliat|resident|residente|empadronad[ao]|empadronat|adre[cç]a|direcci[oó]n|viu|vive)[ \t]+(?i:(?:al?|en|a la|a l'|el|at|in|és|es)[ \t:]*){0,3}(` + homePattern + `)`)
)

// maxTries is how many sentences of a chunk are looked at that could tell of a person: more
// than so many words for it are no text.
const maxTries = 4000

// together is how far from each other the fields of one person stand.
const together = 240

// persons finds persons as an extract of a register shows them: a name with a date of birth
// or a home. A name alone, a telephone and an address of mail are of contacts.
func (d *finder) persons(text string) []found {
	return append(d.extracts(text), d.sentences(text)...)
}

// field is one of an extract's.
type field struct {
	heading heading
	label   string
	value   span
}

// extracts finds the persons of fields: “Nom: … Cognoms: … Data de naixement: …”.
func (d *finder) extracts(text string) []found {
	var all []found
	var near []field
	flush := func() {
		if registerOf(near) {
			for _, f := range near {
				if f.heading >= nameHeading && f.value.end > f.value.start {
					all = append(all, found{span: f.value, kind: bridge.PrivatePerson})
				}
			}
		}
		near = nil
	}
	matches := d.fieldsOf(text)
	for n, m := range matches {
		stop := len(text)
		if n+1 < len(matches) {
			stop = matches[n+1][2]
		}
		f := field{label: strings.ToLower(text[m[2]:m[3]]), value: fieldValue(text, m[1], stop)}
		f.heading = fieldHeading(f.label)
		if value := text[f.value.start:f.value.end]; blank(value) || strings.Contains(value, mark) {
			f.value.end = f.value.start
		}
		if last := len(near) - 1; last >= 0 && m[2]-near[last].value.end > together || repeats(near, f) {
			flush()
		}
		near = append(near, f)
	}
	flush()
	return all
}

// fieldsOf are the words of an extract's fields, each with its bounds and where its value
// begins.
func (d *finder) fieldsOf(text string) [][]int {
	var all [][]int
	end := 0
	d.fields.each(text, func(w sighting) {
		if w.at < end || w.at > 0 && (isWord(text[w.at-1]) && text[w.at-1] != '_' || text[w.at-1] >= 0x80 || text[w.at-1] == '.') {
			return
		}
		if m := fieldName.FindStringSubmatchIndex(text[w.at:runeAt(text, w.at+80)]); m != nil {
			all = append(all, moved(m, w.at))
			end = w.at + m[1]
		}
	})
	return all
}

// repeats reports whether a field begins another person.
func repeats(near []field, f field) bool {
	for _, other := range near {
		if other.label == f.label {
			return true
		}
	}
	return false
}

// fieldHeading says of which sort a field is.
func fieldHeading(label string) heading {
	switch {
	case strings.Contains(label, "nai") || strings.Contains(label, "nac") && !strings.HasPrefix(label, "nacion") || strings.Contains(label, "birth") || label == "dob":
		return birthHeading
	case strings.HasPrefix(label, "nom") || strings.HasPrefix(label, "name") || strings.Contains(label, "ognom") || strings.Contains(label, "pellido") || strings.Contains(label, "name"):
		return nameHeading
	case strings.HasPrefix(label, "adre") || strings.HasPrefix(label, "domicili") || strings.HasPrefix(label, "direcci") || strings.Contains(label, "address"):
		return homeHeading
	}
	return otherHeading
}

// registerOf reports whether fields are those of an extract: who somebody is and when he
// was born; or all of the name and the home, as no contact is told.
func registerOf(fields []field) bool {
	count := map[heading]int{}
	home, number := false, false
	for _, f := range fields {
		// A field whose value was masked still says what the extract is.
		count[f.heading]++
		home = home || strings.HasPrefix(f.label, "domicili")
		number = number || strings.HasPrefix(f.label, "dni") || f.label == "nif" || f.label == "nie"
	}
	return count[nameHeading] > 0 && count[birthHeading] > 0 || count[birthHeading] > 0 && count[homeHeading] > 0 ||
		count[homeHeading] > 0 && (count[nameHeading] > 1 || count[nameHeading] > 0 && (home || number))
}

// fieldValue is the value that begins there.
func fieldValue(text string, at, stop int) span {
	end := min(stop, at+160)
	if n := strings.IndexAny(text[at:end], "\n|;<\t"); n >= 0 {
		end = at + n
	}
	for end > at && strings.IndexByte(" \t\r,.;*_\"'{}()[]-", text[end-1]) >= 0 {
		end--
	}
	for at < end && strings.IndexByte(" \t*_\"'{}", text[at]) >= 0 {
		at++
	}
	return span{at, max(at, runeBefore(text, end))}
}

// runeBefore is the offset, or the one before it at which a character begins.
func runeBefore(text string, at int) int {
	for at > 0 && at < len(text) && text[at]&0xC0 == 0x80 {
		at--
	}
	return at
}

// announces reports whether one of the words is no name, but announces one.
func (d *finder) announces(name string) bool {
	return slices.ContainsFunc(strings.Fields(name), d.isHeading)
}

// sentences finds the persons of prose: “Maria Puig, nascuda el 3/2/1980, …”.
func (d *finder) sentences(text string) []found {
	var all []found
	add := func(s span) { all = append(all, found{span: s, kind: bridge.PrivatePerson}) }
	end, tries := 0, 0
	d.births.each(text, func(w sighting) {
		from := runeAt(text, max(end, w.at-160))
		to := runeAt(text, w.at+110)
		if !strings.ContainsAny(text[w.at:to], "0123456789") || tries > maxTries {
			return
		}
		tries++
		m := bornThen.FindStringSubmatchIndex(text[from:to])
		if m == nil || d.announces(text[from+m[2]:from+m[3]]) {
			return
		}
		add(span{from + m[2], from + m[3]})
		add(span{from + m[4], from + m[5]})
		end = from + m[1]
		if m := livesNext.FindStringSubmatchIndex(text[end:runeAt(text, end+200)]); m != nil {
			add(span{end + m[2], end + m[3]})
		}
	})
	end, tries = 0, 0
	d.homes.each(text, func(w sighting) {
		from := runeAt(text, max(end, w.at-180))
		to := runeAt(text, w.at+160)
		if !strings.ContainsAny(text[w.at:to], "0123456789") || tries > maxTries {
			return
		}
		tries++
		m := livesThen.FindStringSubmatchIndex(text[from:to])
		if m == nil || d.announces(text[from+m[2]:from+m[3]]) {
			return
		}
		add(span{from + m[2], from + m[3]})
		add(span{from + m[4], from + m[5]})
		end = from + m[1]
	})
	return all
}
