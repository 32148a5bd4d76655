package mapping

import (
	"cmp"
	"time"
)

// Expect is what is usual of a provider, and what is late. All times are of its desk's
// hours.
type Expect struct {
	Acknowledgement Expected `yaml:"acknowledgement"` // from the first notice on
	Answer          Expected `yaml:"answer"`          // from the first notice on, by a person
	Silence         Expected `yaml:"silence"`         // from what was last told on, after an answer
}

// Expected is how long something takes.
type Expected struct {
	// From and To are what is usual: means, no promises. Zero: nothing is known.
	From Duration `yaml:"from"`
	To   Duration `yaml:"to"`
	// Late is when people are told that it has not come; zero: never.
	Late Duration `yaml:"late"`
}

func (e Expected) or(other Expected) Expected {
	return Expected{From: cmp.Or(e.From, other.From), To: cmp.Or(e.To, other.To), Late: cmp.Or(e.Late, other.Late)}
}

// Duration is a length of time as a profile writes it: 90m, 6h.
type Duration time.Duration

const (
	minDuration = Duration(time.Minute)
	maxDuration = Duration(1000 * time.Hour)
	// unreadable is a duration that is none.
	unreadable Duration = -1
)

// UnmarshalYAML reads the text; loading the profile says what is wrong with it.
func (d *Duration) UnmarshalYAML(read func(any) error) error {
	var text string
	if err := read(&text); err != nil {
		return err
	}
	long, err := time.ParseDuration(text)
	if *d = Duration(long); err != nil || long <= 0 || long%time.Second != 0 {
		*d = unreadable
	}
	return nil
}

// expect checks what is usual and late: of a form with what the profile says beside it.
func (d *document) expect(at string, own, whole Expect) {
	for _, one := range []struct {
		key        string
		own, whole Expected
	}{
		{"acknowledgement", own.Acknowledgement, whole.Acknowledgement},
		{"answer", own.Answer, whole.Answer},
		{"silence", own.Silence, whole.Silence},
	} {
		if one.own != (Expected{}) {
			d.expected(at+"."+one.key, one.own, one.whole)
		}
	}
}

func (d *document) expected(at string, own, e Expected) {
	sound := d.duration(at+".from", own.From)
	sound = d.duration(at+".to", own.To) && sound
	sound = d.duration(at+".late", own.Late) && sound
	switch {
	case !sound:
	case (e.From == 0) != (e.To == 0):
		d.report(at, "what is usual must have both from and to")
	case e.From > e.To:
		d.report(at, "from must not be longer than to")
	case e.Late != 0 && e.Late < e.To:
		d.report(at, "late must not be shorter than to: it would be late while it is usual")
	}
}

// duration reports a time that cannot be, and whether it can. One that is not said can.
func (d *document) duration(at string, v Duration) bool {
	switch {
	case v == 0:
		return true
	case v == unreadable:
		d.report(at, "time %q must be written as 90m, 6h or 1h30m", d.written(at))
	case v < minDuration || v > maxDuration:
		d.report(at, "time %q must be from 1m to 1000h", d.written(at))
	default:
		return true
	}
	return false
}

// written is what stands at a path, as it is written.
func (d *document) written(at string) string {
	n := d.find(at)
	if n == nil {
		return ""
	}
	return n.GetToken().Value
}
