package bridge

import (
	"slices"
	"strings"
)

const (
	maxThread    = 50
	maxMessageID = 250 // bytes
)

// Threaded adds a message to the conversation: ours, or with theirs one of the
// provider. One that is there keeps its place; one whose id could not stand in a
// header is passed over.
func (c *Case) Threaded(messageID string, theirs bool) {
	if !threadable(messageID) || slices.Contains(c.Thread, messageID) {
		return
	}
	if theirs {
		c.Heard = messageID
	}
	thread := append(slices.Clone(c.Thread), messageID)
	if len(thread) > maxThread {
		thread = slices.Delete(thread, 1, len(thread)-maxThread+1)
	}
	c.Thread = thread
}

// Answering returns what the next message of the conversation answers and refers to
// (RFC 5322, section 3.6.4): the newest of the provider, or our first, and the thread
// up to that one, which stands at its end. What came behind it is no ancestor.
func (c *Case) Answering() (inReplyTo string, references []string) {
	inReplyTo = c.Heard
	if first := c.First(); inReplyTo == "" && first != nil {
		inReplyTo = first.MessageID
	}
	if inReplyTo == "" {
		return "", nil
	}
	at := slices.Index(c.Thread, inReplyTo)
	if at < 0 { // of a long thread it was dropped, or it has not been settled
		at = len(c.Thread)
	}
	return inReplyTo, append(slices.Clone(c.Thread[:at]), inReplyTo)
}

// threadable reports whether an id may stand between angle brackets.
func threadable(id string) bool {
	if id == "" || len(id) > maxMessageID || strings.ContainsAny(id, "<>") {
		return false
	}
	for _, b := range []byte(id) {
		if b <= ' ' || b > '~' {
			return false
		}
	}
	return true
}
