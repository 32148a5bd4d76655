package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// api is the REST interface.
func (o *OVH) api() http.Handler {
	support := http.NewServeMux()
	support.HandleFunc("GET /1.0/support/tickets", o.listTickets)
	support.HandleFunc("POST /1.0/support/tickets/create", o.createTicket)
	one := func(pattern string, f func(*OVHTicket, http.ResponseWriter, *http.Request)) {
		support.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { o.withTicket(w, r, f) })
	}
	one("GET /1.0/support/tickets/{id}", func(t *OVHTicket, w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, o.ticketJSON(t))
	})
	one("GET /1.0/support/tickets/{id}/messages", func(t *OVHTicket, w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, t.messagesJSON())
	})
	one("POST /1.0/support/tickets/{id}/reply", o.replyTicket)
	one("POST /1.0/support/tickets/{id}/close", o.closeTicket)
	one("POST /1.0/support/tickets/{id}/reopen", o.reopenTicket)
	one("GET /1.0/support/tickets/{id}/canBeScored", func(t *OVHTicket, w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, t.scorable())
	})
	one("POST /1.0/support/tickets/{id}/score", scoreTicket)
	support.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		notFound("Got an invalid (or empty) URL: " + r.URL.Path).refuse(w)
	})
	all := http.NewServeMux()
	all.HandleFunc("GET /1.0/auth/time", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, o.cfg.Now().Unix())
	})
	all.HandleFunc("GET /1.0/support.json", o.schema)
	all.Handle("/", o.login(support))
	return all
}

func notFound(message string) *ovhError {
	return &ovhError{status: http.StatusNotFound, class: "Client::NotFound", message: message}
}

func badRequest(format string, args ...any) *ovhError {
	return &ovhError{status: http.StatusBadRequest, class: "Client::BadRequest", message: fmt.Sprintf(format, args...)}
}

func conflict(message string) *ovhError {
	return &ovhError{status: http.StatusConflict, class: "Client::Conflict", message: message}
}

// withTicket runs f on the ticket that the path names, under mu. A number is no id.
func (o *OVH) withTicket(w http.ResponseWriter, r *http.Request, f func(*OVHTicket, http.ResponseWriter, *http.Request)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		badRequest("[ticketId] Given data (%s) does not belong to the long type", r.PathValue("id")).refuse(w)
		return
	}
	if t := o.find(id); t != nil && t.ID == id {
		f(t, w, r)
		return
	}
	notFound(fmt.Sprintf("The requested object (ticketId = %d) does not exist", id)).refuse(w)
}

func (o *OVH) ticketJSON(t *OVHTicket) map[string]any {
	return map[string]any{
		"accountId": o.cfg.Nic, "canBeClosed": t.State == "open", "category": nullable(t.Category), "creationDate": t.Created.Format(time.RFC3339),
		"lastMessageFrom": t.Messages[len(t.Messages)-1].From, "product": nullable(t.Product), "score": nullable(t.Score),
		"serviceName": nullable(t.Service), "state": t.State, "subject": t.Subject, "ticketId": t.ID, "ticketNumber": t.Number,
		"type": t.Type, "updateDate": t.Updated.Format(time.RFC3339),
	}
}

// messagesJSON shows the messages, the newest first: the order promises nothing.
func (t *OVHTicket) messagesJSON() []map[string]any {
	out := []map[string]any{}
	for _, m := range slices.Backward(t.Messages) {
		at := m.At.Format(time.RFC3339)
		out = append(out, map[string]any{
			"messageId": m.ID, "ticketId": t.ID, "body": m.Body, "from": m.From, "creationDate": at, "updateDate": at,
		})
	}
	return out
}

// listTickets lists the ids of those that pass all filters, the newest first.
func (o *OVH) listTickets(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	passes, refused := ticketFilter(q)
	if refused != nil {
		refused.refuse(w)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	ids := []int64{}
	for _, t := range slices.Backward(o.tickets) {
		if passes(t) {
			ids = append(ids, t.ID)
		}
	}
	writeJSON(w, http.StatusOK, ids)
}

// ticketFilter is what the query asks for. What is archived is asked for by name.
func ticketFilter(q url.Values) (func(*OVHTicket) bool, *ovhError) {
	passes := []func(*OVHTicket) bool{func(t *OVHTicket) bool { return t.Archived == (q.Get("archived") == "true") }}
	exact := func(parameter string, of func(*OVHTicket) string) *ovhError {
		want := q.Get(parameter)
		if want == "" {
			return nil
		}
		passes = append(passes, func(t *OVHTicket) bool { return of(t) == want })
		if slices.ContainsFunc(enums(), func(e enum) bool { return e.parameter == parameter }) {
			return inEnum(parameter, want)
		}
		return nil
	}
	date := func(parameter string, fits func(created, bound time.Time) bool) *ovhError {
		if !q.Has(parameter) {
			return nil
		}
		bound, err := time.Parse(time.RFC3339, q.Get(parameter))
		if err != nil {
			return badRequest("[%s] Given data (%s) does not belong to the datetime type", parameter, q.Get(parameter))
		}
		passes = append(passes, func(t *OVHTicket) bool { return fits(t.Created, bound) })
		return nil
	}
	for _, refused := range []*ovhError{
		exact("category", func(t *OVHTicket) string { return t.Category }),
		exact("product", func(t *OVHTicket) string { return t.Product }),
		exact("serviceName", func(t *OVHTicket) string { return t.Service }),
		exact("status", func(t *OVHTicket) string { return t.State }),
		exact("ticketNumber", func(t *OVHTicket) string { return strconv.FormatInt(t.Number, 10) }),
		date("minCreationDate", func(created, bound time.Time) bool { return !created.Before(bound) }),
		date("maxCreationDate", func(created, bound time.Time) bool { return !created.After(bound) }),
	} {
		if refused != nil {
			return nil, refused
		}
	}
	subject := strings.ToLower(q.Get("subject"))
	passes = append(passes, func(t *OVHTicket) bool { return strings.Contains(strings.ToLower(t.Subject), subject) })
	return func(t *OVHTicket) bool {
		return !slices.ContainsFunc(passes, func(one func(*OVHTicket) bool) bool { return !one(t) })
	}, nil
}

func inEnum(parameter, value string) *ovhError {
	if value != "" && !slices.Contains(enumOf(parameter), value) {
		all := enums()
		name := all[slices.IndexFunc(all, func(e enum) bool { return e.parameter == parameter })].name
		return badRequest("[%s] Given data (%s) does not belong to the %s enumeration", parameter, value, name)
	}
	return nil
}

// The longest texts that a ticket takes, in characters.
const (
	maxTicketSubject = 255
	maxTicketBody    = 65_535
)

// refuses says why no ticket is opened, or nil.
func (o *OVH) refuses(n NewTicket) *ovhError {
	switch {
	case strings.TrimSpace(n.Subject) == "":
		return badRequest("[subject] Missing mandatory parameter")
	case strings.TrimSpace(n.Body) == "":
		return badRequest("[body] Missing mandatory parameter")
	case len([]rune(n.Subject)) > maxTicketSubject:
		return badRequest("[subject] Given data is too long (max %d)", maxTicketSubject)
	case len([]rune(n.Body)) > maxTicketBody:
		return badRequest("[body] Given data is too long (max %d)", maxTicketBody)
	case n.Service != "" && !slices.Contains(o.cfg.Services, n.Service):
		return notFound("This service does not exist")
	case n.Type == "criticalIntervention":
		return &ovhError{status: http.StatusForbidden, class: "Client::Forbidden", message: "Critical interventions need the VIP support level"}
	}
	for _, p := range [][2]string{
		{"type", n.Type}, {"category", n.Category}, {"subcategory", n.Subcategory}, {"product", n.Product}, {"impact", n.Impact}, {"urgency", n.Urgency},
	} {
		if refused := inEnum(p[0], p[1]); refused != nil {
			return refused
		}
	}
	return nil
}

func (o *OVH) createTicket(w http.ResponseWriter, r *http.Request) {
	var n NewTicket
	if !readOVH(w, r, &n) {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if refused := o.refuses(n); refused != nil {
		refused.refuse(w)
		return
	}
	t := o.open(n)
	writeJSON(w, http.StatusOK, map[string]any{"messageId": t.Messages[0].ID, "ticketId": t.ID, "ticketNumber": t.Number})
}

// said is the body of a reply.
type said struct {
	Body string `json:"body"`
}

func readSaid(w http.ResponseWriter, r *http.Request) (string, bool) {
	var body said
	if !readOVH(w, r, &body) {
		return "", false
	}
	switch {
	case strings.TrimSpace(body.Body) == "":
		badRequest("[body] Missing mandatory parameter").refuse(w)
		return "", false
	case len([]rune(body.Body)) > maxTicketBody:
		badRequest("[body] Given data is too long (max %d)", maxTicketBody).refuse(w)
		return "", false
	}
	return body.Body, true
}

func (o *OVH) replyTicket(t *OVHTicket, w http.ResponseWriter, r *http.Request) {
	body, ok := readSaid(w, r)
	switch {
	case !ok:
	case t.State == "closed":
		conflict(errClosedTicket.Error()).refuse(w)
	default:
		o.say(t, fromCustomer, body)
		writeJSON(w, http.StatusOK, nil)
	}
}

func (o *OVH) closeTicket(t *OVHTicket, w http.ResponseWriter, _ *http.Request) {
	if t.State == "closed" {
		conflict("This ticket is already closed").refuse(w)
		return
	}
	o.turn(t, "closed")
	writeJSON(w, http.StatusOK, nil)
}

func (o *OVH) reopenTicket(t *OVHTicket, w http.ResponseWriter, r *http.Request) {
	body, ok := readSaid(w, r)
	switch {
	case !ok:
	case t.State != "closed":
		conflict("This ticket is not closed").refuse(w)
	default:
		o.turn(t, "open")
		o.say(t, fromCustomer, body)
		writeJSON(w, http.StatusOK, nil)
	}
}

func (t *OVHTicket) scorable() bool { return t.State == "closed" && t.Score == "" }

func scoreTicket(t *OVHTicket, w http.ResponseWriter, r *http.Request) {
	var body struct {
		Score   string `json:"score"`
		Comment string `json:"scoreComment"`
	}
	if !readOVH(w, r, &body) {
		return
	}
	switch refused := inEnum("score", body.Score); {
	case body.Score == "":
		badRequest("[score] Missing mandatory parameter").refuse(w)
	case refused != nil:
		refused.refuse(w)
	case !t.scorable():
		conflict("This ticket cannot be scored").refuse(w)
	default:
		t.Score = body.Score
		writeJSON(w, http.StatusOK, nil)
	}
}

// readOVH decodes a body; it answers itself when that is no good. OVHcloud refuses
// parameters that it does not know.
func readOVH(w http.ResponseWriter, r *http.Request, v any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		badRequest("Invalid JSON received: %s", strings.TrimPrefix(err.Error(), "json: ")).refuse(w)
		return false
	}
	return true
}
