package jira

import "testing"

func TestLeftOut(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`{"fields":{"comment":{"total":5,"comments":[{"id":"1"}]}}}`:            4,
		"\ufeff" + `{"fields":{"comment":{"total":"2","comments":[]}}}`:         2,
		`{"fields":{"comment":{"total":1,"comments":[{"id":"1"},{"id":"2"}]}}}`: 0,
		`{"fields":{"comment":{"comments":[]}}}`:                                0,
		`{"fields":{}}`:                                                         0,
	} {
		if _, got, err := Decode([]byte(text), DecodeOptions{}); got != want || err != nil {
			t.Errorf("%s: %d, want %d; %v", text, got, want, err)
		}
	}
}
