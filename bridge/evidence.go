package bridge

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"escalat/mapping"
	"escalat/mapping/wiki"
)

// Evidence is an attachment of an issue, as a notice has it.
type Evidence struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Size int64  `json:"size"` // bytes
	// Digest is the SHA-256 of the content, hex, of what a notice brings.
	Digest string `json:"digest,omitempty"`
	// Why is the reason of what it does not bring.
	Why LeftOut `json:"why,omitempty"`
	// Inspection is why it was withheld, where that was looked into.
	Inspection *Inspection `json:"inspection,omitempty"`
}

// LeftOut says why a notice does not bring an attachment.
type LeftOut string

// The reasons.
const (
	LeftTooLarge   LeftOut = "too-large"  // by itself larger than what a mail may carry
	LeftNoRoom     LeftOut = "no-room"    // the mail was full; another one can bring it
	LeftType       LeftOut = "type"       // mail servers refuse such files
	LeftForeign    LeftOut = "foreign"    // not uploaded by the team, and nothing names it
	LeftUnreadable LeftOut = "unreadable" // Jira does not give it
	LeftRefused    LeftOut = "refused"    // the mail with it was refused
	// LeftMissing: a person asked for it by a name that no attachment has. It is of no
	// notice, only of the answer.
	LeftMissing LeftOut = "missing"
	// LeftTheirs: a person asked for one that the provider sent. It is of the answer, too.
	LeftTheirs LeftOut = "theirs"
	// LeftChannel: the provider's API takes no files, and a portal only by hand.
	LeftChannel LeftOut = "channel"
	// LeftPrivate: it holds something private. LeftClosed: nobody can look into it.
	// LeftImage: a picture that nothing names or embeds.
	LeftPrivate LeftOut = "private"
	LeftClosed  LeftOut = "closed"
	LeftImage   LeftOut = "image"
)

// Picture reports whether an attachment is a picture, by its type or its name.
func Picture(a Attachment) bool {
	if strings.HasPrefix(strings.ToLower(a.MIMEType), "image/") {
		return true
	}
	end := strings.ToLower(a.Name[strings.LastIndexByte(a.Name, '.')+1:])
	return slices.Contains([]string{"png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff", "heic", "heif", "avif", "svg", "ico"}, end)
}

// maxFiles bounds the digests that a case remembers.
const maxFiles = 500

// Has reports whether a file with that digest is on the issue already.
func (c *Case) Has(digest string) bool { return digest != "" && slices.Contains(c.Files, digest) }

// Keep remembers digests of files that are on the issue, the newest of them.
func (c *Case) Keep(digests ...string) {
	files := slices.Clone(c.Files)
	for _, d := range digests {
		if d != "" && !slices.Contains(files, d) {
			files = append(files, d)
		}
	}
	c.Files = files[max(0, len(files)-maxFiles):]
}

// Lose forgets the digest of a file that is not on the issue after all.
func (c *Case) Lose(digest string) {
	c.Files = slices.DeleteFunc(slices.Clone(c.Files), func(known string) bool { return known == digest })
}

// Brought returns the ids of the attachments that the provider has, or that are on
// their way.
func (c *Case) Brought() []string {
	var ids []string
	for i := range c.Notices {
		for _, f := range c.Notices[i].Files {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// Doubtful returns the ids of those of them of which nobody can say whether they
// left: a person may send them again.
func (c *Case) Doubtful() []string {
	var ids, sure []string
	for i := range c.Notices {
		for _, f := range c.Notices[i].Files {
			if n := &c.Notices[i]; n.Unproved && !n.Left() {
				ids = append(ids, f.ID)
			} else {
				sure = append(sure, f.ID)
			}
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(sure, id) })
}

// Told returns the digest of what the provider was last told of the field, or is
// about to be; empty when it was told nothing.
func (c *Case) Told(field string) string {
	for _, n := range slices.Backward(c.Notices) {
		if told := n.Told[field]; told != "" {
			return told
		}
	}
	return ""
}

// Plain is what a value says, with the people whom it mentions by name. Notice.Told
// holds its Digest without names, which may become known, or change, while nobody
// touches the value: whoever writes Told or compares with it uses this one.
func Plain(value mapping.Value, people map[string]string) string {
	return strings.TrimSpace(wiki.PlainWith(value.Text, func(user string) string { return people[user] }))
}

// Digest names what a value says, whatever its blanks.
func Digest(plain string) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(plain), " ")))
	return hex.EncodeToString(sum[:8])
}
