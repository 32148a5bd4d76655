package authentic

import (
	"slices"
	"strings"

	"escalat/bridge/message"
)

// microsoftDoor is above the hosts with which Exchange Online takes mail in from
// outside an organisation: DB5EUR01FT055.mail.protection.outlook.com.
const microsoftDoor = "mail.protection.outlook.com"

// microsoftHosts are above those between which it hands mail on.
func microsoftHosts() []string {
	return []string{"prod.outlook.com", "prod.exchangelabs.com", "protection.outlook.com", "outlook.office365.com"}
}

// isInside reports whether a Received line was certainly written behind the door.
func (p Policy) isInside(by []string) bool {
	return len(by) == 1 && isBelowAny(by[0], append(microsoftHosts(), p.Border...))
}

// isInternal reports whether a mail was written inside the organisation. Exchange takes
// its fields about the author out of what comes from outside; and whatever comes from
// outside has a Received of the door, or of a host that is not Microsoft's.
func isInternal(header []message.Field) bool {
	var as, source []string
	hops := 0
	for _, f := range header {
		switch {
		case f.Is("X-MS-Exchange-Organization-AuthAs"):
			as = append(as, f.Value)
		case f.Is("X-MS-Exchange-Organization-AuthSource"):
			source = append(source, strings.ToLower(f.Value))
		case f.Is("Received"):
			hops++
			if !isBetweenMicrosoft(f.Value) {
				return false
			}
		}
	}
	return hops > 0 && len(as) == 1 && as[0] == "Internal" && len(source) == 1 && isBelow(source[0], "prod.outlook.com")
}

// isBetweenMicrosoft reports whether a Received line is of a mail that one of its hosts
// had from another, not by the door.
func isBetweenMicrosoft(value string) bool {
	words := receivedWords(value)
	by := hosts(value)
	return len(words) > 1 && words[0] == "from" && isBelowAny(words[1], microsoftHosts()) &&
		len(by) == 1 && isBelowAny(by[0], microsoftHosts()) && !slices.ContainsFunc(words, func(w string) bool {
		return isBelow(w, microsoftDoor)
	})
}
