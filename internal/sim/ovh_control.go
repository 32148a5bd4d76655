package sim

import (
	"fmt"
	"net/http"
	"strconv"
)

// controlRoutes adds OVH's part of the control API.
func (o *OVH) controlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /sim/ovh/tickets", func(w http.ResponseWriter, _ *http.Request) { answer(w, o.Tickets(), nil) })
	mux.HandleFunc("GET /sim/ovh/requests", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, append([]Request{}, o.Requests()...), nil)
	})
	mux.HandleFunc("POST /sim/ovh/tickets", func(w http.ResponseWriter, r *http.Request) {
		var n NewTicket
		if readControl(w, r, &n) {
			t, err := o.Enter(n)
			answer(w, t, err)
		}
	})
	mux.HandleFunc("GET /sim/ovh/tickets/{ticket}", func(w http.ResponseWriter, r *http.Request) {
		id, err := ticketNamed(r)
		var t OVHTicket
		if err == nil {
			t, err = o.Ticket(id)
		}
		answer(w, t, err)
	})
	type act struct {
		Text     string `json:"text"`
		Category string `json:"category"`
	}
	for name, do := range map[string]func(ticket int64, body act) error{
		"answer":  func(ticket int64, body act) error { return o.Answer(ticket, body.Text) },
		"write":   func(ticket int64, body act) error { return o.Write(ticket, body.Text) },
		"pass":    func(ticket int64, body act) error { return o.Pass(ticket, body.Category) },
		"close":   func(ticket int64, body act) error { return o.Shut(ticket, body.Text) },
		"reopen":  func(ticket int64, _ act) error { return o.Reopen(ticket) },
		"archive": func(ticket int64, _ act) error { return o.Archive(ticket) },
	} {
		mux.HandleFunc("POST /sim/ovh/tickets/{ticket}/"+name, func(w http.ResponseWriter, r *http.Request) {
			var body act
			if !readControl(w, r, &body) {
				return
			}
			id, err := ticketNamed(r)
			if err == nil {
				err = do(id, body)
			}
			answer(w, struct{}{}, err)
		})
	}
	for name, revoked := range map[string]bool{"revoke": true, "renew": false} {
		mux.HandleFunc("POST /sim/ovh/credentials/"+name, func(w http.ResponseWriter, _ *http.Request) {
			o.Revoke(revoked)
			answer(w, struct{}{}, nil)
		})
	}
	faultRoutes(mux, "/sim/ovh/faults", &o.faults)
}

// ticketNamed is the id or number of the ticket that the path names.
func ticketNamed(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("ticket"), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w ticket %q", ErrUnknown, r.PathValue("ticket"))
	}
	return id, nil
}
