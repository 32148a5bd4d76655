package post_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/bridge/wording"
)

// TestTooLongIsCut: to what Jira says it takes, in whatever language it does.
func TestTooLongIsCut(t *testing.T) {
	t.Parallel()
	const answered = "comment on AOC-1: jira: comment on issue 10001: Jira answered "
	tests := map[string]struct {
		length int
		reason string
		limit  int // 0: it was not refused for its length
	}{
		"english":         {40000, "400 Bad Request: comment: The entered text is too long. It exceeds the allowed limit of 32,767 characters.", 32767},
		"spanish":         {9000, "400 Bad Request: comment: El texto introducido es demasiado largo. Supera el límite permitido de 5.000 caracteres.", 5000},
		"french blank":    {9000, "400 Bad Request: comment: Le texte est trop long. La limite est de 5\u202f000 caractères.", 5000},
		"in one":          {9000, "400 Bad Request: comment: El text és massa llarg (8000).", 8000},
		"with its length": {9000, "400 Bad Request: comment: 9,000 characters are over the limit of 5,000.", 5000},
		"without number":  {9000, "400 Bad Request: comment: The entered text is too long.", 900},
		"too great":       {9000, "400 Bad Request: comment: It exceeds the limit of 32,767 characters.", 900},
		"too small":       {9000, "400 Bad Request: comment: It exceeds the limit. Code 17.", 900},
		"without words":   {40000, "400 Bad Request", 32767},
		"huge number":     {40000, "400 Bad Request: " + strings.Repeat("9", 400), 32767},
		"another 400":     {9000, "400 Bad Request: comment: Comment body can not be empty! 1234", 0},
		"another status":  {40000, "403 Forbidden: over the limit of 32,767 characters", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, p, e := comment(at)
			line := strings.Repeat("x", 49) + "\n"
			whole := strings.Repeat(line, test.length/50)
			while := bridge.While{State: bridge.Asked}
			e = bridge.Plan(bridge.ToJira, bridge.PostComment, e.Key, bridge.CommentBody{Text: whole, While: &while})
			o := p.Settle(theCase, e, bridge.Event{What: bridge.Failed, At: at, Err: errors.New(answered + test.reason)})
			if len(o.Audit) != 1 || o.Audit[0].Action != "comment refused" {
				t.Errorf("audit %+v", o.Audit)
			}
			if test.limit == 0 {
				if len(o.Effects) != 1 || o.Effects[0].Key != "plain/"+e.Key {
					t.Errorf("%+v", o.Effects)
				}
				return
			}
			if len(o.Effects) != 2 || o.Effects[0].Key != "whole/cut/"+e.Key || o.Effects[1].Key != "cut/"+e.Key {
				t.Fatalf("%+v", o.Effects)
			}
			var file bridge.AttachBody
			var part bridge.CommentBody
			if err := errors.Join(json.Unmarshal(o.Effects[0].Body, &file), json.Unmarshal(o.Effects[1].Body, &part)); err != nil {
				t.Fatal(err)
			}
			if file.Text != whole || part.While == nil || !strings.Contains(part.Text, file.Name) {
				t.Errorf("file %q, %+v", file.Name, part)
			}
			if n := wording.Length(part.Text); n > test.limit || n < test.limit-100 {
				t.Errorf("%d characters for a limit of %d", n, test.limit)
			}
		})
	}
}

// TestCuttingEnds: a comment that is refused however short it is, is told of.
func TestCuttingEnds(t *testing.T) {
	t.Parallel()
	_, p, _ := comment(at)
	e := bridge.Plan(bridge.ToJira, bridge.PostComment, "k", bridge.CommentBody{Text: strings.Repeat("una línia\n", 5000)})
	var keys []string
	for range 9 {
		o := p.Settle(theCase, e, bridge.Event{What: bridge.Failed, At: at, Err: errors.New("Jira answered 400 Bad Request: too long")})
		if len(o.Effects) == 0 {
			break
		}
		for _, next := range o.Effects {
			keys = append(keys, next.Key)
		}
		e = o.Effects[len(o.Effects)-1]
	}
	if got, want := fmt.Sprint(keys), "[whole/cut/k cut/k cut/cut/k plain/cut/cut/k]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
