package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/internal/app"
	"escalat/internal/config"
	"escalat/internal/jira"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

type checkCommand struct {
	Key      string `arg:"" optional:"" help:"Key of the issue, which is read from Jira as ESCALAT_JIRA_* say."`
	Issue    string `help:"Offline: a file with what Jira answers to GET issue of its API version 2, with the field comment; - is the standard input." placeholder:"FILE"`
	At       string `help:"Judge as at this time, for example 2026-11-22T09:30:00+01:00; now when it is not given." placeholder:"TIME"`
	JSON     bool   `help:"Print one JSON object."`
	Lang     string `help:"Language: ca, es or en; that of the comments when it is not given." placeholder:"LANG"`
	Provider string `help:"Profile of the provider; the one for which the issue is labelled when it is not given." placeholder:"ID"`
	Account  string `help:"Offline: escalat's own account in Jira, whose comments do not count." placeholder:"NAME"`
}

// Validate wants exactly one issue.
func (c *checkCommand) Validate() error {
	if (c.Key == "") == (c.Issue == "") {
		return errors.New("name either a key or --issue FILE")
	}
	return nil
}

// Run prints what the provider's form makes of the issue. That something is
// missing is no error.
func (c *checkCommand) Run(ctx context.Context, w world) error {
	lang, profiles, err := loadForms(w.environ, c.Lang)
	if err != nil {
		return err
	}
	at, err := c.at()
	if err != nil {
		return err
	}
	issue, err := c.read(ctx, w, profiles)
	if err != nil {
		return err
	}
	profile, report, err := judge(profiles, c.Provider, issue, at)
	if err != nil {
		return err
	}
	texts, err := text.For(string(lang), func(s string) string { return s })
	if err != nil {
		return err
	}
	told := checked{texts, profile, report, issue.People}
	if c.JSON {
		return told.json(w.out)
	}
	_, err = fmt.Fprintln(w.out, told.text())
	return err
}

// at reads the time of the judgement. One without a zone would be another time on
// another machine.
func (c *checkCommand) at() (time.Time, error) {
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

func (c *checkCommand) read(ctx context.Context, w world, profiles []mapping.Profile) (bridge.Issue, error) {
	if c.Issue == "" {
		reach, err := config.ForReading(w.environ)
		if err != nil {
			return bridge.Issue{}, err
		}
		return app.ReadIssue(ctx, reach, profiles, c.Key)
	}
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

func (c *checkCommand) file(in io.Reader) ([]byte, error) {
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

// judge judges by the profile that is named, else by the one for which the issue
// is labelled, else by the first one of which the texts name a kind.
func judge(profiles []mapping.Profile, named string, issue bridge.Issue, at time.Time) (*mapping.Profile, mapping.Report, error) {
	var best *mapping.Profile
	var said mapping.Report
	for i := range profiles {
		p := &profiles[i]
		if named != "" && p.ID != named {
			continue
		}
		report := p.Judge(issue.Input(at, p))
		if labelled := len(p.EscalationLabels(issue.Labels)) > 0; labelled {
			return p, report, nil
		}
		if best == nil || said.Form.ID == "" && report.Form.ID != "" {
			best, said = p, report
		}
	}
	if best == nil {
		return nil, said, fmt.Errorf("there is no profile %q; there are: %s", named, strings.Join(ids(profiles), ", "))
	}
	return best, said, nil
}

// checked is a report as it is shown.
type checked struct {
	texts   text.Texts
	profile *mapping.Profile
	report  mapping.Report
	people  map[string]string
}

type finding struct {
	Field   string       `json:"field"`
	Code    mapping.Code `json:"code"`
	Message string       `json:"message"`
}

func (c checked) json(out io.Writer) error {
	shown := struct {
		Complete bool              `json:"complete"`
		Kind     string            `json:"kind"`
		Fields   map[string]string `json:"fields"`
		Problems []finding         `json:"problems"`
		Doubts   []finding         `json:"doubts"`
	}{c.report.Complete(), c.report.Form.ID, map[string]string{}, []finding{}, []finding{}}
	for id, v := range c.report.Values.ByField {
		if id != mapping.KindID {
			shown.Fields[id] = c.plain(v)
		}
	}
	for _, p := range c.report.Problems {
		shown.Problems = append(shown.Problems, finding{p.Field.ID, p.Code, c.texts.Problem(c.label(p.Field), string(p.Code))})
	}
	for _, d := range c.report.Doubts {
		shown.Doubts = append(shown.Doubts, finding{d.Field.ID, d.Code, c.texts.Doubt(c.doubtful(d))})
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(shown)
}

func (c checked) plain(v mapping.Value) string {
	return wiki.PlainWith(v.Text, func(user string) string { return c.people[user] })
}

func (c checked) label(f *mapping.Field) string { return f.Label.In(c.texts.Language()) }

func (c checked) doubtful(d mapping.Doubt) text.Doubtful {
	return text.Doubtful{Label: c.label(d.Field), Value: d.Value, Why: string(d.Code)}
}

// text is the report as people read it, in the form's order.
func (c checked) text() string {
	lang := c.texts.Language()
	shown := text.Check{Complete: c.report.Complete()}
	if c.report.Form.ID != "" {
		shown.Form = c.report.Form.Name.In(lang)
	}
	for _, f := range c.report.Form.All() {
		if v, ok := c.report.Values.ByField[f.ID]; ok {
			shown.Answers = append(shown.Answers, text.Answer{Label: c.label(f), Value: c.plain(v)})
		}
	}
	for _, p := range c.report.Problems {
		instead := c.report.Values.Blanks[p.Field.ID]
		shown.Missing = append(shown.Missing, text.Unanswered{Label: c.label(p.Field), Code: string(p.Code), Instead: c.plain(instead)})
	}
	for _, d := range c.report.Doubts {
		shown.Doubts = append(shown.Doubts, c.doubtful(d))
	}
	return c.texts.Check(shown)
}
