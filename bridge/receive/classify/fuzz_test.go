package classify_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/receive/classify"
)

// reasonable is what reasons are made of: nothing of a mail's content.
var reasonable = regexp.MustCompile(`^[a-z][a-z0-9 :;,'_-]{3,99}$`)

// FuzzClassify: whatever a mail is, its verdict is of one of the kinds, gives a sign, and
// holds nothing of the mail beyond its bounds.
func FuzzClassify(f *testing.F) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no sample: %v", err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	profile := claranet(f)
	f.Fuzz(func(t *testing.T, raw string) {
		m := parse(t, raw)
		var text strings.Builder
		for _, p := range m.Pieces {
			text.WriteString(p.Plain + p.HTML + "\n")
		}
		v := classify.Classify(m, text.String(), profile)
		if diff := cmp.Diff(v, classify.Classify(m, text.String(), profile)); diff != "" {
			t.Fatalf("another verdict on the same mail:\n%s", diff)
		}
		if (v.Kind == "") != (v.Reason == "") || v.Kind != "" && !reasonable.MatchString(v.Reason) {
			t.Fatalf("%q because %q", v.Kind, v.Reason)
		}
		if classify.Automatic(m.Header) && !classify.Robot(m) {
			t.Fatal("automatic, and nothing of a robot")
		}
		b := v.Bounce
		switch v.Kind {
		case bridge.KindBounce:
			if b == nil || b.Delivered {
				t.Fatalf("a bounce of %+v", b)
			}
		case bridge.KindReceipt:
			if b != nil && (!b.Delivered || b.Hard) {
				t.Fatalf("a receipt of %+v", b)
			}
		case "", bridge.KindUpdate, bridge.KindAcknowledgement, bridge.KindAbsence:
			if b != nil {
				t.Fatalf("%q of %+v", v.Kind, b)
			}
		default:
			t.Fatalf("no kind: %q", v.Kind)
		}
		if b != nil {
			bounded(t, b)
		}
	})
}

// bounded: each value is one line of a bounded length.
func bounded(t *testing.T, b *bridge.Bounce) {
	odd := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }
	if len(b.Diagnostic) > 300 || !utf8.ValidString(b.Diagnostic) || strings.ContainsFunc(b.Diagnostic, odd) {
		t.Fatalf("diagnostic %q", b.Diagnostic)
	}
	if b.Status != "" && !regexp.MustCompile(`^[245](\.[0-9]{1,3}){2}$`).MatchString(b.Status) {
		t.Fatalf("status %q", b.Status)
	}
	all := slices.Concat([]string{b.Recipient}, b.Further, b.Originals)
	if b.Recipient == "" && len(b.Further) > 0 || len(b.Further) > 20 || len(b.Originals) > 10 {
		t.Fatalf("%+v", b)
	}
	for i, s := range all {
		if strings.ContainsFunc(s, odd) || strings.ContainsAny(s, " <>\u2028") || len(s) > 500 || i > 0 && s == "" || !utf8.ValidString(s) {
			t.Fatalf("%q of %+v", s, b)
		}
	}
	if len(slices.Compact(slices.Sorted(slices.Values(b.Originals)))) != len(b.Originals) {
		t.Fatalf("the same twice: %q", b.Originals)
	}
}
