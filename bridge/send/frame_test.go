package send

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/bridge/send/letter"
)

func anyBlocks(t *rapid.T, level int) []letter.Block {
	text := rapid.SampledFrom([]string{"", "obre", "a obre b", "obre\nobre", "*obre*", "{{obre}} i ob*re*", "{code}\nobre\n{code}", "|obre|x|", "sobre", "à", "(contraseña oculta)", toConfirm, "[obre|https://obre.es]"})
	var out []letter.Block
	for range rapid.IntRange(0, 4).Draw(t, "blocks") {
		b := letter.Block{
			Kind: letter.Kind(rapid.IntRange(0, 7).Draw(t, "kind")), Label: text.Draw(t, "label"), Text: text.Draw(t, "text"), Markup: text.Draw(t, "markup"),
			Note: text.Draw(t, "note"), Items: rapid.SliceOfN(text, 0, 3).Draw(t, "items"),
		}
		if level < 2 {
			b.Parts = anyBlocks(t, level+1)
		}
		out = append(out, b)
	}
	return out
}

// TestFrameBearsAnything: whatever is found where, the letter that was given stays as it is,
// the same letter is masked in the same way, and in its text there is nothing of a value that
// stands by itself.
func TestFrameBearsAnything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		blocks := anyBlocks(t, 0)
		before := cloned(blocks)
		wild := rapid.Bool().Draw(t, "wild")
		hits := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) bridge.Hit {
			return bridge.Hit{Kind: bridge.PrivateKey, Start: rapid.IntRange(-3, 80).Draw(t, "start"), End: rapid.IntRange(-3, 80).Draw(t, "end"), Print: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "print")}
		}), 0, 5).Draw(t, "hits")
		f := frame{allowed: []string{"b"}, find: func(text string) []bridge.Hit {
			if wild {
				return hits
			}
			var found []bridge.Hit
			for from := 0; ; {
				at := strings.Index(text[from:], "obre")
				if at < 0 {
					return found
				}
				found = append(found, bridge.Hit{Kind: bridge.PrivatePassword, Start: from + at, End: from + at + 4, Print: "p"})
				from += at + 4
			}
		}}
		out, found, _ := f.blocks(blocks)
		if diff := cmp.Diff(before, blocks); diff != "" {
			t.Fatalf("the letter has changed:\n%s", diff)
		}
		again, foundAgain, _ := f.blocks(blocks)
		if !cmp.Equal(out, again) || !slices.Equal(found, foundAgain) {
			t.Fatal("another time another letter")
		}
		_, _ = f.subject("obre sobre obre", []value{{"obre", bridge.Hit{Kind: bridge.PrivatePassword}}})
		if !wild && strings.Contains(values(out), "obre") {
			t.Fatalf("in the letter:\n%s", values(out))
		}
	})
}

// values is what a letter says besides our own words.
func values(blocks []letter.Block) string {
	var out strings.Builder
	for _, b := range blocks {
		switch {
		case b.Kind == letter.Marker || b.Kind == letter.Heading || b.Text == toConfirm:
		case b.Markup != "":
			out.WriteString(letter.Letter{Blocks: []letter.Block{{Kind: letter.Markup, Markup: b.Markup}}}.Text())
		default:
			out.WriteString(b.Text)
		}
		out.WriteString(b.Note + strings.Join(b.Items, "\n") + values(b.Parts))
	}
	return out.String()
}
