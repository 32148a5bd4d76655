package classify

import (
	"slices"
	"strings"
	"unicode"

	"escalat/bridge/message"
)

const (
	byDaemon   = "sender: mailer-daemon"
	byExchange = "sender: microsoft exchange"
)

// MailServer reports whether an address is one under which mail servers report.
func MailServer(address string) bool { return serverAddress(address) != "" }

// serverAddress is by what sign it is one, in constant words; empty: by none.
func serverAddress(address string) string {
	switch local := localLetters(address); {
	case local == "mailerdaemon" || local == "mdaemon" || local == "postmaster":
		return byDaemon
	case strings.HasPrefix(local, "microsoftexchange"):
		return byExchange
	}
	return ""
}

// localLetters are the letters of an address before its domain, in small.
func localLetters(address string) string {
	local, _, _ := strings.Cut(address, "@")
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, local)
}

// nobody reports whether nobody reads what is written to that address.
func nobody(a message.Address) bool {
	local := localLetters(a.Address)
	return MailServer(a.Address) || slices.ContainsFunc([]string{
		"mailerdaemon", "postmaster", "noreply", "donotreply", "noresponder", "noresponda", "norespondre", "norespongueu", "nocontestar",
	}, func(name string) bool { return strings.Contains(local, name) })
}
