package post_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/post"
)

// scanner says of every file the same, and notes what it read.
type scanner struct {
	found string
	err   error
	read  string
}

func (s *scanner) Scan(_ context.Context, r io.Reader) (string, error) {
	raw, err := io.ReadAll(r)
	s.read = string(raw)
	return s.found, errors.Join(err, s.err)
}

// TestFilesAreScanned before Jira gets them.
func TestFilesAreScanned(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scanner   scanner
		attached  bool
		permanent bool
		says      string
	}{
		"clean":      {scanner: scanner{}, attached: true},
		"infected":   {scanner: scanner{found: "Eicar-Test"}, permanent: true, says: "Eicar-Test"},
		"not looked": {scanner: scanner{err: bridge.Permanent(errors.New("size limit exceeded"))}, permanent: true, says: "l’antivirus no el pot analitzar"},
		"away":       {scanner: scanner{err: errors.New("connection refused")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j, p, e := attach(t, 1, 6)
			p.Scanner = &test.scanner
			_, err := p.Do(t.Context(), theCase, e)
			if _, attached := j.files["mtr.txt"]; attached != test.attached || (err == nil) != test.attached {
				t.Fatalf("attached %v: %v", attached, err)
			}
			if test.scanner.read != "HOP 1\n" {
				t.Errorf("scanned %q", test.scanner.read)
			}
			if test.attached {
				return
			}
			if bridge.IsPermanent(err) != test.permanent || !bridge.IsNotDone(err) {
				t.Errorf("%v", err)
			}
			if !test.permanent {
				return
			}
			o := p.Settle(theCase, e, bridge.Event{What: bridge.Failed, Err: err})
			var body bridge.CommentBody
			if err := o.Effects[0].Decode(&body); err != nil {
				t.Fatal(err)
			}
			if told := body.Text; !strings.Contains(told, test.says) || !strings.Contains(told, "mtr.txt") || o.Effects[0].Target != bridge.ToJira {
				t.Error(told)
			}
		})
	}
}

// TestOurOwnTextsAreNotScanned, and a whole mail is, however large.
func TestOurOwnTextsAreNotScanned(t *testing.T) {
	t.Parallel()
	j, p, _ := attach(t, 1, 6)
	s := &scanner{found: "everything"}
	p.Scanner = s
	e := bridge.Plan(bridge.ToJira, bridge.PostAttachment, "attach/2", bridge.AttachBody{Text: "hola", Name: "comentari.txt", Type: "text/plain", Size: 4})
	if _, err := p.Do(t.Context(), theCase, e); err != nil || j.files["comentari.txt"] != "hola" || s.read != "" {
		t.Errorf("%v, %q, %q", err, j.files["comentari.txt"], s.read)
	}
	p.Limits = message.Limits{Bytes: 10}
	p.Scanner = &scanner{}
	e = bridge.Plan(bridge.ToJira, bridge.PostAttachment, "attach/3", bridge.AttachBody{Blob: "raw", Part: message.Whole, Name: "original.eml", Size: int64(len(mail))})
	if _, err := p.Do(t.Context(), theCase, e); err != nil || j.files["original.eml"] != mail {
		t.Errorf("%v, %d bytes", err, len(j.files["original.eml"]))
	}
}

var _ post.Scanner = (*scanner)(nil)
