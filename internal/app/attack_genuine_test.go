package app

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive/authentic"
)

// genuine is a mail of a provider and what must become of it.
type genuine struct {
	name    string
	raw     string
	place   int // of its case
	outcome bridge.MailOutcome
}

// letter is a mail before a border has taken it in. Its lines end as in the mail.
type letter struct {
	from, subject, id string
	at                time.Time
	fields            []string // whole, further
	body              string   // with its own MIME fields before it
}

// raw writes the letter with fields in the order in which clients put them.
func (l letter) raw() string {
	var b strings.Builder
	for _, f := range slices.Concat([]string{
		"From: " + l.from, "To: Suport AOC <" + attackOwn + ">", "Subject: " + l.subject,
		"Date: " + l.at.Format(time.RFC1123Z), "Message-ID: <" + l.id + ">",
	}, l.fields) {
		b.WriteString(f + "\r\n")
	}
	return b.String() + l.body
}

// sealed is the letter as the border of the source hands it on when it is genuine.
func (s *siege) sealed(l letter, border int, domain string) string {
	raw := l.raw()
	if s.source == authentic.DKIM {
		raw = dkimSigned(s.t, raw, domain, "rsa2048", careful())
	}
	return confirmed(s.t, s.source, border, domain) + raw
}

// bodies are those of the project's own corpus, each with the fields that say what it is.
func bodies(t *testing.T) (names, list []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "bridge", "receive", "testdata", "corpus", "*", "*.eml"))
	if err != nil || len(files) < 200 {
		t.Fatal(len(files), err)
	}
	kept := regexp.MustCompile(`(?i)^(mime-version|content-[a-z-]+|x-[a-z-]+|auto-submitted|precedence|user-agent|thread-[a-z]+|importance)\s*:`)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		mail := strings.ReplaceAll(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n", "\r\n")
		header, body, _ := strings.Cut(mail, "\r\n\r\n")
		var b strings.Builder
		for field := range strings.SplitSeq(regexp.MustCompile(`\r\n([^ \t])`).ReplaceAllString(header, "\x00$1"), "\x00") {
			if kept.MatchString(field) {
				b.WriteString(field + "\r\n")
			}
		}
		names, list = append(names, filepath.Base(filepath.Dir(f))+"/"+filepath.Base(f)), append(list, b.String()+"\r\n"+body)
	}
	return names, list
}

// answered is what a way of answering is made from.
type answered struct {
	id, thread, key, ticket, ours string // ours is our subject
	n                             int
}

// ways are how clients, desks and relays let a mail name what it answers. A way gives the
// subject, behind whatever prefix, and the fields.
func ways() map[string]func(a answered) (subject string, fields []string) {
	junk := func(n, of int) (out []string) {
		for i := range of {
			out = append(out, fmt.Sprintf("<%d.%d.javamail@desk%d.example>", n, i, i))
		}
		return out
	}
	token := func(id string) string { return id[:strings.IndexByte(id, '@')] }
	refs := func(ids ...string) []string { return []string{"References: " + strings.Join(ids, "\r\n ")} }
	const other = "Consulta sobre el portal"
	return map[string]func(a answered) (string, []string){
		"both": func(a answered) (string, []string) {
			return a.ours, append(refs("<"+a.id+">"), "In-Reply-To: <"+a.id+">")
		},
		"In-Reply-To":      func(a answered) (string, []string) { return other, []string{"In-Reply-To: <" + a.id + ">"} },
		"References":       func(a answered) (string, []string) { return other, refs("<" + a.id + ">") },
		"no subject":       func(a answered) (string, []string) { return "", refs("<" + a.id + ">") },
		"references, long": func(a answered) (string, []string) { return a.ours, refs(append(junk(a.n, 20), "<"+a.id+">")...) },
		"references, trimmed": func(a answered) (string, []string) {
			return a.ours, refs("<"+a.id+">", "<last."+fmt.Sprint(a.n)+"@claranet.es>")
		},
		"reordered": func(a answered) (string, []string) {
			return other, append(refs(append([]string{"<" + a.id + ">"}, junk(a.n, 7)...)...), "In-Reply-To: "+junk(a.n, 1)[0])
		},
		"upper case": func(a answered) (string, []string) { return other, refs("<" + strings.ToUpper(a.id) + ">") },
		"other domain": func(a answered) (string, []string) {
			return other, []string{"In-Reply-To: <" + token(a.id) + "@mail.gmail.com>"}
		},
		"wrapped by a relay": func(a answered) (string, []string) {
			return other, []string{"In-Reply-To: <relay+" + token(a.id) + "=aoc.cat@relay.example>"}
		},
		"wrapped as SRS": func(a answered) (string, []string) {
			return other, refs("<SRS0=ab=" + token(a.id) + "=x@relay.example>")
		},
		"no brackets": func(a answered) (string, []string) { return other, []string{"In-Reply-To: " + a.id} },
		"no blanks":   func(a answered) (string, []string) { return other, []string{"References: <x@y.example><" + a.id + ">"} },
		"folded within": func(a answered) (string, []string) {
			return other, []string{"References: <x@y.example>\r\n <" + a.id[:20] + "\r\n " + a.id[20:] + ">"}
		},
		"with commas": func(a answered) (string, []string) {
			return other, []string{"References: <x@y.example>, <" + a.id + ">,<z@y.example>"}
		},
		"with words": func(a answered) (string, []string) {
			return other, []string{"In-Reply-To: Message from \"Suport AOC\" of \"Mon, 02 Mar 2026\" <" + a.id + ">"}
		},
		"with a comment": func(a answered) (string, []string) {
			return other, []string{"In-Reply-To: <" + a.id + "> (Suport's message)"}
		},
		"name of the field": func(a answered) (string, []string) { return other, []string{"IN-REPLY-TO : <" + a.id + ">"} },
		"our key":           func(a answered) (string, []string) { return a.ours, nil },
		"our key, no brackets": func(a answered) (string, []string) {
			return "AOC " + a.key + " Sistemas", nil
		},
		"our key, small letters": func(a answered) (string, []string) { return strings.ToLower(a.ours), nil },
		"our key, parentheses":   func(a answered) (string, []string) { return "(AOC " + a.key + ") Sistemas", nil },
		"our key and a ticket": func(a answered) (string, []string) {
			return "[#" + a.ticket + "] " + a.ours, nil
		},
		"a ticket":           func(a answered) (string, []string) { return "[" + a.ticket + "] Actualización", nil },
		"a ticket, in words": func(a answered) (string, []string) { return "Incidencia " + a.ticket + ": actualización", nil },
		"the thread":         func(a answered) (string, []string) { return other, refs("<"+a.thread+">", "<new@claranet.es>") },
		"the thread, answered": func(a answered) (string, []string) {
			return other, []string{"In-Reply-To: <" + a.thread + ">"}
		},
	}
}

func prefixes() []string {
	return []string{"", "Re: ", "RE: ", "re: RE: ", "RV: ", "Fwd: ", "FW: ", "Rm: ", "Resp: ", "Resposta: ", "Respuesta: ", "Re[2]: ", "[EXTERN] RE: ", "RE: [SPAM?] ", "Tr: ", "AW: "}
}

func writers(domain string) []string {
	return []string{
		"css@" + domain, "Mesa de ayuda <css@" + domain + ">", "\"CSS, Claranet\" <noc@" + domain + ">", "=?UTF-8?Q?N=C3=BAria_Exemple?= <nuria@" + domain + ">",
		"css@" + domain + " (Centre de suport)", "<CSS@" + strings.ToUpper(domain[:1]) + domain[1:] + ">", "\"Núria Exemple\" <nuria@" + domain + ">", "CSS\r\n <css@" + domain + ">",
		"=?iso-8859-1?B?Q1NTIOk=?= <no-reply@" + domain + ">",
	}
}

// clothes are what else stands in a header.
func clothes() [][]string {
	return [][]string{
		nil,
		{"Cc: Anna Exemple <anna@aoc.cat>, noc@claranet.es"},
		{"Reply-To: tickets@desk.example"},
		{"Auto-Submitted: auto-generated"},
		{"Auto-Submitted: auto-generated", "Precedence: bulk", "X-Auto-Response-Suppress: All"},
		{"Precedence: list", "List-Id: <css.claranet.es>"},
		{"X-Mailer: Znuny", "X-Powered-By: OTRS"},
		{"Sender: bounces@claranet.es"},
		{"X-Long: " + strings.Repeat("a ", 400)},
		{"Received: from app1 (app1.claranet.es [10.0.0.5]) by mail.claranet.es with ESMTP id 7; Mon, 2 Mar 2026 10:29:00 +0100"},
		{"Disposition-Notification-To: css@claranet.es", "X-Priority: 1"},
		{"Auto-Submitted: no"},
	}
}

// genuineMails are n mails of the provider in every shape.
func (s *siege) genuineMails(n int) []genuine {
	names, texts := bodies(s.t)
	all := ways()
	order := slices.Sorted(maps.Keys(all))
	out := make([]genuine, 0, n)
	for i := range n {
		domain := "claranet.es"
		if i%5 == 4 {
			domain = "tickets.claranet.es"
		}
		place := s.rand.IntN(oldCase)
		c := s.cases[place]
		way := order[i%len(order)]
		body := i * 7 % len(texts)
		subject, fields := all[way](answered{c.Notices[0].MessageID, c.Thread[1], c.IssueKey, c.References[0], s.subject(c), i})
		dress, writer, prefix := clothes()[s.rand.IntN(len(clothes()))], s.rand.IntN(len(writers(domain))), s.rand.IntN(len(prefixes()))
		l := letter{
			from: writers(domain)[writer], subject: folded(prefixes()[prefix]+subject, i), id: fmt.Sprintf("g%d@claranet.es", i),
			at: attackNow().Add(-time.Duration(i) * time.Second), fields: slices.Concat(fields, dress), body: texts[body],
		}
		raw := s.sealed(l, i, domain)
		if i%9 == 8 { // as a mailbox on a Unix disk hands it out
			raw = strings.ReplaceAll(raw, "\r\n", "\n")
		}
		out = append(out, genuine{fmt.Sprintf("%d: %s, %s, prefix %q, from %q, with %q", i, way, names[body], prefixes()[prefix], l.from, dress), raw, place, ""})
	}
	return out
}

// folded writes a subject as one of several clients does.
func folded(subject string, n int) string {
	words := strings.Fields(subject)
	switch {
	case len(words) < 2:
		return subject
	case n%4 == 1:
		return strings.Join(words[:len(words)/2], " ") + "\r\n\t" + strings.Join(words[len(words)/2:], " ")
	case n%4 == 2:
		var b strings.Builder
		for i, w := range words {
			if i > 0 {
				b.WriteString("\r\n =?utf-8?Q?_" + hexed(w) + "?=")
			} else {
				b.WriteString("=?utf-8?Q?" + hexed(w) + "?=")
			}
		}
		return b.String()
	}
	return subject
}

func hexed(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "=%02X", c)
	}
	return b.String()
}

// programMails are those of the provider's programs whose kind matters.
func (s *siege) programMails() (out []genuine) {
	plain := func(text string) string {
		return "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n"
	}
	for i, away := range []string{"Automatic reply: ", "Respuesta automática: ", "Resposta automàtica: ", "Out of Office: ", "Fuera de la oficina: "} {
		c := s.cases[i]
		l := letter{
			from: fmt.Sprintf("persona%d@claranet.es", i), subject: away + s.subject(c), id: fmt.Sprintf("away%d@claranet.es", i), at: attackNow(),
			fields: []string{"In-Reply-To: <" + c.Notices[0].MessageID + ">", "Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"},
			body:   plain("Estaré fuera de la oficina hasta el 12 de marzo."),
		}
		out = append(out, genuine{"absence " + away, s.sealed(l, i, "claranet.es"), i, bridge.MailAbsent})
	}
	for i, said := range []string{
		"Hemos recibido su solicitud. Número de ticket: 81000%02d", "Hem rebut la vostra petició i hem obert el tiquet 81001%02d.", "Your request has been received. Ticket: 81002%02d",
	} {
		c := s.cases[i]
		l := letter{
			from: "no-reply@claranet.es", subject: s.subject(c), id: fmt.Sprintf("ack%d@claranet.es", i), at: attackNow(),
			fields: []string{"In-Reply-To: <" + c.Notices[0].MessageID + ">", "Auto-Submitted: auto-generated"}, body: plain(fmt.Sprintf(said, i)),
		}
		out = append(out, genuine{"acknowledgement " + said, s.sealed(l, i, "claranet.es"), i, bridge.MailAcknowledged})
	}
	return out
}

// TestGenuineMailsAreAccepted: every shape of a provider's mail is told on the issue of
// its case, once, and its copies are duplicates.
func TestGenuineMailsAreAccepted(t *testing.T) {
	t.Parallel()
	n := 416
	if testing.Short() {
		n = 30
	}
	for _, source := range besieged() {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			s := newSiege(t, source)
			all := append(s.genuineMails(n), s.programMails()...)
			var raws []string
			for i, g := range all {
				raws = append(raws, g.raw)
				if i%8 == 0 { // the copy to the other address that leads here
					raws = append(raws, "X-Original-To: suport@aoc.cat\r\n"+g.raw)
				}
			}
			rows, at, accepted := s.put(raws...), 0, 0
			told := map[string]int{}
			for i, g := range all {
				m := rows[at]
				at++
				fits := m.Outcome == bridge.MailPosted || m.Outcome == bridge.MailAcknowledged || m.Outcome == bridge.MailAbsent
				if g.outcome != "" {
					fits = m.Outcome == g.outcome
				}
				want := s.cases[g.place].ID
				switch {
				case m.CaseID != "" && m.CaseID != want:
					t.Errorf("on a wrong case: %s: %s %q", g.name, m.Outcome, m.Reason)
				case !fits:
					t.Logf("not accepted: %s: %s %q", g.name, m.Outcome, m.Reason)
				case g.outcome == "" && m.Outcome == bridge.MailAbsent:
					t.Errorf("taken for an absence: %s: %q", g.name, m.Reason)
				default:
					accepted++
				}
				for _, effect := range m.Planned {
					if parts := strings.Split(effect, "/"); parts[0] == "reply" {
						told[parts[1]]++
					}
				}
				if i%8 == 0 {
					if m := rows[at]; m.Outcome != bridge.MailDuplicate && m.Outcome != bridge.MailAbsent {
						t.Errorf("a copy of %s: %s %q", g.name, m.Outcome, m.Reason)
					}
					at++
				}
			}
			for id, effects := range s.standing().effects {
				replies := 0
				for _, e := range effects {
					if strings.HasPrefix(e.Key, "reply/") {
						replies++
					}
				}
				if replies != told[id] {
					t.Errorf("case %s: %d comments for %d mails", id, replies, told[id])
				}
			}
			s.balanced()
			t.Logf("%s: %d of %d genuine mails accepted", source, accepted, len(all))
			if accepted*100 < len(all)*99 {
				t.Errorf("only %d of %d genuine mails were accepted", accepted, len(all))
			}
		})
	}
}
