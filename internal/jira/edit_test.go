package jira

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

func TestEditLabels(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client()
		at, err := c.EditLabels(t.Context(), "10001", []string{"claranet-enviat", "claranet-enviat"}, []string{"escalar-claranet-sistemes", "claranet-falten-dades"})
		if err != nil || !at.Equal(f.now.Add(90*time.Second)) {
			t.Fatalf("EditLabels = %v, %v; want Jira's clock", at, err)
		}
		if diff := cmp.Diff([]string{"claranet-enviat"}, f.labels); diff != "" {
			t.Errorf("labels (-want +got):\n%s", diff)
		}
		if n := f.count(""); n != 1 {
			t.Errorf("%d requests, want 1", n)
		}
		if at, err := c.EditLabels(t.Context(), "10001", nil, nil); err != nil || !at.IsZero() || f.count("") != 1 {
			t.Errorf("nothing to do: %v, %v", at, err)
		}
	})
}

func TestEditLabelsRefusesBeforeItAsks(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	c := f.client()
	for _, label := range []string{"", "a b", "a\tb", "a\u00a0b", `a"b`, `a\b`, "a\x00", "a'b", "a\u202eb", strings.Repeat("a", longestLabel+1)} {
		_, add := c.EditLabels(t.Context(), "10001", []string{"good", label}, nil)
		_, remove := c.EditLabels(t.Context(), "10001", nil, []string{label})
		for _, err := range []error{add, remove} {
			if !bridge.IsPermanent(err) {
				t.Errorf("%q: %v", label, err)
			}
		}
	}
	if _, err := c.EditLabels(t.Context(), "SUP-7/../1", []string{"good"}, nil); !bridge.IsPermanent(err) {
		t.Errorf("%v", err)
	}
	if n := f.count(""); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// Who else writes in the same moment is no reason to give up, and nothing is lost.
func TestEditsThatFail(t *testing.T) {
	t.Parallel()
	f := newFake(t, DataCenter)
	f.links = nil
	for code, want := range map[int]struct {
		permanent, notDone bool
		kind               error
	}{
		409: {false, true, nil}, 400: {true, true, nil}, 403: {true, true, nil}, 404: {true, true, ErrNotFound}, 413: {true, true, ErrTooLarge},
		401: {false, true, ErrCredentials}, 500: {false, false, nil}, 502: {false, false, nil},
	} {
		c := f.client()
		f.status(http.MethodPut, "/issue/10001", code)
		_, err := c.EditLabels(t.Context(), "10001", []string{"a"}, nil)
		if err == nil || bridge.IsPermanent(err) != want.permanent || bridge.IsNotDone(err) != want.notDone || want.kind != nil && !errors.Is(err, want.kind) {
			t.Errorf("labels, %d: %v (permanent %t, not done %t)", code, err, bridge.IsPermanent(err), bridge.IsNotDone(err))
		}
		f.status(http.MethodPost, "/remotelink", code)
		_, err = c.SetLink(t.Context(), "10001", Link{GlobalID: "g", URL: "https://example.org", Title: "t"})
		if err == nil || bridge.IsPermanent(err) != want.permanent || bridge.IsNotDone(err) != want.notDone || code == 413 && !errors.Is(err, ErrIssueFull) {
			t.Errorf("link, %d: %v (permanent %t, not done %t)", code, err, bridge.IsPermanent(err), bridge.IsNotDone(err))
		}
	}
}

// After the request was written nobody can say; doing it again does no harm.
func TestEditWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	f.answer(func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })
	if _, err := f.client().EditLabels(t.Context(), "10001", []string{"a"}, nil); err == nil || bridge.IsNotDone(err) || bridge.IsPermanent(err) {
		t.Errorf("%v", err)
	}
}

func TestEditsInReadOnly(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		withFields(f)
		c := f.client(func(cfg *Config) {
			cfg.ReadOnly, cfg.ReferenceFields, cfg.Groups = true, []string{"Inici"}, []string{"jira-users"}
		})
		_, labels := c.EditLabels(t.Context(), "10001", []string{"a"}, nil)
		_, link := c.SetLink(t.Context(), "10001", Link{GlobalID: "g", URL: "https://example.org", Title: "t"})
		property := c.SetUserProperty(t.Context(), "escalat", 1)
		for _, err := range []error{labels, link, property} {
			if !errors.Is(err, ErrReadOnly) || !bridge.IsPermanent(err) {
				t.Errorf("%v; want a permanent ErrReadOnly", err)
			}
		}
		if ok, err := c.Member(t.Context(), bridge.User{ID: f.id("pere")}, "SUP"); err != nil || !ok {
			t.Errorf("Member = %t, %v: it only reads", ok, err)
		}
		if n := f.count("PUT") + f.count("POST"); n != 0 {
			t.Errorf("%d writes reached Jira", n)
		}
	})
}

func TestSetLink(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client()
		l := Link{GlobalID: "escalat:claranet:INC-1", URL: "https://portal.example.org/?id=1", Title: "INC-1", Summary: "s", Relationship: "escalat a Claranet", Application: "escalat"}
		for _, title := range []string{"INC-1", "INC-1 (tancat)"} {
			l.Title = title
			at, err := c.SetLink(t.Context(), "10001", l)
			if err != nil || !at.Equal(f.now.Add(90*time.Second)) {
				t.Fatalf("SetLink = %v, %v", at, err)
			}
		}
		want := wireLink{GlobalID: l.GlobalID, Relationship: l.Relationship}
		want.Application.Name = "escalat"
		want.Object.URL, want.Object.Title, want.Object.Summary = l.URL, "INC-1 (tancat)", "s"
		if diff := cmp.Diff([]wireLink{want}, f.links); diff != "" {
			t.Errorf("links (-want +got):\n%s", diff)
		}
	})
}

func TestSetLinkRefusesBeforeItAsks(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	c := f.client()
	for name, change := range map[string]func(*Link){
		"no id":           func(l *Link) { l.GlobalID = "" },
		"long id":         func(l *Link) { l.GlobalID = strings.Repeat("x", 256) },
		"no title":        func(l *Link) { l.Title = " " },
		"long title":      func(l *Link) { l.Title = strings.Repeat("x", 256) },
		"long relation":   func(l *Link) { l.Relationship = strings.Repeat("x", 256) },
		"script":          func(l *Link) { l.URL = "javascript:alert(1)" },
		"script and host": func(l *Link) { l.URL = "javascript://example.org/%0aalert(1)" },
		"mail":            func(l *Link) { l.URL = "mailto:a@example.org" },
		"no host":         func(l *Link) { l.URL = "https:///x" },
		"relative":        func(l *Link) { l.URL = "/x" },
		"password":        func(l *Link) { l.URL = "https://u:p@example.org" },
		"broken":          func(l *Link) { l.URL = "https://exa mple.org" },
		"empty":           func(l *Link) { l.URL = "" },
	} {
		l := Link{GlobalID: "g", URL: "https://example.org", Title: "t"}
		change(&l)
		if _, err := c.SetLink(t.Context(), "10001", l); !bridge.IsPermanent(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := f.count(""); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestAppendField(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		withFields(f)
		c := f.client(func(cfg *Config) { cfg.ReferenceFields = []string{"Aplicació afectada"} })
		const id = "customfield_10010"
		for _, step := range []struct {
			old   any
			value string
			want  any
		}{
			{nil, "INC-1", "INC-1"},
			{"  ", "INC-1", "INC-1"},
			{"INC-1", "INC-2", "INC-1, INC-2"},
			{"INC-12, XINC-1, INC-1-b\n", "INC-1", "INC-12, XINC-1, INC-1-b, INC-1"},
			{"INC-1, INC-2", "INC-1", nil},
			{"ref. (INC-1)", "INC-1", nil},
			{"INC-12 INC-1", "INC-1", nil},
			{"Nº INC-1.", "INC-1", nil},
			{strings.Repeat("x", maxValue) + " INC-2", "INC-1", strings.Repeat("x", maxValue) + " INC-2, INC-1"},
		} {
			f.mu.Lock()
			f.custom = map[string]any{id: step.old}
			f.mu.Unlock()
			puts := f.count("PUT")
			at, err := c.AppendField(t.Context(), "10001", "Aplicació afectada", step.value)
			if err != nil || at.IsZero() != (step.want == nil) {
				t.Fatalf("%.80v: %v, %v", step, at, err)
			}
			want := step.want
			if want == nil {
				want = step.old
				if f.count("PUT") != puts {
					t.Errorf("%.80v: it was written", step)
				}
			}
			if got := f.custom[id]; got != want {
				t.Errorf("%.80v: %.80q", step, got)
			}
		}
	})
}

func TestAppendFieldRefuses(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		withFields(f)
		c := f.client(func(cfg *Config) { cfg.ReferenceFields = []string{"customfield_10010"} })
		f.custom = map[string]any{"customfield_10010": map[string]any{"value": "x"}}
		for name, call := range map[string][3]string{
			"not configured": {"10001", "Inici", "INC-1"},
			"empty":          {"10001", "customfield_10010", ""},
			"blank":          {"10001", "customfield_10010", " INC-1"},
			"two lines":      {"10001", "customfield_10010", "INC-1\nINC-2"},
			"long":           {"10001", "customfield_10010", strings.Repeat("x", longestWord+1)},
			"key":            {"SUP-7", "customfield_10010", "INC-1"},
			"no text":        {"10001", "customfield_10010", "INC-1"},
		} {
			if _, err := c.AppendField(t.Context(), call[0], call[1], call[2]); !bridge.IsPermanent(err) || name == "no text" && !strings.Contains(err.Error(), "customfield_10010") {
				t.Errorf("%s: %v", name, err)
			}
		}
		f.status(http.MethodGet, "/issue/10001", 503)
		_, away := c.AppendField(t.Context(), "10001", "customfield_10010", "INC-1")
		// What is not read must not be overwritten.
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			f.json(w, 200, map[string]any{"id": "10001"})
			return true
		})
		_, without := c.AppendField(t.Context(), "10001", "customfield_10010", "INC-1")
		for _, err := range []error{away, without} {
			if !bridge.IsNotDone(err) || bridge.IsPermanent(err) {
				t.Errorf("the field cannot be read: %v", err)
			}
		}
		if n := f.count("PUT"); n != 0 {
			t.Errorf("%d writes", n)
		}
	})
}

// A field for references that cannot be bound is named, and keeps nobody from
// reading issues.
func TestBindReferenceFields(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		withFields(f)
		f.field("customfield_10090", "Quantitat", "number", "float")
		c := f.client(func(cfg *Config) {
			cfg.Fields, cfg.ReferenceFields = []string{"Inici"}, []string{"Quantitat", "Aplicacio afectada"}
		})
		err := c.Bind(t.Context())
		if !bridge.IsPermanent(err) || !errors.Is(err, errNoText) || !strings.Contains(err.Error(), `"Quantitat" (customfield_10090)`) || !strings.Contains(err.Error(), `"Aplicacio afectada"`) {
			t.Errorf("Bind: %v", err)
		}
		if _, err := c.AppendField(t.Context(), "10001", "Quantitat", "INC-1"); !bridge.IsPermanent(err) {
			t.Errorf("AppendField: %v", err)
		}
		before := f.count("GET rest/api/2/field")
		if _, err := c.Issue(t.Context(), "10001"); err != nil {
			t.Errorf("Issue: %v", err)
		}
		if n := f.count("GET rest/api/2/field") - before; n != 0 {
			t.Errorf("which fields there are was asked %d times more", n)
		}
	})
}

func TestLongCommentsAreNotSent(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	c := f.client()
	for text, fits := range map[string]bool{
		strings.Repeat("à", longestComment):          true,
		strings.Repeat("à", longestComment+1):        false,
		strings.Repeat("😀", longestComment/2) + "a":  true,
		strings.Repeat("😀", longestComment/2) + "ab": false,
	} {
		before := f.count("")
		_, _, err := c.Comment(t.Context(), "10001", "k", text)
		if (err == nil) != fits || err != nil && (!bridge.IsPermanent(err) || f.count("") != before) {
			t.Errorf("%d bytes: %v", len(text), err)
		}
	}
}
