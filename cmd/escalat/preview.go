package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/bridge/text"
	"escalat/internal/app"
	"escalat/internal/config"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

type previewCommand struct {
	reading

	Files string `help:"Offline: a folder with the issue’s attachments, by their names; those that are not there are left out." placeholder:"DIR"`
	HTML  bool   `help:"Print the HTML form of the mail, to open in a browser, with a table below of what was translated; of a provider that gets no mail there is none." xor:"form"`
	EML   bool   `help:"Print the mail exactly as it would be transmitted; likewise." name:"eml" xor:"form"`
	JSON  bool   `help:"Print one JSON object."                                                   xor:"form"`
}

// Validate wants exactly one issue, and files only beside one that comes from a
// file.
func (c previewCommand) Validate() error {
	if c.Files != "" && c.Issue == "" {
		return errors.New("--files goes with --issue; with a key the attachments are read from Jira")
	}
	return c.reading.Validate()
}

// Run prints what would be asked and sent. Nothing is: Jira is only read.
func (c previewCommand) Run(ctx context.Context, w world) error {
	lang, profiles, err := loadForms(w.environ, c.Lang)
	if err != nil {
		return err
	}
	cfg, invented, err := previewConfig(w.environ, profiles)
	if err != nil {
		return err
	}
	cfg.General.Language = lang
	if profiles, err = cfg.Bind(profiles); err != nil {
		return err
	}
	at, err := c.at()
	if err != nil {
		return err
	}
	issue, files, done, err := c.open(ctx, w, profiles)
	if err != nil {
		return err
	}
	defer done()
	if issue.Key == "" {
		return fmt.Errorf("%s has no key, and the mail names it", c.Issue)
	}
	profile, _, err := judge(profiles, c.Provider, issue, at)
	if err != nil {
		return err
	}
	translator, end, err := app.OpenTranslator(ctx, cfg.Translate)
	if err != nil {
		return err
	}
	defer end()
	p, err := app.NewPreview(ctx, app.PreviewInput{Config: cfg, Profile: profile, Issue: issue, Files: files, At: at, Translator: translator})
	if err != nil {
		return err
	}
	texts, err := text.For(string(lang), func(s string) string { return s })
	if err != nil {
		return err
	}
	return c.print(w.out, previewed{p, cfg, issue, c.Issue != "" && c.Files == "", invented[profile.ID], checked{texts, p.Provider, p.Report, issue.People}}, w.width())
}

// open reads the issue, and says how its attachments are read until done is called.
func (c previewCommand) open(ctx context.Context, w world, profiles []mapping.Profile) (issue bridge.Issue, files send.Files, done func(), err error) {
	if c.Issue != "" {
		issue, err = c.offline(w, profiles)
		if c.Files == "" || err != nil {
			return issue, folder{}, func() {}, err
		}
		root, err := os.OpenRoot(c.Files)
		if err != nil {
			return issue, nil, nil, err
		}
		return issue, folder{root}, func() { _ = root.Close() }, nil
	}
	reach, err := config.ForReading(w.environ)
	if err != nil {
		return issue, nil, nil, err
	}
	tracker, err := app.OpenJira(ctx, reach, profiles)
	if err != nil {
		return issue, nil, nil, err
	}
	if issue, err = tracker.Issue(ctx, c.Key); err != nil {
		tracker.Close()
		return issue, nil, nil, err
	}
	return issue, tracker, tracker.Close, nil
}

// folder holds attachments by their names; without a root it holds none. What it does
// not hold it never will, so that the mail is composed without.
type folder struct{ root *os.Root }

// Attachment opens one.
func (f folder) Attachment(_ context.Context, a bridge.Attachment) (io.ReadCloser, error) {
	if f.root == nil {
		return nil, bridge.Permanent(fmt.Errorf("%s: its content is not available", a.Name))
	}
	file, err := f.root.Open(a.Name)
	if err != nil {
		return nil, bridge.Permanent(err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file", a.Name)
	}
	if err != nil {
		_ = file.Close()
		return nil, bridge.Permanent(err)
	}
	return file, nil
}

func (c previewCommand) print(out io.Writer, p previewed, width int) error {
	if (c.EML || c.HTML) && p.Channel != bridge.ByMail {
		return fmt.Errorf("there is no mail: %s is told %s, and gets a plain text; leave out --eml and --html", p.Provider.Name, toldBy(p.Channel))
	}
	switch {
	case c.JSON:
		return p.json(out)
	case c.EML:
		_, err := out.Write(p.Raw)
		return err
	case c.HTML:
		_, err := fmt.Fprintln(out, strings.TrimRight(p.page(), "\n"))
		return err
	}
	_, err := io.WriteString(out, steered(p.text(width)))
	return err
}

// steered takes out of a text what would steer a terminal.
func steered(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ' && r != '\n' && r != '\t', r >= 0x7f && r < 0xa0:
			return -1
		case r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069: // ends a line, or turns its direction
			return -1
		}
		return r
	}, s)
}

// previewed is a preview as it is shown.
type previewed struct {
	app.Preview
	cfg      config.Config
	issue    bridge.Issue
	absent   bool     // there are no contents of attachments
	invented []string // variables in whose place an example stands
	checked  checked
}

// text is the preview for a terminal.
func (p previewed) text(width int) string {
	var b strings.Builder
	for _, line := range p.standing() {
		b.WriteString(line + "\n")
	}
	if p.Request != "" {
		fmt.Fprintf(&b, "\nThis would be asked on %s:\n\n%s", p.issue.Key, indented(p.plain(p.Request)))
		fmt.Fprintf(&b, "\nWith “escalat %s” this would be %s:\n\n", bridge.SendNow, does(p.Channel, " at once"))
	} else {
		fmt.Fprintf(&b, "\nThis would be %s:\n\n", does(p.Channel, ""))
	}
	if p.Channel == bridge.ByMail {
		p.head(&b)
	} else {
		p.filed(&b)
	}
	b.WriteString(strings.TrimRight(p.Text, "\n") + "\n")
	b.WriteString(p.translated(width))
	return b.String()
}

// head is what stands above the text of a mail.
func (p previewed) head(b *strings.Builder) {
	n := p.Notice
	fmt.Fprintf(b, "From: %s\nTo: %s\nSubject: %s\nDate: %s\nMessage-ID: <%s>\n",
		p.cfg.Mail.From, strings.Join(n.To, ", "), n.Subject, p.Date.Format(time.RFC1123Z), n.MessageID)
	for _, f := range n.Files {
		fmt.Fprintf(b, "Attachment: %s (%s)\n", printable(f.Name), text.Size(f.Size, "."))
	}
	for _, f := range n.Omitted {
		fmt.Fprintf(b, "Left out: %s (%s): %s\n", printable(f.Name), text.Size(f.Size, "."), whyLeft(f.Why))
	}
	fmt.Fprintf(b, "Size: %s, with a copy to %s\n\n", text.Size(n.Size, "."), n.Copy)
}

// standing says what is previewed and what keeps it from happening by itself.
func (p previewed) standing() []string {
	lines := []string{"Preview: nothing is sent or written."}
	form := p.Report.Form.Name.In(p.checked.texts.Language())
	switch missing := len(p.Report.Problems); {
	case form == "":
		lines = append(lines, p.Provider.Name+": which form is meant is not known.")
	case missing == 1:
		lines = append(lines, p.Provider.Name+", "+form+": 1 answer is missing.")
	case missing > 1:
		lines = append(lines, fmt.Sprintf("%s, %s: %d answers are missing.", p.Provider.Name, form, missing))
	default:
		lines = append(lines, p.Provider.Name+", "+form+": complete.")
	}
	lines = append(lines, p.level()...)
	for _, d := range p.Report.Doubts {
		lines = append(lines, "Doubt, sent as it stands: "+p.checked.texts.Doubt(p.checked.doubtful(d)))
	}
	if p.Pretended {
		lines = append(lines, p.issue.Key+" has no label for "+p.Provider.Name+": nothing happens until somebody puts one on.")
	}
	if p.Over {
		lines = append(lines, p.issue.Key+" is resolved or archived: nothing is asked or sent by itself.")
	}
	if p.Call != nil {
		lines = append(lines,
			fmt.Sprintf("At that hour %s must be called: %s", p.Provider.Name, strings.Join(p.Call.Numbers, ", ")),
			fmt.Sprintf("Tell them: %s", p.Call.Say))
	}
	lines = append(lines, p.untranslated()...)
	if mode := p.mode(); mode != "" {
		lines = append(lines, mode)
	}
	if p.absent && slices.ContainsFunc(p.Notice.Omitted, func(f bridge.Evidence) bool { return f.Why == bridge.LeftUnreadable || f.Why == bridge.LeftChannel }) {
		lines = append(lines, "The contents of the attachments are not available: --files DIR names a folder that has them.")
	}
	if len(p.invented) > 0 {
		lines = append(lines, "Examples stand in the place of what is not configured: "+strings.Join(p.invented, ", "))
	}
	return lines
}

// mode says what the configured mode makes of it; nothing in mode live.
func (p previewed) mode() string {
	switch p.cfg.General.Mode {
	case config.Shadow:
		what := map[bridge.Channel]string{
			bridge.ByMail: "the mail would only be recorded, not sent", bridge.ByPortal: "the comment would only be recorded, not posted",
			bridge.ByAPI: "the ticket would only be recorded, not opened",
		}[p.Channel]
		return "Mode shadow: " + what + "."
	case config.Redirect:
		if p.Channel == bridge.ByPortal {
			return "Mode redirect: the comment would say that it is a test, and not to be entered."
		}
		return fmt.Sprintf("Mode redirect: the mail would go to %s and not to %s.", p.cfg.General.RedirectTo, p.Provider.Name)
	}
	return ""
}

// plain is markup as people read it, with the names of whom it mentions.
func (p previewed) plain(markup string) string {
	return wiki.PlainWith(markup, func(user string) string { return p.issue.People[user] })
}

// indented sets a text apart from what is said about it.
func indented(s string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimRight(s, "\n"), "\n") {
		b.WriteString(strings.TrimRight("  │ "+line, " ") + "\n")
	}
	return b.String()
}

// whyLeft says why a file is left out.
func whyLeft(why bridge.LeftOut) string {
	words := map[bridge.LeftOut]string{
		bridge.LeftTooLarge: "larger than a mail may be", bridge.LeftNoRoom: "the mail is full", bridge.LeftType: "mail servers refuse such files",
		bridge.LeftForeign: "not uploaded by the team, and nothing names it", bridge.LeftUnreadable: "its content cannot be read",
		bridge.LeftRefused: "the mail with it was refused", bridge.LeftChannel: "it goes by no mail, and is uploaded by hand",
	}
	return cmp.Or(words[why], string(why))
}

// printable is a stranger's text in one line of a terminal, of which nothing steers it.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
