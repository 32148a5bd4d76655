package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// query is a search in the subset of JQL that the simulator knows: clauses
// joined by AND, then perhaps an order.
type query struct {
	clauses []clause
	order   []order
}

// clause is one condition.
type clause struct {
	field  string // lower case
	op     string // = != > >= < <= in, not in, is, is not
	values []literal
}

// literal is a value; a number without quotes is milliseconds after epoch where
// a time is meant.
type literal struct {
	text   string
	quoted bool
}

// order is a sort key.
type order struct {
	field string
	desc  bool
}

// jqlError is what Jira says about a query.
type jqlError string

// Error implements error.
func (e jqlError) Error() string { return string(e) }

// parseJQL reads a query.
func parseJQL(text string) (query, error) {
	tokens, err := scanJQL(text)
	if err != nil {
		return query{}, err
	}
	p := jqlParser{tokens: tokens}
	var q query
	if !p.peek("order") && !p.end() {
		if q.clauses, err = p.conjunction(); err != nil {
			return query{}, err
		}
	}
	if p.take("order") {
		if q.order, err = p.ordering(); err != nil {
			return query{}, err
		}
	}
	if !p.end() {
		return query{}, p.unexpected()
	}
	return q, nil
}

// scanJQL cuts a query into words, quoted texts and signs.
func scanJQL(text string) ([]literal, error) {
	var tokens []literal
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		switch c := text[0]; {
		case c == '"' || c == '\'':
			quoted, rest, err := unquote(text)
			if err != nil {
				return nil, err
			}
			tokens = append(tokens, literal{text: quoted, quoted: true})
			text = rest
		case strings.IndexByte("(),", c) >= 0:
			tokens = append(tokens, literal{text: text[:1]})
			text = text[1:]
		case strings.IndexByte("=<>!", c) >= 0:
			n := 1
			if len(text) > 1 && text[1] == '=' {
				n = 2
			}
			tokens = append(tokens, literal{text: text[:n]})
			text = text[n:]
		default:
			n := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"'(),=<>!`, r) })
			if n < 0 {
				n = len(text)
			}
			tokens = append(tokens, literal{text: text[:n]})
			text = text[n:]
		}
	}
	return tokens, nil
}

// unquote reads the quoted text with which text begins, and its escapes.
func unquote(text string) (quoted, rest string, err error) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == text[0]:
			return b.String(), text[i+1:], nil
		case text[i] != '\\':
			b.WriteByte(text[i])
			continue
		}
		r, n := unescape(text[i+1:])
		if n == 0 {
			if i+1 == len(text) {
				break
			}
			return "", "", jqlError("Error in the JQL Query: '\\" + text[i+1:i+2] + "' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, '\\ ' and \\u with four digits.")
		}
		b.WriteRune(r)
		i += n
	}
	return "", "", jqlError("Error in the JQL Query: The quoted string '" + text[1:] + "' has not been completed.")
}

// unescape reads what follows a backslash and returns how long that is; 0 for
// what is no escape.
func unescape(text string) (rune, int) {
	if text == "" {
		return 0, 0
	}
	switch c := text[0]; c {
	case '\\', '"', '\'', ' ':
		return rune(c), 1
	case 't', 'n', 'r':
		return map[byte]rune{'t': '\t', 'n': '\n', 'r': '\r'}[c], 1
	case 'u':
		if len(text) < 5 {
			return 0, 0
		}
		n, err := strconv.ParseUint(text[1:5], 16, 16)
		if err != nil {
			return 0, 0
		}
		return rune(n), 5
	}
	return 0, 0
}

type jqlParser struct{ tokens []literal }

func (p *jqlParser) end() bool { return len(p.tokens) == 0 }

// peek reports whether the next token is this word or sign.
func (p *jqlParser) peek(word string) bool {
	return !p.end() && !p.tokens[0].quoted && strings.EqualFold(p.tokens[0].text, word)
}

func (p *jqlParser) take(word string) bool {
	if !p.peek(word) {
		return false
	}
	p.tokens = p.tokens[1:]
	return true
}

func (p *jqlParser) next() (literal, bool) {
	if p.end() || !p.tokens[0].quoted && strings.Contains("(),=<>=!=", p.tokens[0].text) {
		return literal{}, false
	}
	l := p.tokens[0]
	p.tokens = p.tokens[1:]
	return l, true
}

func (p *jqlParser) unexpected() error {
	if p.end() {
		return jqlError("Error in the JQL Query: Unexpected end of the query.")
	}
	return jqlError(fmt.Sprintf("Error in the JQL Query: '%s' was not expected here.", p.tokens[0].text))
}

func (p *jqlParser) conjunction() ([]clause, error) {
	var list []clause
	for {
		c, err := p.clause()
		if err != nil {
			return nil, err
		}
		list = append(list, c)
		if !p.take("and") {
			return list, nil
		}
	}
}

func (p *jqlParser) clause() (clause, error) {
	name, ok := p.next()
	if !ok {
		return clause{}, p.unexpected()
	}
	c := clause{field: strings.ToLower(name.text)}
	if !slices.Contains([]string{
		"project", "updated", "created", "labels", "key", "id", "issue", "issuekey", "resolution", "status", "statuscategory", "assignee",
	}, c.field) {
		return clause{}, jqlError("Field '" + name.text + "' does not exist or you do not have permission to view it.")
	}
	for _, op := range []string{"=", "!=", ">", ">=", "<", "<=", "in"} {
		if p.take(op) {
			c.op = op
			break
		}
	}
	switch {
	case c.op == "" && p.take("is"):
		c.op = "is"
		if p.take("not") {
			c.op = "is not"
		}
		if !p.take("empty") && !p.take("null") {
			return clause{}, p.unexpected()
		}
		return c, nil
	case c.op == "" && p.take("not"):
		if !p.take("in") {
			return clause{}, p.unexpected()
		}
		c.op = "not in"
	case c.op == "":
		return clause{}, p.unexpected()
	}
	var err error
	c.values, err = p.values(strings.HasSuffix(c.op, "in"))
	return c, err
}

func (p *jqlParser) values(list bool) ([]literal, error) {
	if list && !p.take("(") {
		return nil, p.unexpected()
	}
	var out []literal
	for {
		l, ok := p.next()
		if !ok {
			return nil, p.unexpected()
		}
		out = append(out, l)
		if !list {
			return out, nil
		}
		if p.take(")") {
			return out, nil
		}
		if !p.take(",") {
			return nil, p.unexpected()
		}
	}
}

func (p *jqlParser) ordering() ([]order, error) {
	if !p.take("by") {
		return nil, p.unexpected()
	}
	var list []order
	for {
		l, ok := p.next()
		if !ok {
			return nil, p.unexpected()
		}
		o := order{field: strings.ToLower(l.text)}
		if !slices.Contains([]string{"updated", "created", "key", "id"}, o.field) {
			return nil, jqlError("Not able to sort using field '" + l.text + "'.")
		}
		if p.take("desc") {
			o.desc = true
		} else {
			p.take("asc")
		}
		list = append(list, o)
		if !p.take(",") {
			return list, nil
		}
	}
}

// instant reads a time: relative to now, milliseconds after epoch without
// quotes, or a date with minutes in the caller's zone.
func (l literal) instant(now time.Time, zone *time.Location) (time.Time, error) {
	if ms, err := strconv.ParseInt(l.text, 10, 64); err == nil && !l.quoted {
		return time.UnixMilli(ms), nil
	}
	if n := len(l.text); n > 1 {
		unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[l.text[n-1]]
		if count, err := strconv.ParseInt(l.text[:n-1], 10, 32); err == nil && unit != 0 {
			return now.Add(time.Duration(count) * unit), nil
		}
	}
	for _, layout := range []string{"2006/01/02 15:04", "2006-01-02 15:04", "2006/01/02", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, l.text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, jqlError("Date value '" + l.text + "' for field is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.")
}
