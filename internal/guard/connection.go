package guard

import (
	"regexp"
	"slices"
	"strings"

	"escalat/bridge"
)

// newConnections are strings with which a program reaches a database or a server.
func newConnections() *clues {
	return newClues([]clue{
		{ // JDBC of Oracle
			words:   []string{"jdbc:oracle:"},
			pattern: regexp.MustCompile(`(?i)^(jdbc:oracle:\w+:[^\s/\x01@]{1,64}/[^\s/\x01@]{1,64}@[^\s"'<>|\x01]+)`),
			kind:    bridge.PrivateConnection, ahead: 320,
		},
		{ // JDBC with the password among its properties
			words:   []string{"jdbc:"},
			pattern: regexp.MustCompile(`(?i)^(jdbc:[a-z0-9]+:[^\s"'<>|\x01]*?[?;&](?:password|pwd)=[^\s"'<>|\x01]+)`),
			kind:    bridge.PrivateConnection, ahead: 500, judge: propertyTold,
		},
	})
}

// reached finds strings with a password that reach a server.
func (d *finder) reached(text string) []found {
	return slices.Concat(d.connections.find(text), addresses(text), d.propertiesOf(text))
}

// databases are the schemes of addresses that are of connections as a whole.
var databases = regexp.MustCompile(`(?i)^(?:jdbc:)?(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|oracle|cockroachdb|clickhouse|cassandra|neo4j(?:\+s)?|bolt|kafka|nats|memcached|db2|couchbases?|influxdb|elasticsearch|mqtts?|smtps?|ldaps?|stomp|(?:postgresql|mysql|mssql|oracle)\+\w+)$`)

// addresses finds user:password@host in addresses: the whole of a database's is private,
// the password of another.
func addresses(text string) []found {
	var all []found
	for from := 0; ; {
		n := strings.Index(text[from:], "://")
		if n < 0 {
			return all
		}
		at := from + n
		start := at
		for start > from && at-start < 32 && (isName(text[start-1]) || text[start-1] == '+' || text[start-1] == ':') {
			start--
		}
		from = at + 3
		user, password := userPassword(text[from:min(len(text), from+260)])
		if password == 0 || blank(text[from+user+1:from+password]) {
			continue
		}
		scheme := strings.TrimLeft(text[start:at], ":.-")
		start = at - len(scheme)
		if databases.MatchString(scheme) {
			end := from + password
			for end < len(text) && end-from < 500 && strings.IndexByte(" \t\r\n\"'<>|)]}\x01", text[end]) < 0 {
				end++
			}
			all = append(all, found{span: trimmed(text, span{start, end}), kind: bridge.PrivateConnection})
			from = end
			continue
		}
		all = append(all, found{span: span{from + user + 1, from + password}, kind: bridge.PrivatePassword})
		from += password
	}
}

// userPassword returns where the user and the password end at the beginning of what follows
// “://”; 0 where there is none.
func userPassword(rest string) (user, password int) {
	user, at := -1, -1
	for i := range len(rest) {
		b := rest[i]
		if b <= ' ' || strings.IndexByte("\"'<>|", b) >= 0 || (b == '/' || b == '?' || b == '#') && at < 0 && !strings.Contains(rest[i:min(len(rest), i+40)], "@") {
			break
		}
		if b == ':' && user < 0 {
			user = i
		}
		if b == '@' && user >= 0 {
			at = i
			break
		}
		if (b == '/' || b == '?') && user < 0 {
			break
		}
	}
	if user < 0 || at <= user+1 || at+1 >= len(rest) || !isWord(rest[at+1]) && rest[at+1] != '[' {
		return 0, 0
	}
	// A port, not a password: host:8080/path/a@b.
	if inner := rest[user+1 : at]; strings.Contains(inner, "/") && isDigit(inner[0]) {
		return 0, 0
	}
	return user, at
}

var (
	propertyPart = regexp.MustCompile(`(?i)^[ \t]*([\w. -]{2,30}?)[ \t]*=`)
	// What is told of a server beside a password.
	propertyName = regexp.MustCompile(`(?i)^(?:driver|server|data source|datasource|dsn|provider|host|hostaddr|addr|address|initial catalog|database|dbname|uid|user id|userid|user|username|port|network address|persist security info|integrated security|trusted_connection|encrypt|sslmode|endpoint|accountname|defaultendpointsprotocol|sharedaccesskeyname|endpointsuffix)$`)
)

// propertiesOf finds connections of ODBC and ADO, of libpq and of accounts in a cloud: a
// password among the properties of a server.
func (d *finder) propertiesOf(text string) []found {
	var all []found
	end := 0
	d.properties.each(text, func(w sighting) {
		if w.at < end || w.at > 0 && isLetter(text[w.at-1]) {
			return
		}
		start, told, comma := w.at, false, byte(';')
		for n := range 12 {
			before := strings.TrimRight(text[end:start], " ")
			if before == "" || len(before) == start-end && before[len(before)-1] != ';' {
				break
			}
			if before[len(before)-1] != ';' {
				if comma == ';' && n > 0 {
					break
				}
				comma = ' '
			}
			from, name := propertyBefore(text[max(end, start-160):start], comma)
			if name == "" {
				break
			}
			start -= len(text[max(end, start-160):start]) - from
			told = told || propertyName.MatchString(name)
		}
		stop := propertyEnd(text, w.at, comma)
		if value := text[w.at:stop]; told && propertyTold(value) {
			all = append(all, found{span: span{start, stop}, kind: bridge.PrivateConnection})
			end = stop
		}
	})
	return all
}

// propertyBefore is where the last property of a text begins, and its name.
func propertyBefore(text string, comma byte) (int, string) {
	end := len(strings.TrimRight(text, " "))
	if comma == ';' {
		end = len(strings.TrimSuffix(text[:end], ";"))
	}
	from := strings.LastIndexAny(text[:end], string(comma)+"\n\"'<>`{|(["+mark) + 1
	m := propertyPart.FindStringSubmatchIndex(text[from:end])
	if m == nil {
		// The sentence before a connection ends with a blank.
		if n := strings.LastIndexByte(text[from:end], ' '); n >= 0 {
			from += n + 1
			m = propertyPart.FindStringSubmatchIndex(text[from:end])
		}
	}
	if m == nil {
		return 0, ""
	}
	name := text[from+m[2] : from+m[3]]
	from += m[2]
	// So is it with one before a name of several words.
	for !propertyName.MatchString(name) {
		_, rest, more := strings.Cut(name, " ")
		if !more {
			break
		}
		from, name = from+len(name)-len(rest), rest
	}
	return from, name
}

// propertyEnd is where properties end, the password being the first.
func propertyEnd(text string, at int, comma byte) int {
	end := at + strings.IndexByte(text[at:], '=') + 1
	for n := 0; ; n++ {
		stop := end
		for stop < len(text) && stop-end < 200 && text[stop] != ';' && strings.IndexByte("\n\r\"<>\x01", text[stop]) < 0 && (text[stop] > ' ' || stop == end) {
			stop++
		}
		if stop < len(text) && comma == ';' && text[stop] == ';' {
			if n == 16 {
				return stop + 1
			}
			if m := propertyPart.FindStringIndex(text[stop+1 : min(len(text), stop+40)]); m != nil {
				end = stop + 1 + m[1]
				continue
			}
			return stop + 1
		}
		return stop
	}
}

var property = regexp.MustCompile(`(?i)(?:password|pwd|accountkey|sharedaccesskey)[ \t]*=[ \t]*['{]?([^;&\s'}]*)`)

// propertyTold reports whether the password among properties is one, and is there.
func propertyTold(value string) bool {
	m := property.FindStringSubmatch(value)
	return m != nil && m[1] != "" && !blank(m[1])
}
