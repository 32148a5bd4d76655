package guard

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"escalat/bridge"
)

// heading says what stands in a column.
type heading int

const (
	nothing heading = iota
	otherHeading
	secretHeading
	tokenHeading
	nameHeading
	birthHeading
	homeHeading
)

var (
	otherWords = regexp.MustCompile(`(?i)^(?:usuari[ao]?s?|users?|username|login|id|url|host(?:name)?|ip|adre[cç]a ip|dirección ip|port|puerto|servidor|server|servei|servicio|service|entorn|entorno|environment|aplicaci[oó]n?|sistema|system|rol|perfil|role|observaci(?:ons|ones)|notes?|notas?|comentaris?|comentarios?|descripci[oó]n?|data|fecha|date|estat|estado|status|correu|correo|e-?mail|mail|tel[eèé]fono?|phone|m[oò]bil|móvil|municipi|municipio|dni|nif|nie|dni/nie|nif/nie|sexe|sexo|cp|codi postal|código postal|expedient|expediente|compte|cuenta|account|database|bbdd|bd|db|nº|num|número|camp|campo|valor|value|key|nacionalitat|nacionalidad|cip|nss|iban|domini|dominio|domain|vpn|màquina|máquina)$`)
	nameWords  = regexp.MustCompile(`(?i)^(?:noms?|nombres?|name|first ?name|cognoms?|apellidos?|surnames?|last ?name|(?:primer|segon|segundo|1r|2n|1º|2º) (?:cognom|apellido)|(?:cognom|apellido) ?[12]|noms? i cognoms?|nombre y apellidos?|full ?name|nom complet|nombre completo|cognoms i nom|apellidos y nombre|titular|habitant|habitante|ciutad[àa](?:na)?|ciudadan[oa])$`)
	birthWords = regexp.MustCompile(`(?i)^(?:(?:data|fecha|f\.|d\.)? ?(?:de )?(?:naixement|nacimiento|naix\.?|nac\.?)|(?:data|fecha)_(?:naixement|nacimiento)|birth ?date|date of birth|dob|nascu(?:t|da)|nacid[oa]|born)$`)
	homeWords  = regexp.MustCompile(`(?i)^(?:adre[cç]a(?: postal| particular)?|domicili[o]?(?: particular| de resid[eè]nci?a| habitual)?|direcci[oó]n(?: postal)?|home address|address|carrer|calle|via|resid[eè]nci?a|empadronament|empadronamiento)$`)
)

// headingOf says what a cell announces.
func (d *finder) headingOf(cell string) heading {
	if n := strings.LastIndexByte(cell, '}'); strings.Contains(cell, "{color:") && n < len(cell)-1 {
		cell = cell[n+1:]
	}
	cell = strings.Trim(cell, " \t\r\u00a0*_\"'`{}:+")
	if cell == "" || len(cell) > 48 {
		return nothing
	}
	if all := d.labelsIn(cell); len(all) == 1 && all[0].start == 0 && all[0].end >= len(cell) && all[0].sort != pin {
		if all[0].sort == token {
			return tokenHeading
		}
		return secretHeading
	}
	for heading, words := range map[heading]*regexp.Regexp{nameHeading: nameWords, birthHeading: birthWords, homeHeading: homeWords, otherHeading: otherWords} {
		if words.MatchString(cell) {
			return heading
		}
	}
	return nothing
}

// isHeading reports whether a text announces another value.
func (d *finder) isHeading(value string) bool { return d.headingOf(value) != nothing }

// table is what the columns of the lines below say.
type table struct {
	comma    string
	headings []heading
	register bool
}

// columns finds what stands in the columns of tables whose heads say so.
func (d *finder) columns(text string) []found {
	var all []found
	var head *table
	known := append(identities(text), healths(text)...)
	slices.SortFunc(known, func(a, b found) int { return a.start - b.start })
	for at := 0; at < len(text); {
		end := len(text)
		if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
			end = at + n
		}
		if line := text[at:end]; len(line) < 4000 {
			if made := d.headOf(line); made != nil {
				head = made
			} else if head != nil {
				row, ok := head.row(line, at)
				all = append(all, row...)
				if !ok && strings.TrimSpace(line) != "" {
					head = nil
				}
			}
			for len(known) > 0 && known[0].start < at {
				known = known[1:]
			}
			if head == nil && (len(known) > 0 && known[0].start < end || strings.Contains(line, mark)) {
				all = append(all, registered(line, at)...)
			}
		}
		at = end + 1
	}
	return all
}

// headOf is what a line announces, if it is the head of a table with what is private.
func (d *finder) headOf(line string) *table {
	for _, comma := range []string{"||", "|", ";", "\t", ","} {
		if strings.Count(line, comma) < 1 {
			continue
		}
		t := &table{comma: comma}
		count := map[heading]int{}
		known := 0
		parts := cells(line, comma)
		for n, c := range parts {
			cell := line[c.start:c.end]
			h := d.headingOf(cell)
			if last := strings.LastIndexAny(cell, " >:("); h == nothing && n == 0 && comma != "," && last >= 0 {
				h = d.headingOf(cell[last+1:]) // what stands before a table that has no bars
			}
			t.headings = append(t.headings, h)
			count[h]++
			if h != nothing {
				known++
			} else if (n+1-known)*2 > len(parts) {
				break
			}
		}
		if len(t.headings) < len(parts) {
			continue
		}
		if known < 2 || known*2 < len(t.headings) {
			continue
		}
		t.register = count[nameHeading] > 0 && count[birthHeading] > 0 || count[nameHeading] > 1 && count[homeHeading] > 0 || count[birthHeading] > 0 && count[homeHeading] > 0
		if comma == "||" {
			t.comma = "|"
		}
		if t.register || count[secretHeading]+count[tokenHeading] > 0 {
			return t
		}
	}
	return nil
}

// cells are the parts of a line. Of a table in bars, those between the first and the last.
func cells(line, comma string) []span {
	var all []span
	from, to := 0, len(strings.TrimRight(line, " \r\t"))
	if first, last := strings.Index(line[:to], comma), strings.LastIndex(line[:to], comma); comma[0] == '|' && last >= first+len(comma) && (to-last-len(comma) < 3 || strings.HasPrefix(line[last:], comma+"{color")) {
		from, to = first+len(comma), last
	}
	for len(all) < 64 {
		n := strings.Index(line[from:to], comma)
		if n < 0 {
			break
		}
		all = append(all, span{from, from + n})
		from += n + len(comma)
	}
	return append(all, span{from, to})
}

// row is what a line of the table holds, and whether it is one.
func (t *table) row(line string, at int) ([]found, bool) {
	all := cells(line, t.comma)
	if len(all) != len(t.headings) {
		return nil, false
	}
	var out []found
	for n, c := range all {
		s := inner(line, c)
		value := line[s.start:s.end]
		kind := bridge.PrivatePerson
		switch h := t.headings[n]; {
		case h == secretHeading && utf8.RuneCountInString(value) >= 3 && !strings.Contains(value, " ") && !talked(value) && !blank(value):
			kind = bridge.PrivatePassword
		case h == tokenHeading && tokenLike(value):
			kind = bridge.PrivateToken
		case h >= nameHeading && t.register && value != "" && !blank(value) && !strings.Contains(value, mark):
		default:
			continue
		}
		out = append(out, found{span: span{at + s.start, at + s.end}, kind: kind})
	}
	return out, true
}

// inner is a cell without what decorates it.
func inner(line string, c span) span {
	const around = " \t\r\u00a0*_\"'`{}+"
	text := strings.TrimSuffix(line[c.start:c.end], "{color}")
	c.end = c.start + len(text)
	c.start += len(text) - len(strings.TrimLeft(text, around))
	return span{c.start, max(c.start, c.start+len(strings.TrimRight(line[c.start:c.end], around)))}
}

var (
	birthCell = regexp.MustCompile(`^(?:(?:[0-2]?\d|3[01])[/.-](?:0?\d|1[0-2])[/.-](?:19\d\d|20[01]\d|202[0-2])|(?:19\d\d|20[01]\d|202[0-2])[/.-](?:0?\d|1[0-2])[/.-](?:[0-2]?\d|3[01])|(?:19\d\d|20[01]\d)(?:0\d|1[0-2])(?:[0-2]\d|3[01]))$`)
	nameCell  = regexp.MustCompile(`^\p{Lu}[\p{L}·'’-]+(?:,? (?:(?:de|del|la|las|los|i|y|d'|el) ?)*\p{Lu}[\p{L}·'’-]*){0,5}$`)
	homeCell  = regexp.MustCompile(`(?i)^(?:c/|c\.|carrer|calle|av\.?|avda\.?|avinguda|avenida|pl\.?|pla[cç]a|plaza|pg\.?|passeig|paseo|ronda|rambla|camí|camino|travessera|traves[ií]a|ptge\.?|passatge|urb\.?|ctra\.?|carretera)[ .].*\d`)
)

// registered are the persons in a line of a list that says itself what it is: an identity,
// a date of birth and names.
func registered(line string, at int) []found {
	for _, comma := range []string{";", "|", "\t", ","} {
		if strings.Count(line, comma) < 2 {
			continue
		}
		var out []found
		births, names, known := 0, 0, 0
		for _, c := range cells(line, comma) {
			s := inner(line, c)
			switch value := line[s.start:s.end]; {
			case birthCell.MatchString(value):
				births++
			case homeCell.MatchString(value):
			case nameCell.MatchString(value) && !strings.Contains(value, mark):
				names++
			case identified(value):
				known++
				continue
			default:
				continue
			}
			out = append(out, found{span: span{at + s.start, at + s.end}, kind: bridge.PrivatePerson})
		}
		if births > 0 && names > 0 && known > 0 {
			return out
		}
	}
	return nil
}

// identified reports whether a cell ends with what names one person: by a number, or by our mask of it.
func identified(value string) bool {
	if strings.HasSuffix(value, mark) {
		return true
	}
	all := identities(value)
	if len(all) == 0 {
		all = healths(value)
	}
	return len(all) == 1 && all[0].end == len(value)
}
