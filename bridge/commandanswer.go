package bridge

import (
	"slices"
	"strings"
	"unicode"
)

// asks reports whether a text is a question.
func asks(said string) bool { return strings.HasSuffix(strings.TrimRight(said, " )*_"), "?") }

// answers reports whether what stands behind "answered" is what was answered. Where it
// tells when, by whom or how often, or that nobody has, somebody tells a story.
func answers(words []string) bool {
	words = today(words)
	if len(words) == 0 || denies(words) {
		return false
	}
	first, second := letters(words[0]), ""
	if len(words) > 1 {
		second = letters(words[1])
	}
	switch {
	case slices.Contains([]string{"per", "por", "by"}, first):
		return slices.Contains([]string{"telefon", "telèfon", "telefono", "teléfono", "phone", "tel"}, second)
	case slices.Contains([]string{"en", "el", "la", "els", "los"}, first):
		return second != "" && !strings.ContainsFunc(second, unicode.IsDigit) && !slices.Contains(days(), second)
	case first == "no":
		return len(words) > 1
	case first == "si": // yes, unless it may be the condition
		return len(words) == 1 || strings.ContainsAny(words[0], "íÍ,.;!")
	case slices.Contains(numerals(), first) || strings.ContainsFunc(first, unicode.IsDigit):
		return second != "" && !slices.Contains(times(), second) && !strings.ContainsAny(words[0], "/.:-")
	}
	return !slices.Contains(narrating(), first) && !slices.Contains(days(), first)
}

// today takes away when today something was said, where more follows: hoy, a les 23.10.
func today(words []string) []string {
	for range 2 { // the day and the hour
		rest := words
		if len(words) > 0 && slices.Contains([]string{"avui", "hoy", "today"}, letters(words[0])) {
			rest = words[1:]
		} else if len(words) > 0 && !slices.Contains([]string{"ja", "ya"}, letters(words[0])) {
			rest = hour(words)
		}
		if len(rest) > 0 {
			words = rest
		}
	}
	return words
}

// denies reports whether words begin by saying that nobody has answered, or nobody that
// counts.
func denies(words []string) bool {
	for _, w := range words[:min(len(words), 4)] {
		if slices.Contains([]string{
			"ningu", "ningú", "nadie", "nobody", "encara", "aun", "aún", "todavia", "yet", "mai", "nunca", "never",
			"robot", "automatic", "automatico", "automaticament", "automaticamente", "automatically",
		}, letters(w)) {
			return true
		}
	}
	return false
}

// narrating are the words with which a story goes on, and not what somebody has said.
func narrating() []string {
	return []string{
		"a", "al", "als", "amb", "con", "with", "i", "y", "e", "and", "o", "pero", "però", "but", "pel", "pels", "per", "ahir", "ayer", "yesterday", "avui", "hoy", "today", "abans", "antes", "before",
		"fa", "hace", "ago", "cap", "sense", "sin", "without", "des", "desde", "since", "tard", "tarde", "late", "aquest", "aquesta", "este", "esta", "quan", "cuando", "when", "si",
		"malament", "mal", "d", "de", "del", "dels", "sobre", "despres", "després", "despues", "después", "after", "finalment", "finalmente", "finally",
	}
}

// days are what a time begins with.
func days() []string {
	return []string{
		"dia", "día", "mes", "dilluns", "dimarts", "dimecres", "dijous", "divendres", "dissabte", "diumenge", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "sábado", "domingo",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "cap", "passat", "pasado", "mati", "matí", "mañana", "tarda", "nit", "noche", "setmana", "semana",
	}
}

// numerals are the numbers with which a sentence may begin.
func numerals() []string { return []string{"dues", "dos", "tres", "two", "three", "quatre", "cuatro"} }

// times are what a number counts when it tells how often, or how long ago.
func times() []string {
	return []string{
		"cop", "cops", "vegada", "vegades", "vez", "veces", "time", "times", "h", "hora", "hores", "horas", "hour", "hours", "min", "minut", "minuts", "minuto", "minutos", "minute", "minutes",
		"dia", "dies", "día", "dias", "días", "day", "days", "setmanes", "semanas", "weeks",
	}
}
