package smtp

import "regexp"

// queueID returns what the server calls the mail, as far as its reply to the
// final dot is understood. Every server writes it in its own way, and none has
// to.
func queueID(answer string) string {
	for _, known := range [...]*regexp.Regexp{
		queuedAs, eximID, exchangeID, outlookID, gmailID, sesID, sendmailID, ironportID, qmailID,
	} {
		if m := known.FindStringSubmatch(answer); m != nil {
			return m[1]
		}
	}
	return ""
}

var (
	// Postfix, Zimbra, and what relays through them: the last of the hosts counts.
	queuedAs = regexp.MustCompile(`(?i)^.*\bqueued as <?([0-9A-Za-z][0-9A-Za-z._-]{3,63})\b`)
	// Exim.
	eximID = regexp.MustCompile(`(?i)\bok id=([0-9A-Za-z][0-9A-Za-z-]{5,63})`)
	// Exchange: “<Message-ID> [InternalId=123, Hostname=…] Queued mail for delivery”.
	exchangeID = regexp.MustCompile(`\[InternalId=([0-9]{1,30})\b`)
	// Microsoft 365 to a client that logged in: “OK <…> [Hostname=…]”.
	outlookID = regexp.MustCompile(`(?i)\bok <([^<> ]{1,120})> \[Hostname=`)
	// Gmail: “OK 1700000000 a640c23a62f3a-b5f2c6.12 - gsmtp”.
	gmailID = regexp.MustCompile(`\b([0-9A-Za-z][0-9A-Za-z._-]{5,100}) - gsmtp\b`)
	// Amazon SES.
	sesID = regexp.MustCompile(`(?i)\bok ([0-9a-f]{16}-[0-9a-f]{8}-[0-9a-f-]{10,60}[0-9a-f])\b`)
	// sendmail and Proofpoint.
	sendmailID = regexp.MustCompile(`(?i)\b([0-9A-Za-z][0-9A-Za-z._-]{5,63}) message accepted for delivery\b`)
	// Cisco's.
	ironportID = regexp.MustCompile(`(?i)\bok: message ([0-9]{1,20}) accepted\b`)
	// qmail.
	qmailID = regexp.MustCompile(`(?i)\bok ([0-9]{9,12} qp [0-9]{1,10})\b`)
)
