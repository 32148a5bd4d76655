package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/mapping"
)

// Provider holds what the environment says about one provider.
type Provider struct {
	To      []Address `env:"TO" otherwise:"a provider that is told by mail is off" doc:"Addresses that get the escalations by mail. There is no default: nothing is sent to a provider that is not named here." example:"soporte@proveedor.example"`
	Fields  Fields    `env:"FIELDS" otherwise:"those that the profile names" doc:"Custom fields of Jira that hold values of the form: “field=Jira field”, separated by semicolons. The field by its id in the profile (“kind” for the kind), the Jira field by its id or by a name that no other has." example:"impact=customfield_10010; kind=Tipus de problema"`
	Senders []Sender  `env:"SENDERS" otherwise:"the senders of the profile" doc:"Addresses or domains whose mails are the provider's." example:"proveedor.example,soporte@otro.example"`

	Source          Source    `env:"SOURCE" otherwise:"that of “ESCALAT_MAIL_SOURCE”" doc:"What confirms who sent this provider's mails." example:"dkim"`
	Proof           Proof     `env:"PROOF" otherwise:"what the profile says, else “dmarc”" doc:"Weakest proof of this provider's senders that is accepted: “dmarc” (DMARC passes, or a signature of the domain); “spf”, too (only the envelope's sender, of the same domain); “address”, too (only that our border took the mail in from “ESCALAT_<PROVIDER>_BORDER_ADDRESSES”). The weaker ones are for a provider that signs nothing. None stands against a DMARC that fails." example:"spf"`
	BorderAddresses []Network `env:"BORDER_ADDRESSES" otherwise:"none counts" doc:"Addresses and networks of the provider's mail servers, as our border sees them." example:"192.0.2.0/28,2001:db8:25::/64"`

	Changes Changes `env:"CHANGES,default=offer" doc:"What follows when values of the form change after the provider was told: “offer” says so in a comment and waits for a person, “send” sends them as one addition to the same thread." example:"send"`

	ReferenceField string `env:"REFERENCE_FIELD" otherwise:"no field shows them" doc:"Custom field of Jira that shows the provider's ticket numbers, by its id or by a name that no other has." example:"customfield_10020"`

	// Channel is empty where the profile's counts.
	Channel   Channel `env:"CHANNEL" otherwise:"what the profile says, else “mail”" doc:"How the provider is told: “mail”, to “ESCALAT_<PROVIDER>_TO”; “manual”, a person enters the text of a comment in the provider's portal; “api”, through the API of the provider's tickets, and the manual way while that is away." example:"manual"`
	Account   Account `env:"ACCOUNT" otherwise:"a provider that is told by hand or by its API is off" doc:"Our customer identifier at the provider, as its portal and its telephone ask for it. By the channels “manual” and “api” it switches the provider on; where the provider knows no such identifier, any word does." example:"ab12345-ovh"`
	TurnField string  `env:"TURN_FIELD" otherwise:"no field shows it" doc:"Custom field of Jira, of a line of text, that shows whose turn it is and since when, by its id or by a name that no other has." example:"customfield_10021"`

	// Holidays, the three limits, the matrix and who acts on it are the provider's clocks.
	Holidays            []ClosedDay `env:"HOLIDAYS" otherwise:"only those of the profile's calendars" doc:"Further days on which the provider's desk is closed, separated by commas: month-day for every year, year-month-day for one. A desk that works day and night all the week works on them, too." example:"09-24,2027-04-05"`
	LateAcknowledgement Late        `env:"LATE_ACKNOWLEDGEMENT" otherwise:"what the profile says" doc:"After how long without any confirmation of the first notice people are told, of the hours of the provider's desk. “0s”: never; otherwise from 1m to 2160h." example:"1h"`
	LateAnswer          Late        `env:"LATE_ANSWER" otherwise:"what the profile says" doc:"After how long without a person's first answer people are told, of the hours of the provider's desk. “0s”: never; otherwise from 1m to 2160h." example:"6h"`
	LateSilence         Late        `env:"LATE_SILENCE" otherwise:"what the profile says" doc:"After how long without news people are told, once somebody there has answered and something was said since, of the hours of the provider's desk. “0s”: never; otherwise from 1m to 2160h." example:"16h"`
	Matrix              File        `env:"MATRIX" otherwise:"the steps of the profile" doc:"YAML file with the steps of escalation within the provider, in the place of the profile's: “steps”, a list as “matrix” of a profile." example:"/etc/escalat/matriu.yaml"`
	Acts                Acts        `env:"ACTS,default=propose" doc:"Who acts when a step of the matrix is due: “propose” proposes it in a comment and a person acts (“escalat reclama”), “act” has escalat write to the step's people by itself." example:"act"`

	API API `group:"Providers" env:",prefix=API_"`
}

// Limits of Late.
const (
	leastLate = time.Minute
	mostLate  = 2160 * time.Hour
)

// By is the channel in effect of a provider whose profile says that one.
func (p Provider) By(profile string) bridge.Channel {
	switch {
	case p.Channel != "":
		return bridge.Channel(p.Channel)
	case profile != "":
		return bridge.Channel(profile)
	}
	return bridge.ByMail
}

// On reports whether escalations go to the provider whose profile says that channel.
func (p Provider) On(profile string) bool {
	if p.By(profile) == bridge.ByMail {
		return len(p.To) > 0
	}
	return p.Account != ""
}

// meant reports whether somebody means the provider to be on, by whatever channel.
func (p Provider) meant() bool { return len(p.To) > 0 || p.Account != "" }

// checkProviders refuses to run for nobody, and a channel without what it needs.
func (c *Config) checkProviders(s *source) {
	ids := slices.Sorted(maps.Keys(c.Providers))
	anybody := len(ids) == 0
	for _, id := range ids {
		p, prefix := c.Providers[id], providerPrefix(id)
		switches := prefix + "ACCOUNT"
		if p.Channel == Channel(bridge.ByMail) {
			switches = prefix + "TO"
		}
		anybody = anybody || p.meant() || s.refused[prefix+"TO"] || s.refused[prefix+"ACCOUNT"] || p.Channel != ""
		if p.Channel != "" && !s.has(switches) && !s.refused[switches] {
			s.add(switches, "is required with %sCHANNEL=%s: it switches the provider on", prefix, p.Channel)
		}
		c.checkAPI(s, id)
	}
	if !anybody {
		s.add(providerPrefix(ids[0])+"TO", "is not set, nor that of another provider: nothing would ever be escalated")
	}
}

// Bind returns the profiles with what the environment says of them in the place of their
// own: the custom fields of Jira, the channel, the customer's identifier, the further
// closed days, what is late and the matrix. The error, an *Error, lists what does not
// fit the profile.
func (c Config) Bind(profiles []mapping.Profile) ([]mapping.Profile, error) {
	bound, problems := c.bindFields(profiles)
	anybody := false
	for i := range bound {
		p, env := &bound[i], c.Providers[bound[i].ID]
		p.Channel = string(env.By(p.Channel))
		p.Identifier = string(env.Account)
		env.close(p)
		env.expect(p)
		if name := env.Matrix.Name(); name != "" {
			if err := mapping.LoadMatrix(name, env.Matrix.Content(), p); err != nil {
				problems = append(problems, Problem{Name: providerPrefix(p.ID) + "MATRIX", What: "cannot be used: " + err.Error()})
			}
		}
		problems = append(problems, env.fits(p)...)
		anybody = anybody || env.On(p.Channel)
	}
	if len(bound) > 0 && !anybody {
		problems = append(problems, nobody(&bound[0]))
	}
	if len(problems) > 0 {
		return nil, &Error{problems}
	}
	return bound, nil
}

// nobody says what would switch the provider on, of which another variable is set.
func nobody(p *mapping.Profile) Problem {
	name := providerPrefix(p.ID) + "ACCOUNT"
	if p.Channel == string(bridge.ByMail) {
		name = providerPrefix(p.ID) + "TO"
	}
	return Problem{Name: name, What: fmt.Sprintf("is required with the channel %s, and no other provider is on: nothing would ever be escalated", p.Channel)}
}

// fits tells what the channel of a provider that is on lacks.
func (p Provider) fits(profile *mapping.Profile) []Problem {
	if !p.On(profile.Channel) || profile.Channel != string(bridge.ByAPI) || p.API.Way() != "" {
		return nil
	}
	return []Problem{{Name: providerPrefix(profile.ID) + "API_KEY", What: "is required with the channel api, or another way to log in: " + waysToLogIn}}
}

// close has the desks of the profile closed on the further days, but those that never
// close.
func (p Provider) close(profile *mapping.Profile) {
	if len(p.Holidays) == 0 {
		return
	}
	further := func(h mapping.Hours) mapping.Hours {
		from, to := h.Minutes()
		if always := from%(24*60) == to%(24*60) && (len(h.Days) == 0 || len(h.Days) == 7); always && len(h.Holidays)+len(h.Local) == 0 {
			return h
		}
		h.Local = slices.Clone(h.Local)
		for _, day := range p.Holidays {
			if !slices.Contains(h.Local, string(day)) {
				h.Local = append(h.Local, string(day))
			}
		}
		return h
	}
	profile.Hours = further(profile.Hours)
	profile.Forms = slices.Clone(profile.Forms)
	for i := range profile.Forms {
		if own := profile.Forms[i].Hours; own != nil {
			hours := further(*own)
			profile.Forms[i].Hours = &hours
		}
	}
}

// expect has the limits of the environment count for every form of the profile.
func (p Provider) expect(profile *mapping.Profile) {
	set := func(e *mapping.Expect) {
		for _, limit := range []struct {
			late Late
			of   *mapping.Expected
		}{{p.LateAcknowledgement, &e.Acknowledgement}, {p.LateAnswer, &e.Answer}, {p.LateSilence, &e.Silence}} {
			if d, ok := limit.late.Get(); ok {
				limit.of.Late = mapping.Duration(d)
			}
		}
	}
	set(&profile.Expect)
	profile.Forms = slices.Clone(profile.Forms)
	for i := range profile.Forms {
		set(&profile.Forms[i].Expect)
	}
}

// Late is after how long something is late. It knows whether it was set.
type Late struct {
	after time.Duration
	set   bool
}

// Get returns the time, 0 for never, and whether it was set at all.
func (l Late) Get() (time.Duration, bool) { return l.after, l.set }

// String returns the time, or the empty text.
func (l Late) String() string {
	if !l.set {
		return ""
	}
	return short(l.after)
}

// UnmarshalText refuses what is no duration, and one that nobody can mean.
func (l *Late) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	switch {
	case err != nil:
		return invalid("is %s, which is no duration such as 90s or 2m", quote(string(text)))
	case d != 0 && (d < leastLate || d > mostLate):
		return invalid("is %s, but must be 0s or from %s to %s", short(d), short(leastLate), short(mostLate))
	}
	*l = Late{d, true}
	return nil
}

// ClosedDay is a day on which a desk is closed: 09-24 in every year, 2027-04-05 once.
type ClosedDay string

// UnmarshalText refuses what is no day of the calendar.
func (d *ClosedDay) UnmarshalText(text []byte) error {
	v := string(text)
	year := v
	if len(v) == len("09-24") {
		year = "2024-" + v // a leap year: it has every day
	}
	if _, err := time.Parse(time.DateOnly, year); err != nil {
		return invalid("%s is no day such as 09-24 or 2027-04-05", quote(v))
	}
	*d = ClosedDay(v)
	return nil
}

// Account is our customer identifier at a provider.
type Account string

// maxAccount bounds an Account, in bytes.
const maxAccount = 100

// UnmarshalText refuses what nobody could say on the telephone.
func (a *Account) UnmarshalText(text []byte) error {
	v := string(text)
	if len(v) > maxAccount || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return invalid("is longer than %d bytes or more than a line", maxAccount)
	}
	*a = Account(v)
	return nil
}

// File is a file that a variable names, as it was when it was read.
type File struct {
	name    string
	content []byte
}

// Name is the file's name; empty: there is none.
func (f File) Name() string { return f.name }

// Content is what stands in it.
func (f File) Content() []byte { return slices.Clone(f.content) }

// String returns the file's name.
func (f File) String() string { return f.name }

// UnmarshalText reads the file.
func (f *File) UnmarshalText(text []byte) error {
	name := string(text)
	content, err := readFile(name, maxFile)
	if err != nil {
		return err
	}
	*f = File{name, content}
	return nil
}
