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
// provider. One whose id could not stand in a header is passed over.
func (c *Case) Threaded(messageID string, theirs bool) {
	if !threadable(messageID) {
		return
	}
	if theirs {
		c.Heard = messageID
	}
	thread := slices.DeleteFunc(slices.Clone(c.Thread), func(id string) bool { return id == messageID })
	if thread = append(thread, messageID); len(thread) > maxThread {
		thread = slices.Delete(thread, 1, len(thread)-maxThread+1)
	}
	c.Thread = thread
}

// Answering returns what the next message of the conversation answers and refers to
// (RFC 5322, section 3.6.4): the newest of the provider, or our first, and the whole
// thread with that one at its end.
func (c *Case) Answering() (inReplyTo string, references []string) {
	inReplyTo = c.Heard
	if first := c.First(); inReplyTo == "" && first != nil {
		inReplyTo = first.MessageID
	}
	for _, id := range c.Thread {
		if id != inReplyTo {
			references = append(references, id)
		}
	}
	if inReplyTo != "" {
		references = append(references, inReplyTo)
	}
	return inReplyTo, references
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
