package text_test

import (
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"

	"escalat/bridge/text"
)

// gaps are what is filled in.
var gaps = regexp.MustCompile(`%(\[\d\])?[sd]`)

// TestOpsWords: each language says everything, of the same gaps.
func TestOpsWords(t *testing.T) {
	t.Parallel()
	words := func(lang string) reflect.Value {
		texts, err := text.For(lang, func(s string) string { return s })
		if err != nil {
			t.Fatal(err)
		}
		w := texts.Ops()
		if w.Lang != lang {
			t.Errorf("%s: the words are in %s", lang, w.Lang)
		}
		return reflect.ValueOf(w)
	}
	model := words("en")
	for _, lang := range []string{"ca", "es"} {
		w := words(lang)
		for i := range w.NumField() {
			name := w.Type().Field(i).Name
			if name == "States" {
				continue
			}
			got, want := w.Field(i).String(), model.Field(i).String()
			if got == "" || want == "" {
				t.Errorf("%s: %s is empty", lang, name)
			}
			if !slices.Equal(gaps.FindAllString(got, -1), gaps.FindAllString(want, -1)) {
				t.Errorf("%s: %s has other gaps: %q", lang, name, got)
			}
		}
	}
	for _, lang := range []string{"ca", "es", "en"} {
		states := words(lang).FieldByName("States").Interface().(map[string]string)
		for _, state := range []string{
			"settling", "asked", "sending", "sent", "answered", "handed", "undelivered", "withdrawn", "closed", "listed", "refused", "braked", "joined",
		} {
			if states[state] == "" {
				t.Errorf("%s: no word for %s", lang, state)
			}
		}
	}
}

func TestWhen(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 1, 5, 0, 0, time.UTC)
	for lang, want := range map[string]string{"ca": "22/11/2026 a la 1.05\u00a0h", "es": "22/11/2026 a la 1:05\u00a0h", "en": "22 November 2026, 01:05"} {
		texts, err := text.For(lang, func(s string) string { return s })
		if err != nil {
			t.Fatal(err)
		}
		if got := texts.When(at); got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
}
