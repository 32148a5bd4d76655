package ovh

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"escalat/bridge"
)

// Bounds of what is taken over.
const (
	maxListed   = 1000
	maxMessages = 2000
	maxMessage  = 256 << 10 // bytes
	maxWord     = 100       // bytes of a number or of a word of OVHcloud's
	maxSubject  = 1000      // bytes
)

const root = "/support/tickets"

func of(id int64) string { return root + "/" + strconv.FormatInt(id, 10) }

// Create opens a ticket.
func (c *Client) Create(ctx context.Context, n bridge.NewTicket) (bridge.TicketResult, error) {
	body := struct {
		Subject     string `json:"subject"`
		Body        string `json:"body"`
		Type        string `json:"type,omitempty"`
		Category    string `json:"category,omitempty"`
		Subcategory string `json:"subcategory,omitempty"`
		Product     string `json:"product,omitempty"`
		Service     string `json:"serviceName,omitempty"`
		Impact      string `json:"impact,omitempty"`
		Urgency     string `json:"urgency,omitempty"`
	}{n.Subject, n.Body, n.Type, n.Category, n.Subcategory, n.Product, n.Service, n.Impact, n.Urgency}
	var got struct {
		Message number `json:"messageId"`
		Ticket  number `json:"ticketId"`
		Number  word   `json:"ticketNumber"`
	}
	if err := c.call(ctx, http.MethodPost, root+"/create", body, &got, true); err != nil {
		return bridge.TicketResult{}, fmt.Errorf("open a ticket: %w", err)
	}
	if got.Ticket == 0 {
		return bridge.TicketResult{}, errors.New("open a ticket: the answer names none")
	}
	return bridge.TicketResult{
		At: c.cfg.Now(), ID: int64(got.Ticket), Number: cmp.Or(string(got.Number), strconv.FormatInt(int64(got.Ticket), 10)), Message: int64(got.Message), Proof: "answer",
	}, nil
}

type saying struct {
	Body string `json:"body"`
}

// Reply writes into a ticket. OVHcloud does not say under which id.
func (c *Client) Reply(ctx context.Context, id int64, body string) error {
	if err := c.call(ctx, http.MethodPost, of(id)+"/reply", saying{body}, nil, true); err != nil {
		return fmt.Errorf("reply to ticket %d: %w", id, err)
	}
	return nil
}

// CloseTicket closes a ticket.
func (c *Client) CloseTicket(ctx context.Context, id int64) error {
	if err := c.call(ctx, http.MethodPost, of(id)+"/close", nil, nil, true); err != nil {
		return fmt.Errorf("close ticket %d: %w", id, err)
	}
	return nil
}

// Reopen opens a closed ticket again, with a message.
func (c *Client) Reopen(ctx context.Context, id int64, body string) error {
	if err := c.call(ctx, http.MethodPost, of(id)+"/reopen", saying{body}, nil, true); err != nil {
		return fmt.Errorf("reopen ticket %d: %w", id, err)
	}
	return nil
}

// Ticket reads a ticket. Of what is read Message and Ours are empty.
func (c *Client) Ticket(ctx context.Context, id int64) (bridge.Ticket, error) {
	t, _, err := c.Titled(ctx, id)
	return t, err
}

// Titled reads a ticket and its subject.
func (c *Client) Titled(ctx context.Context, id int64) (bridge.Ticket, string, error) {
	var got struct {
		ID       number `json:"ticketId"`
		Number   word   `json:"ticketNumber"`
		State    word   `json:"state"`
		Category word   `json:"category"`
		Updated  date   `json:"updateDate"`
		Subject  string `json:"subject"`
	}
	if err := c.call(ctx, http.MethodGet, of(id), nil, &got, true); err != nil {
		return bridge.Ticket{}, "", fmt.Errorf("read ticket %d: %w", id, err)
	}
	if int64(got.ID) != id {
		return bridge.Ticket{}, "", fmt.Errorf("read ticket %d: the answer is of %d", id, got.ID)
	}
	return bridge.Ticket{
		ID: id, Number: cmp.Or(string(got.Number), strconv.FormatInt(id, 10)), State: string(got.State), Category: string(got.Category), Updated: time.Time(got.Updated),
	}, begin(got.Subject, maxSubject), nil
}

// Messages reads those of a ticket, in the order of their ids; of a great many the
// newest.
func (c *Client) Messages(ctx context.Context, id int64) ([]bridge.TicketMessage, error) {
	var got []struct {
		ID      number `json:"messageId"`
		Body    string `json:"body"`
		From    word   `json:"from"`
		Created date   `json:"creationDate"`
	}
	if err := c.call(ctx, http.MethodGet, of(id)+"/messages", nil, &got, true); err != nil {
		return nil, fmt.Errorf("read the messages of ticket %d: %w", id, err)
	}
	out := make([]bridge.TicketMessage, 0, len(got))
	for _, m := range got {
		if m.ID == 0 {
			return nil, fmt.Errorf("read the messages of ticket %d: one has no id", id)
		}
		out = append(out, bridge.TicketMessage{
			ID: int64(m.ID), Body: begin(m.Body, maxMessage), Created: time.Time(m.Created), Support: m.From != "customer",
		})
	}
	slices.SortStableFunc(out, func(a, b bridge.TicketMessage) int { return cmp.Compare(a.ID, b.ID) })
	out = slices.CompactFunc(out, func(a, b bridge.TicketMessage) bool { return a.ID == b.ID })
	return out[max(0, len(out)-maxMessages):], nil
}

// List returns the ids of the tickets that were opened since then, in their order; with a
// subject only those that OVHcloud finds for it.
func (c *Client) List(ctx context.Context, subject string, since time.Time) ([]int64, error) {
	query := url.Values{"minCreationDate": {since.UTC().Format(time.RFC3339)}}
	if subject != "" {
		query.Set("subject", subject)
	}
	return c.list(ctx, query)
}

// Numbered returns the id of the ticket with that number, also of an archived one; 0 where
// there is none.
func (c *Client) Numbered(ctx context.Context, number string) (int64, error) {
	query := url.Values{"ticketNumber": {number}}
	for _, archived := range []string{"false", "true"} {
		query.Set("archived", archived)
		ids, err := c.list(ctx, query)
		switch {
		case err != nil:
			return 0, err
		case len(ids) > 1:
			return 0, bridge.Permanent(fmt.Errorf("list tickets: %d of the number %s", len(ids), strconv.Quote(begin(number, maxWord))))
		case len(ids) == 1:
			return ids[0], nil
		}
	}
	return 0, nil
}

func (c *Client) list(ctx context.Context, query url.Values) ([]int64, error) {
	var got []number
	if err := c.call(ctx, http.MethodGet, root+"?"+query.Encode(), nil, &got, true); err != nil {
		return nil, fmt.Errorf("list tickets: %w", err)
	}
	if len(got) > maxListed {
		return nil, fmt.Errorf("list tickets: %d of them", len(got))
	}
	out := make([]int64, len(got))
	for i, id := range got {
		out[i] = int64(id)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Ping asks for something that needs the login and the right to read tickets, and has
// next to no answer.
func (c *Client) Ping(ctx context.Context) error {
	_, err := c.List(ctx, "", c.cfg.Now().Add(24*time.Hour))
	return err
}

// number is an integer, also where it is written as a text.
type number int64

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	if text == "null" || text == "" {
		return nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("%s is no id", shorten(oneLine(text), maxQuery))
	}
	*n = number(v)
	return nil
}

// word is a short text, also where it is written as a number.
type word string

// UnmarshalJSON implements json.Unmarshaler.
func (w *word) UnmarshalJSON(raw []byte) error {
	text := string(raw)
	if bytes.HasPrefix(raw, []byte(`"`)) {
		if err := json.Unmarshal(raw, &text); err != nil {
			return err
		}
	}
	if text != "null" {
		*w = word(begin(oneLine(text), maxWord))
	}
	return nil
}

// date is a time; one that cannot be read is zero, since nothing depends on it alone.
type date time.Time

// UnmarshalJSON implements json.Unmarshaler.
func (d *date) UnmarshalJSON(raw []byte) error {
	if t, err := time.Parse(time.RFC3339, strings.Trim(string(raw), `"`)); err == nil {
		*d = date(t)
	}
	return nil
}

// begin returns the beginning of s in so many bytes, between letters.
func begin(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
