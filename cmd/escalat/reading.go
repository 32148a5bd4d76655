package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"escalat/bridge"
	"escalat/internal/app"
	"escalat/internal/config"
	"escalat/internal/jira"
	"escalat/mapping"
)

// reading says which issue is read, where from, and how it is judged. It is a part
// of the commands that only look.
type reading struct {
	Key      string `arg:"" optional:"" help:"Key of the issue, which is read from Jira as ESCALAT_JIRA_* say."`
	Issue    string `help:"Offline: a file with what Jira answers to GET issue of its API version 2, with the field comment; - is the standard input." placeholder:"FILE"`
	At       string `help:"Judge as at this time, for example 2026-11-22T09:30:00+01:00; now when it is not given." placeholder:"TIME"`
	Lang     string `help:"Language: ca, es or en; that of the comments when it is not given." placeholder:"LANG"`
	Provider string `help:"Profile of the provider; the one for which the issue is labelled when it is not given." placeholder:"ID"`
	Account  string `help:"Offline: escalat's own account in Jira, whose comments do not count." placeholder:"NAME"`
}

// Validate wants exactly one issue.
func (c reading) Validate() error {
	if (c.Key == "") == (c.Issue == "") {
		return errors.New("name either a key or --issue FILE")
	}
	return nil
}

// at reads the time of the judgement. One without a zone would be another time on
// another machine.
func (c reading) at() (time.Time, error) {
	if c.At == "" {
		return time.Now(), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05.000-0700"} {
		if at, err := time.Parse(layout, c.At); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("--at is %q, but must be a time with its zone, for example 2026-11-22T09:30:00+01:00", c.At)
}

func (c reading) read(ctx context.Context, w world, profiles []mapping.Profile) (bridge.Issue, error) {
	if c.Issue == "" {
		reach, err := config.ForReading(w.environ)
		if err != nil {
			return bridge.Issue{}, err
		}
		return app.ReadIssue(ctx, reach, profiles, c.Key)
	}
	return c.offline(w, profiles)
}

// offline reads the issue from the file.
func (c reading) offline(w world, profiles []mapping.Profile) (bridge.Issue, error) {
	raw, err := c.file(w.in)
	if err != nil {
		return bridge.Issue{}, err
	}
	issue, leftOut, err := jira.Decode(raw, jira.DecodeOptions{Fields: app.JiraFields(profiles), Own: c.Account})
	if err != nil {
		return bridge.Issue{}, fmt.Errorf("%s: %w", c.Issue, err)
	}
	if leftOut > 0 {
		fmt.Fprintf(w.err, "escalat: %s does not hold all comments, %d are left out: what they say is not judged\n", c.Issue, leftOut)
	}
	return issue, nil
}

// maxIssue bounds an issue's file, in bytes.
const maxIssue = 16 << 20

func (c reading) file(in io.Reader) ([]byte, error) {
	if c.Issue != "-" {
		f, err := os.Open(c.Issue)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	raw, err := io.ReadAll(io.LimitReader(in, maxIssue+1))
	if err == nil && len(raw) > maxIssue {
		err = fmt.Errorf("%s is larger than %d bytes", c.Issue, maxIssue)
	}
	return raw, err
}
