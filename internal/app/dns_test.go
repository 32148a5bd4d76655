package app

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestResolver(t *testing.T) {
	t.Parallel()
	answers := map[string]error{
		"nobody.example.":  &net.DNSError{Err: "no such host", IsNotFound: true},
		"silent.example.":  &net.DNSError{Err: "i/o timeout", IsTimeout: true},
		"broken.example.":  &net.DNSError{Err: "server misbehaving", IsTemporary: true},
		"records.example.": nil,
	}
	r := resolver{timeout: time.Hour, lookup: func(ctx context.Context, name string) ([]string, error) {
		if _, bounded := ctx.Deadline(); !bounded {
			t.Errorf("%s is asked without end", name)
		}
		err, ok := answers[name]
		if !ok {
			return nil, errors.New("asked for " + name)
		}
		if err != nil {
			return nil, err
		}
		return []string{"v=DKIM1; p="}, nil
	}}
	for name, want := range map[string]struct {
		records []string
		fails   bool
	}{
		"records.example": {records: []string{"v=DKIM1; p="}},
		"nobody.example":  {},
		"silent.example":  {fails: true},
		"broken.example":  {fails: true},
	} {
		records, err := r.LookupTXT(t.Context(), name)
		if diff := cmp.Diff(want.records, records); diff != "" || (err != nil) != want.fails {
			t.Errorf("%s: %v, %v", name, records, err)
		}
	}
	// The machine's own resolver does not answer for a name that cannot exist.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newResolver().LookupTXT(ctx, "x.invalid"); err == nil {
		t.Error("an answer after the end of the context")
	}
}
