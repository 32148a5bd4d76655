package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

type checkCommand struct {
	reading

	JSON bool `help:"Print one JSON object."`
}

// Run prints what the provider's form makes of the issue. That something is
// missing is no error.
func (c checkCommand) Run(ctx context.Context, w world) error {
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
	}{Complete: c.report.Complete(), Kind: c.report.Form.ID, Fields: map[string]string{}}
	for id, v := range c.report.Values.ByField {
		if id != mapping.KindID {
			shown.Fields[id] = c.plain(v)
		}
	}
	shown.Problems, shown.Doubts = c.findings()
	return printJSON(out, shown)
}

// findings are what is missing and what looks wrong, in words.
func (c checked) findings() (problems, doubts []finding) {
	problems, doubts = []finding{}, []finding{}
	for _, p := range c.report.Problems {
		problems = append(problems, finding{p.Field.ID, p.Code, c.texts.Problem(c.label(p.Field), string(p.Code))})
	}
	for _, d := range c.report.Doubts {
		doubts = append(doubts, finding{d.Field.ID, d.Code, c.texts.Doubt(c.doubtful(d))})
	}
	return problems, doubts
}

func printJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
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
