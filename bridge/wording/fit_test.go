package wording_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping/wiki"
)

const note = "NOTE."

func TestFit(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 60)
	tests := map[string]struct {
		markup string
		limit  int
		want   string
	}{
		"paragraphs":        {"one\n\ntwo\n\n" + long, 20, "one\n\ntwo\n\nNOTE."},
		"lines":             {"one\ntwo\n" + long, 20, "one\ntwo\n\nNOTE."},
		"fixed width":       {"a\n{noformat}\none\ntwo\nthree\n{noformat}", 40, "a\n{noformat}\none\ntwo {noformat}\n\nNOTE."},
		"fixed, open brace": {"a\n{noformat}\none {\nthree four\n{noformat}", 37, "a\n{noformat}\none { {noformat}\n\nNOTE."},
		"code":              {"{code:java}\nint a;\nint b;\nint c;\n{code}", 39, "{code:java}\nint a;\nint b; {code}\n\nNOTE."},
		"quote":             {"{quote}\none\n\ntwo\n\n" + long + "\n{quote}", 40, "{quote}\none\n\ntwo\n{quote}\n\nNOTE."},
		"panel in quote":    {"{quote}\n{panel:title=a}\none\n\n" + long + "\n{panel}\n{quote}", 60, "{quote}\n{panel:title=a}\none\n{panel}\n{quote}\n\nNOTE."},
		"rows":              {"||a||b||\n|1|2|\n|3|" + long + "|", 30, "||a||b||\n|1|2|\n\nNOTE."},
		"items":             {"* one\n** two\n* " + long, 20, "* one\n** two\n\nNOTE."},
		"word":              {strings.Repeat("word ", 20), 30, "word word word word\n\nNOTE."},
		"not in emphasis":   {"one two three *four five six seven eight*", 30, "one two three\n\nNOTE."},
		"not in an escape":  {`one two \[a\] ` + long, 21, `one two \[a\]` + "\n\nNOTE."},
		"no word":           {strings.Repeat("ñ", 500), 307, strings.Repeat("ñ", 300) + "\n\nNOTE."},
		"astral":            {strings.Repeat("🎉", 400), 207, strings.Repeat("🎉", 100) + "\n\nNOTE."},
		"nothing fits":      {"[~accountid:1234567890123456789012345678901234567890]", 20, "NOTE."},
		"no room":           {"one two", 3, "NOTE."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, wording.Fit(test.markup, test.limit, note)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// kinds counts what a text holds besides letters.
func kinds(nodes []wiki.Node, into map[wiki.Kind]int) map[wiki.Kind]int {
	for _, n := range nodes {
		into[n.Kind]++
		kinds(n.Children, into)
	}
	return into
}

// FuzzFit: what is kept is the beginning, fits, shows nothing that the whole does
// not, and what follows it stands outside of all blocks.
func FuzzFit(f *testing.F) {
	for _, seed := range []string{
		"one\n\n{noformat}\na\nb\n{noformat}\n\ntwo", "{quote}\n* a\n** b\n{code}\nc {\nd\n{code}\n{quote}", "||a||\n|b|\n|c \\\\ d|\n",
		"*a b* _c d_ {color:red}e\n\nf{color} [~g] [h|http://i] !j.png!", "{panel:title=a}\n{quote}\nb\n{panel}\nc\n{quote}", strings.Repeat("ñ", 300), "\\{noformat} a\\\\b",
	} {
		for _, limit := range []uint16{10, 20, 40, 250} {
			f.Add(seed, limit)
		}
	}
	f.Fuzz(func(t *testing.T, markup string, limit uint16) {
		got := wording.Fit(markup, int(limit), note)
		if n := wording.Length(got); n > max(int(limit), len(note)) {
			t.Fatalf("%d characters for a limit of %d", n, limit)
		}
		root := wiki.Parse(got).Root.Children
		if len(root) == 0 {
			t.Fatalf("%q says nothing", got)
		}
		last := root[len(root)-1]
		if last.Kind != wiki.Paragraph || len(last.Children) != 1 || last.Children[0].Text != note {
			t.Fatalf("%q ends in %+v", got, last)
		}
		whole, part := kinds(wiki.Parse(markup).Root.Children, map[wiki.Kind]int{}), kinds(root, map[wiki.Kind]int{})
		for _, kind := range []wiki.Kind{wiki.Mention, wiki.Link, wiki.Image, wiki.File, wiki.Quote, wiki.Panel, wiki.Code, wiki.Preformatted, wiki.Strong, wiki.Heading} {
			if part[kind] > whole[kind] {
				t.Errorf("%q holds %d of kind %d, %q only %d", got, part[kind], kind, markup, whole[kind])
			}
		}
	})
}

func TestCommentThatIsTooLong(t *testing.T) {
	t.Parallel()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	short := wording.Comment(texts, "k", bridge.CommentBody{Text: "curt"}, wording.MaxComment)
	if want := []bridge.Effect{bridge.Plan(bridge.ToJira, bridge.PostComment, "k", bridge.CommentBody{Text: "curt"})}; !cmp.Equal(want, short) {
		t.Errorf("a short one: %+v", short)
	}
	while := bridge.While{State: bridge.Asked, Count: 1}
	whole := strings.Repeat("una línia ñ 🎉\n", 4000)
	got := wording.Comment(texts, "k", bridge.CommentBody{Text: whole, While: &while}, wording.MaxComment)
	if len(got) != 2 || got[0].Kind != bridge.PostAttachment || got[0].Key != "whole/k" || got[1].Kind != bridge.PostComment || got[1].Key != "k" {
		t.Fatalf("%d effects", len(got))
	}
	var file bridge.AttachBody
	var part bridge.CommentBody
	if err := json.Unmarshal(got[0].Body, &file); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got[1].Body, &part); err != nil {
		t.Fatal(err)
	}
	if file.Text != whole || file.Size != int64(len(whole)) || file.Blob != "" || !strings.HasPrefix(file.Name, "comentari-") || file.Type != "text/plain; charset=utf-8" {
		t.Errorf("file %s, %d bytes", file.Name, file.Size)
	}
	if n := wording.Length(part.Text); n > wording.MaxComment || n < wording.MaxComment-200 || !strings.HasSuffix(part.Text, "\n\n"+texts.CutShort(file.Name)) || part.While == nil || part.Whole != file.Name {
		t.Errorf("%d characters: %q", n, part.Text[len(part.Text)-200:])
	}
	// A part that is too long still is cut again, and the file stays the same.
	again := wording.Comment(texts, "again/k", part, 1000)
	if len(again) != 1 {
		t.Fatalf("%d effects", len(again))
	}
	var smaller bridge.CommentBody
	if err := json.Unmarshal(again[0].Body, &smaller); err != nil {
		t.Fatal(err)
	}
	if wording.Length(smaller.Text) > 1000 || strings.Count(smaller.Text, file.Name) != 1 || smaller.Whole != file.Name {
		t.Errorf("%q", smaller.Text)
	}
}

// TestWholeIsBounded: what is attached is cut as well, between letters.
func TestWholeIsBounded(t *testing.T) {
	t.Parallel()
	texts, err := text.For("en", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	got := wording.Comment(texts, "k", bridge.CommentBody{Text: "x" + strings.Repeat("ñ", 1<<20)}, wording.MaxComment)
	var file bridge.AttachBody
	if err := json.Unmarshal(got[0].Body, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Text) != 1<<20-1 || file.Size != 1<<20-1 {
		t.Errorf("%d bytes, said to be %d", len(file.Text), file.Size)
	}
}
