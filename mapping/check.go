package mapping

// Code says what is the matter with a field.
type Code string

// The codes.
const (
	// Absent: nothing stands under the field's label, or the label is nowhere.
	Absent Code = "absent"
	// Placeholder: what stands there promises an answer but is none.
	Placeholder Code = "placeholder"
	// Ambiguous: several kinds are asked for.
	Ambiguous Code = "ambiguous"
)

// The codes of doubts.
const (
	Unreadable  Code = "unreadable"   // no date can be read of it
	NoTime      Code = "no-time"      // a day without an hour
	Future      Code = "future"       // a date that has not come
	LongAgo     Code = "long-ago"     // a date so old that a digit may be wrong
	Unsure      Code = "unsure"       // a date that may mean another day or hour
	Several     Code = "several"      // more than one date
	NotAddress  Code = "no-address"   // an IP address or network that cannot be
	NotHost     Code = "no-host"      // neither an address nor a host name
	NotRoute    Code = "no-route"     // does not look like what MTR and the like print
	NotChoice   Code = "no-choice"    // none of the choices, or several
	NotPerson   Code = "no-person"    // names nobody
	NoPhone     Code = "no-phone"     // names a person, but no number to call
	NotPattern  Code = "no-pattern"   // not written as such answers are
	KindDiffers Code = "kind-differs" // the text says another kind than the label
)

// Problem is a mandatory field without an answer.
type Problem struct {
	Field *Field
	Code  Code
}
