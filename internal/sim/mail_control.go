package sim

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// Summary is a delivered mail at a glance. Message-IDs have no angle brackets.
type Summary struct {
	N          int      `json:"n"` // from 1, in the order of delivery
	MessageID  string   `json:"messageID"`
	InReplyTo  string   `json:"inReplyTo,omitempty"`
	References []string `json:"references,omitempty"`
	From       string   `json:"from"`
	To         string   `json:"to"`
	Subject    string   `json:"subject"`
	Size       int      `json:"size"` // bytes as stored
}

// summarise reads the header of a mail.
func summarise(n int, raw []byte) Summary {
	word := func(name string) string {
		value := headerValue(raw, name)
		if text, err := new(mime.WordDecoder).DecodeHeader(value); err == nil {
			return text
		}
		return value
	}
	s := Summary{
		N: n, MessageID: messageIDOf(raw), InReplyTo: strings.Trim(headerValue(raw, "In-Reply-To"), "<> "),
		From: word("From"), To: word("To"), Subject: word("Subject"), Size: len(raw),
	}
	for id := range strings.FieldsSeq(headerValue(raw, "References")) {
		s.References = append(s.References, strings.Trim(id, "<>"))
	}
	return s
}

// controlRoutes adds mail's part of the control API.
func (m *Mail) controlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /sim/mail/boxes/{address}", func(w http.ResponseWriter, r *http.Request) {
		list := []Summary{}
		for i, raw := range m.Delivered(r.PathValue("address")) {
			list = append(list, summarise(i+1, raw))
		}
		answer(w, list, nil)
	})
	mux.HandleFunc("GET /sim/mail/boxes/{address}/{n}", m.controlRaw)
	mux.HandleFunc("POST /sim/mail/boxes/{address}", m.controlInject)
	mux.HandleFunc("POST /sim/mail/boxes/{address}/uidvalidity", func(w http.ResponseWriter, r *http.Request) {
		answer(w, struct{}{}, m.NewUIDValidity(r.PathValue("address")))
	})
	mux.HandleFunc("GET /sim/mail/transactions", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, append([]Transaction{}, m.Transactions()...), nil)
	})
	mux.HandleFunc("POST /sim/mail/drop", func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Protocol string `json:"protocol"`
		}
		if readControl(w, r, &body) {
			m.DropConnections(body.Protocol)
			answer(w, struct{}{}, nil)
		}
	})
	faultRoutes(mux, "/sim/mail/faults", &m.faults)
}

func (m *Mail) controlRaw(w http.ResponseWriter, r *http.Request) {
	list := m.Delivered(r.PathValue("address"))
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 || n > len(list) {
		answer(w, nil, fmt.Errorf("%w mail %q of %s", ErrUnknown, r.PathValue("n"), r.PathValue("address")))
		return
	}
	w.Header().Set("Content-Type", "message/rfc822")
	_, _ = w.Write(list[n-1])
}

// controlInject puts a raw mail into a mailbox: as from outside through the
// border, signed by a domain or by nobody, or directly.
func (m *Mail) controlInject(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControl))
	if err != nil {
		answer(w, nil, fmt.Errorf("read mail: %w", err))
		return
	}
	q := r.URL.Query()
	address := r.PathValue("address")
	switch q.Get("path") {
	case "direct":
		err = m.Deliver(address, raw)
	case "", "border":
		err = m.Provider(q.Get("domain")).Send(q.Get("from"), []string{address}, raw)
	default:
		err = fmt.Errorf("path is %q, want border or direct", q.Get("path"))
	}
	answer(w, struct{}{}, err)
}
