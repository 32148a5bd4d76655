// Package evidence chooses which of an issue's attachments a mail to a provider
// brings, and in which order.
//
// First comes what the texts that leave embed or name, in their order; then what
// answers a field by its name; then what else the team uploaded; each time the newest
// first. Of several files with one name the newest of the team is meant; the older
// ones come last, for they are rarely wanted but nothing is dropped silently. What a
// customer of a service desk uploaded goes only where a text that leaves names it or a
// person asks for it, whatever it is called. Our own uploads are never spoken of.
//
// The same input gives the same choice, in time about linear in the texts and the
// number of files. A name that is no name, a size that is none: all are borne.
package evidence

import (
	"cmp"
	"math"
	"slices"

	"escalat/bridge"
	"escalat/mapping"
)

// Input is what is chosen from.
type Input struct {
	Attachments []bridge.Attachment // of the issue, oldest first
	// Markup are the texts that leave (values, further description), as Jira markup:
	// what they embed or name is evidence.
	Markup []string
	// Patterns are those of the fields that files of the team answer by themselves
	// (mapping.Field.Files).
	Patterns []string
	// Only are the ids of those that are asked for by a person; nil: all that are
	// evidence.
	Only []string
	// Brought are the ids of those that the provider has already; they are neither
	// taken nor left.
	Brought []string
	// Left are those that may not go, by their ids. Sparing: pictures go only where a text
	// names or embeds them, a person asks for them, or they are all that answers a field,
	// whose patterns Answering are, or where they went before, which Meant are by their ids;
	// Images are ids of files that are pictures besides those that say so.
	Left      map[string]bridge.LeftOut
	Sparing   bool
	Answering []string
	Meant     []string
	Images    map[string]bool
	// Room is how many bytes all of them may have in the mail, encoded.
	Room int64
}

// maxFiles bounds the attachments of one mail: nobody opens more.
const maxFiles = 30

// Choose returns which attachments a mail brings, in the order in which it brings
// them, and which it does not, each with the reason. One that does not fit leaves its
// place to smaller ones behind it.
func Choose(in Input) (take, omitted []bridge.Evidence) {
	left := max(in.Room, 0)
	for _, c := range in.candidates() {
		e := bridge.Evidence{ID: c.file.ID, Name: c.file.Name, Size: max(c.file.Size, 0)}
		size := Encoded(e.Size)
		switch {
		case c.group == foreign:
			e.Why = bridge.LeftForeign
		case bridge.RefusedFile(e.Name):
			e.Why = bridge.LeftType
		case in.Left[e.ID] != "":
			e.Why = in.Left[e.ID]
		case c.group != asked && in.spares(c.file):
			e.Why = bridge.LeftImage
		case in.Room > 0 && size > in.Room:
			e.Why = bridge.LeftTooLarge
		case size > left || len(take) == maxFiles:
			e.Why = bridge.LeftNoRoom
		default:
			left -= size
			take = append(take, e)
			continue
		}
		omitted = append(omitted, e)
	}
	return take, omitted
}

// spares reports whether a file that nobody asks for is a picture that stays here.
func (in Input) spares(f bridge.Attachment) bool {
	picture := in.Images[f.ID] || bridge.Picture(f)
	return in.Sparing && picture && !mapping.MatchesFile(in.Answering, f.Name) && !slices.Contains(in.Meant, f.ID)
}

const (
	line = 76 // characters of base64 in a line
	// partHeader is more than the header of a part has with the longest name that
	// is written, and the boundary before it.
	partHeader = 1 << 10
)

// Encoded is how many bytes a file of that size has at most in a mail, in base64 with
// its line ends (RFC 2045, section 6.8) and the header of its part. A size that is not
// known counts as none, and one beyond all measure as the largest that there is.
func Encoded(size int64) int64 {
	size = max(size, 0)
	if size > math.MaxInt64/2 {
		return math.MaxInt64
	}
	letters := (size + 2) / 3 * 4
	lines := (letters + line - 1) / line
	return letters + 2*lines + partHeader
}

// group is why a file is wanted, in the order of the mail.
type group int

const (
	asked   group = iota // by a person, or by a text
	fitting              // its name answers a field
	team                 // uploaded by the team
	older                // wanted too, but a newer file has its name
	foreign              // a customer's: not wanted
)

// candidate is a file that the provider does not have.
type candidate struct {
	file  bridge.Attachment
	group group
	place int // among those that are asked for, from the first
	age   int // 0 is the newest
}

// candidates returns the files that are taken or left, in the order of the mail.
func (in Input) candidates() []candidate {
	files := in.files()
	newest := bridge.MeantFiles(files)
	seen := map[string]bool{} // ids
	for _, id := range in.Brought {
		seen[id] = true
	}
	places := in.places(files, newest)
	var out []candidate
	for i, f := range files {
		if seen[f.ID] {
			continue
		}
		seen[f.ID] = true
		c := candidate{file: f, age: len(files) - i}
		place, wanted := places[f.ID]
		switch {
		case wanted:
			c.place = place
		case in.Only != nil:
			continue
		default:
			c.group = in.groupOf(f, newest[bridge.FileKey(f.Name)] == i)
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.place, b.place), cmp.Compare(a.age, b.age))
	})
	return out
}

// files are those that may be spoken of, oldest first.
func (in Input) files() []bridge.Attachment {
	return slices.DeleteFunc(slices.Clone(in.Attachments), func(a bridge.Attachment) bool { return a.Own })
}

// places returns for the id of each file that a person or a text asks for which it is.
func (in Input) places(files []bridge.Attachment, newest map[string]int) map[string]int {
	places := map[string]int{}
	add := func(id string) {
		if _, twice := places[id]; !twice {
			places[id] = len(places)
		}
	}
	if in.Only != nil {
		for _, id := range in.Only {
			add(id)
		}
		return places
	}
	for _, name := range named(in.Markup, newest) {
		add(files[newest[name]].ID)
	}
	return places
}

// groupOf says why a file is wanted that nobody asks for.
func (in Input) groupOf(f bridge.Attachment, newest bool) group {
	switch {
	case f.Author.Customer:
		return foreign
	case !newest:
		return older
	case mapping.MatchesFile(in.Patterns, f.Name):
		return fitting
	}
	return team
}
