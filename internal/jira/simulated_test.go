package jira

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/sim"
)

// The simulator shares no code with this package.
func TestSimulatedIssue(t *testing.T) {
	t.Parallel()
	for _, flavour := range []Flavour{Cloud, DataCenter} {
		t.Run(string(flavour), func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
			j := sim.NewJira(sim.JiraConfig{
				Cloud: flavour == Cloud, Wrap: documents.Wrap(t, flavour == Cloud), Now: func() time.Time { now = now.Add(time.Second); return now },
				Fields: []sim.Field{
					{ID: "customfield_10010", Name: "Aplicació afectada"},
					{Name: "Usuaris", Type: "number"},
					{Name: "Inici", Type: "datetime"},
					{Name: "Lloc", Type: "cascading"},
					{Name: "Avisats", Type: "users"},
					{Name: "Marques", Type: "labels"},
					{Name: "Buit", Type: "text"},
					{Name: "Doble"},
					{Name: "Doble"},
				},
			})
			at, err := j.Start("127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = j.Close() })
			cfg := Config{URL: at, Token: "sim-token", Fields: []string{"aplicació afectada", "Usuaris", "Inici", "Lloc", "Avisats", "Marques", "Buit"}}
			if flavour == Cloud {
				cfg.User = "escalat@aoc.test"
			}
			c := simulated(t, cfg)
			id, key := j.CreateIssue("marta.puig", "AOC", "El portal no respon", "Impacte: total")
			for _, edit := range []map[string]string{
				{"Aplicació afectada": "*e-NOTUM*", "Usuaris": "20000000", "Inici": "2026-11-21T09:30:00+01:00", "Lloc": "Xarxa / LAN"},
				{"description": "Impacte: parcial"},
				{"Avisats": "pere.mas, marta.puig", "Marques": "a,b", "description": "Impacte: lleu"},
				{"description": "Impacte: lleu"},
			} {
				if err := j.Edit("pere.mas", key, edit); err != nil {
					t.Fatal(err)
				}
			}
			if _, _, err := c.Comment(t.Context(), id, "k", "Falten dades"); err != nil {
				t.Fatal(err)
			}
			got, err := c.Issue(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			first, third := got.Former[0].Until.Add(-2*time.Second), got.Former[1].Until
			shown := map[string]string{}
			for name, v := range got.Fields {
				shown[name] = v.Markup
				if !v.At.Equal(third) && v.At.After(got.Former[0].Until) || v.At.Before(first) {
					t.Errorf("%s was changed at %v", name, v.At)
				}
			}
			want := map[string]string{
				"aplicació afectada": "*e-NOTUM*", "Usuaris": "20000000", "Inici": "2026-11-21T08:30:00.000+0000", "Lloc": "Xarxa / LAN",
				"Avisats": "Pere Mas, Marta Puig", "Marques": "a, b",
			}
			if diff := cmp.Diff(want, shown); diff != "" {
				t.Errorf("Fields (-want +got):\n%s", diff)
			}
			if len(got.Former) != 2 || got.Former[0].Text != "Impacte: total" || got.Former[1].Text != "Impacte: parcial" {
				t.Errorf("Former = %+v", got.Former)
			}
			for _, user := range []string{"marta.puig", "pere.mas", "escalat"} {
				mention := j.Mention(user)
				if got.People[strings.Trim(mention, "[~]")] != j.Display(mention) {
					t.Errorf("People = %v, no %s as %s", got.People, mention, j.Display(mention))
				}
			}
			filed(t, cfg, key, got)
			if err := simulated(t, Config{URL: at, User: cfg.User, Token: cfg.Token, Fields: []string{"Doble"}}).Bind(t.Context()); !bridge.IsPermanent(err) {
				t.Errorf("a doubled name: %v", err)
			}
		})
	}
}

func simulated(t *testing.T, cfg Config) *Client {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// filed reads the same issue from what a person saves.
func filed(t *testing.T, cfg Config, key string, want bridge.Issue) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, cfg.URL+"/rest/api/2/issue/"+key+"?expand=names,changelog", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+cfg.Token)
	if cfg.User != "" {
		req.SetBasicAuth(cfg.User, cfg.Token)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	raw := fetch(t, &http.Client{Transport: transport}, req)
	own := "escalat"
	if cfg.User != "" {
		own = want.Comments[0].Author.ID
	}
	got, _, err := Decode(raw, DecodeOptions{Fields: cfg.Fields, Own: own})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-Issue +Decode):\n%s", diff)
	}
}
