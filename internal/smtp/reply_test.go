package smtp

import (
	"errors"
	"strings"
	"testing"

	"escalat/bridge"
)

// TestReplies is the table of what follows from a reply at each step.
func TestReplies(t *testing.T) {
	t.Parallel()
	const (
		n = "not done"  // nothing happened; tried again
		r = "refused"   // the login; tried again after a long pause
		p = "permanent" // final
		l = "too large" // final, and about the size
		m = "content"   // final, and about what the mail brings
		c = "copy"      // the mail goes out without our own copy
		s = "sent"
		u = "unknown" // the copy is looked for
	)
	steps := []string{"AUTH", "MAIL", "RCPT", "copy", "DATA", "dot"}
	tests := []struct {
		reply string
		class [6]string
	}{
		{"250 2.0.0 fine", [6]string{n, s, s, s, n, s}},
		{"251 2.1.5 not here, but forwarded", [6]string{n, n, s, s, n, s}},
		{"354 go on", [6]string{n, n, n, n, s, u}},
		{"what?", [6]string{n, n, n, n, n, u}},
		{"699 not of this world", [6]string{n, n, n, n, n, u}},
		{"421 4.3.2 shutting down", [6]string{n, n, n, n, n, n}},
		{"450 4.2.0 greylisted", [6]string{n, n, n, n, n, n}},
		{"451 4.7.1 try again", [6]string{n, n, n, n, n, n}},
		{"452 4.3.1 insufficient storage", [6]string{n, n, n, n, n, n}},
		{"454 4.7.0 temporary authentication failure", [6]string{n, n, n, n, n, n}},
		{"500 5.5.2 what is that?", [6]string{r, p, p, c, m, m}},
		{"530 5.7.0 log in first", [6]string{r, r, r, c, r, r}},
		{"535 5.7.8 no", [6]string{r, r, r, c, r, r}},
		{"550 5.1.1 no such user", [6]string{r, p, p, c, p, p}},
		{"550 5.7.1 spam", [6]string{r, p, p, c, m, m}},
		{"550 no such user", [6]string{r, p, p, c, m, m}}, // nothing says that it is about one
		{"552 5.2.2 mailbox full", [6]string{r, p, p, c, m, m}},
		{"552 mailbox is over its quota", [6]string{r, p, p, c, m, m}},
		{"552 5.7.0 blocked for its content", [6]string{r, p, p, c, m, m}},
		{"552 Message size exceeds maximum permitted", [6]string{r, l, l, c, l, l}},
		{"552 5.3.4 Message size exceeds fixed limit", [6]string{r, l, l, c, l, l}},
		{"552-5.2.3 Your message exceeded our size limits.\r\n552 5.2.3 Read more", [6]string{r, l, l, c, l, l}},
		{"552 sorry, that message size exceeds my databytes limit (#5.3.4)", [6]string{r, l, l, c, l, l}},
		{"550 5.2.3 RESOLVER.RST.SendSizeLimit", [6]string{r, l, l, c, l, l}},
		{"554 5.3.4 Error: message file too big", [6]string{r, l, l, c, l, l}},
		{"554 5.6.0 bad content", [6]string{r, p, p, c, m, m}},
	}
	for _, tt := range tests {
		for i, step := range steps {
			t.Run(step+" "+tt.reply, func(t *testing.T) {
				t.Parallel()
				said := func(at, otherwise string) string {
					if at == step {
						return tt.reply
					}
					return otherwise
				}
				addr := script(t, func(k *talk) {
					k.say("220 hello")
					k.must("EHLO", "250-mail.example.test\r\n250 AUTH PLAIN")
					k.converse(said)
				})
				client := client(t, Config{Addr: addr, TLS: None, Username: sender, Password: password})
				receipt, err := client.Send(t.Context(), Envelope{From: sender, To: []string{desk}, Copy: "own@example.test"}, text(mail))
				if got := classOf(receipt, err); got != tt.class[i] {
					t.Errorf("%s, want %s: %v", got, tt.class[i], err)
				}
			})
		}
	}
}

// converse answers each command as said says, to the end.
func (k *talk) converse(said func(at, otherwise string) string) {
	rcpt := "RCPT"
	for {
		line, err := k.in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.TrimSpace(line), " "); verb {
		case "AUTH":
			k.say(said("AUTH", "235 ok"))
		case "MAIL":
			k.say(said("MAIL", "250 ok"))
		case "RCPT":
			k.say(said(rcpt, "250 ok"))
			rcpt = "copy"
		case "DATA":
			answer := said("DATA", "354 go on")
			k.say(answer)
			if strings.HasPrefix(answer, "354") && k.mail() {
				k.say(said("dot", "250 2.0.0 Ok: queued as 4XyZ12345"))
			}
		default:
			k.say("250 ok")
		}
	}
}

// classOf says in a word what follows.
func classOf(receipt Receipt, err error) string {
	switch {
	case err == nil && receipt.CopyRefused != "":
		return "copy"
	case err == nil:
		return "sent"
	case errors.Is(err, bridge.ErrTooLarge) && bridge.IsPermanent(err) && !errors.Is(err, bridge.ErrContent):
		return "too large"
	case errors.Is(err, bridge.ErrContent) && bridge.IsPermanent(err):
		return "content"
	case bridge.IsPermanent(err):
		return "permanent"
	case bridge.IsNotDone(err) && bridge.RetryAt(err).Equal(clock.Add(refusedPause)):
		return "refused"
	case bridge.IsNotDone(err) && bridge.RetryAt(err).IsZero():
		return "not done"
	case bridge.IsNotDone(err):
		return "not done, at an odd time"
	}
	return "unknown"
}

func TestQueueID(t *testing.T) {
	t.Parallel()
	tests := []struct{ answer, want string }{
		{"250 OK id=1tEx7K-000000002Ab-3cDe", "1tEx7K-000000002Ab-3cDe"},
		{"250 OK id=1sQ3mX-0004zU-Hq", "1sQ3mX-0004zU-Hq"},
		{"250 2.0.0 Ok: queued as 4XyZ1234AbCdz9qr", "4XyZ1234AbCdz9qr"},
		{"250 2.0.0 Ok: queued as 9F2B41C0D3", "9F2B41C0D3"},
		{"250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 7A1C2E0B44", "7A1C2E0B44"},
		{"250 2.0.0 OK 1732250000 a640c23a62f3a-b5f2e4c1d2esm123456766b.12 - gsmtp", "a640c23a62f3a-b5f2e4c1d2esm123456766b.12"},
		{"250 2.0.0 OK <DB9PR01MB1234ABCDEF@DB9PR01MB1234.eurprd01.prod.outlook.com> [Hostname=DB9PR01MB1234.eurprd01.prod.outlook.com]", "DB9PR01MB1234ABCDEF@DB9PR01MB1234.eurprd01.prod.outlook.com"},
		{"250 2.6.0 <aoc.1@example.test> [InternalId=88162413543821, Hostname=DB9PR01MB1234.eurprd01.prod.outlook.com] 9876 bytes in 0.147, 65.428 KB/sec Queued mail for delivery", "88162413543821"},
		{"250 Ok 0102018f3c2a1b4d-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9-000000", "0102018f3c2a1b4d-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9-000000"},
		{"250 2.0.0 4AM8Xx0P012345 Message accepted for delivery", "4AM8Xx0P012345"},
		{"250 2.0.0 43xk2m9q1r-1 Message accepted for delivery", "43xk2m9q1r-1"},
		{"250 ok: Message 123456789 accepted", "123456789"},
		{"250 ok 1732250000 qp 12345", "1732250000 qp 12345"},
		{"250 2.0.0 OK", ""},
		{"250 Queued (0.5 seconds)", ""},
		{"250 great success", ""},
		{"250 OK id=", ""},
		{"250 queued as " + strings.Repeat("x", 300), ""},
		{"251 taken over", ""},
	}
	for _, tt := range tests {
		if got := queueID(tt.answer); got != tt.want {
			t.Errorf("%s\n got %q\nwant %q", tt.answer, got, tt.want)
		}
	}
}

func FuzzQueueID(f *testing.F) {
	f.Add("250 OK id=1tEx7K-000000002Ab-3cDe queued as X")
	f.Fuzz(func(t *testing.T, s string) {
		if id := queueID(s); len(id) > 160 || strings.ContainsAny(id, "\r\n<>\x00") {
			t.Errorf("%q", id)
		}
	})
}

func TestEnvelopeID(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 97)
	for id, want := range map[string]string{
		"": "", "<a@b>": "<a@b>", long + "yyy": long + "yyy", long + "=": long + "=", long + "y=": "", long + "yyyy": "", "niño": "", "a\r\nb": "", "a b": "a b",
	} {
		if got := (Envelope{ID: id}).envelopeID(); got != want {
			t.Errorf("%q gives %q, want %q", id, got, want)
		}
	}
}
