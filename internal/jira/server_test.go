package jira

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
)

func TestDetect(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client()
		f.status("GET", "serverInfo", 503)
		if _, err := c.Detect(t.Context()); err == nil || bridge.IsPermanent(err) {
			t.Fatalf("Detect while Jira is away: %v", err)
		}
		f.answer(nil)
		for range 3 {
			srv, err := c.Detect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if srv.Flavour != f.flavour || srv.Zone != "Europe/Madrid" || srv.Offset != 90*time.Second || len(srv.Numbers) != 3 {
				t.Errorf("Detect = %+v", srv)
			}
			want := map[Flavour]string{Cloud: "[~accountid:557058:escalat]", DataCenter: "[~escalat]"}[f.flavour]
			if srv.Me.Mention != want {
				t.Errorf("mention %q, want %q", srv.Me.Mention, want)
			}
		}
		if n := f.count("GET rest/api/2/serverInfo"); n != 2 {
			t.Errorf("asked %d times what the server is, want 2: the failure and the success", n)
		}
	})
}

func TestDetectUnknownServer(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]Flavour{
		`{"versionNumbers":[1001,0,0]}`:   Cloud,
		`{"versionNumbers":[9,12,2]}`:     DataCenter,
		`{"deploymentType":"DataCenter"}`: DataCenter,
		`{"deploymentType":"cloud"}`:      Cloud,
		`{}`:                              "",
		`[]`:                              "",
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Cloud)
			f.answer(func(w http.ResponseWriter, r *http.Request) bool {
				switch {
				case strings.HasSuffix(r.URL.Path, "serverInfo"):
					fmt.Fprint(w, body)
				case strings.HasSuffix(r.URL.Path, "myself"):
					fmt.Fprint(w, `{"accountId":"1","name":"escalat"}`)
				}
				return true
			})
			srv, err := f.client().Detect(t.Context())
			if srv.Flavour != want || (err != nil) != (want == "") {
				t.Errorf("Detect = %q, %v; want %q", srv.Flavour, err, want)
			}
		})
	}
}

// A wrong base must never look like an issue that is gone.
func TestDetectionFailureSaysNothingOfTheIssue(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	f.status("GET", "serverInfo", 404)
	_, err := f.client().Issue(t.Context(), "10001")
	if err == nil || errors.Is(err, ErrNotFound) || bridge.IsPermanent(err) {
		t.Errorf("Issue: %v (not found %t, permanent %t)", err, errors.Is(err, ErrNotFound), bridge.IsPermanent(err))
	}
}
