package app

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/internal/ovh"
	"escalat/internal/sim"
	"escalat/mapping"
)

// lists says what it takes, or fails.
type lists struct {
	enums map[string][]string
	err   error
	asked int
}

func (l *lists) Enums(context.Context) (map[string][]string, error) {
	l.asked++
	return l.enums, l.err
}

// TestFilings: what an API does not know is named with its place and the nearest value, and
// counted; one that does not say what it knows is worth no word.
func TestFilings(t *testing.T) {
	t.Parallel()
	p := mapping.Profile{ID: "ovh", Forms: []mapping.Form{{ID: "one", Filing: mapping.Filing{Category: "incidente", Urgency: "high"}}}}
	api := &lists{enums: map[string][]string{"category": {"assistance", "incident"}, "urgency": {"high"}}}
	var logs bytes.Buffer
	counted := map[string]int{}
	f := &filings{
		apis: map[string]enumAPI{"ovh": api}, profiles: []mapping.Profile{{ID: "claranet"}, p},
		unknown: func(provider string, n int) { counted[provider] = n }, log: slog.New(slog.NewTextHandler(&logs, nil)),
	}
	f.once(t.Context())
	if diff := cmp.Diff(map[string]int{"ovh": 1}, counted); diff != "" {
		t.Error(diff)
	}
	for _, part := range []string{"level=WARN", "provider=ovh", "at=forms[one].filing.category", "value=incidente", "nearest=incident", `known="[assistance incident]"`} {
		if !strings.Contains(logs.String(), part) {
			t.Errorf("no %s in %s", part, logs.String())
		}
	}
	logs.Reset()
	api.err = errors.New("no route")
	f.once(t.Context())
	if logs.Len() > 0 || counted["ovh"] != 1 || api.asked != 2 {
		t.Errorf("away: %s, %v", logs.String(), counted)
	}
	api.err, api.enums["category"] = nil, []string{"incidente"}
	f.once(t.Context())
	if logs.Len() > 0 || counted["ovh"] != 0 {
		t.Errorf("corrected: %s, %v", logs.String(), counted)
	}
}

// TestFilingsOfTheProgram: the simulated API knows every value of the program's profiles.
func TestFilingsOfTheProgram(t *testing.T) {
	t.Parallel()
	o := sim.NewOVH(sim.OVHConfig{}, nil)
	url, err := o.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Close() }()
	api, err := ovh.New(ovh.Config{Endpoint: url, AppKey: "sim-app-key", AppSecret: "sim-app-secret", ConsumerKey: "sim-consumer-key"})
	if err != nil {
		t.Fatal(err)
	}
	defer api.Close()
	var logs bytes.Buffer
	counted := map[string]int{}
	f := newFilings(switchedOn{list: profiles(t)}, map[string]*ovh.Client{"ovh": api}, func(id string, n int) { counted[id] = n }, slog.New(slog.NewTextHandler(&logs, nil)))
	f.once(t.Context())
	if n, asked := counted["ovh"]; n != 0 || !asked || logs.Len() > 0 {
		t.Errorf("%v %s", counted, logs.String())
	}
}
