package reply

import (
	"escalat/bridge/message"
	"escalat/mapping/wiki"
)

// Options is what Read knows beside the mail.
type Options struct {
	// Marker is the line that our own mails begin with; it may be empty.
	Marker string
	// Footers are beginnings of paragraphs that the provider's mails end in.
	Footers []string
}

// Result is a mail's text, divided.
type Result struct {
	Text  string      // all of it
	Reply string      // the new text
	Lines []wiki.Line // of Reply, with what they look like
	Cut   string      // what is not new, with the HTML shown as text
}

// Read divides the text of a mail.
func Read(pieces []message.Piece, o Options) Result {
	var r Result
	for _, p := range pieces {
		r.Text += p.Plain
	}
	r.Reply, r.Cut = Cut(r.Text, o.Marker)
	return r
}

// Prints returns fingerprints of the lines of a text that we send.
func Prints(string) []uint32 { return nil }

// Overlap cuts off the end of a new text what the prints know to be a quote of ours.
func Overlap(lines []wiki.Line, _ []uint32) (kept []wiki.Line, cut string) { return lines, "" }
