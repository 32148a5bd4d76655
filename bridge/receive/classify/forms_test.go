package classify_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/receive/classify"
)

const fromServer = "Return-Path: <>\nFrom: postmaster@proveedor.example\nTo: escalat@organitzacio.example\n"

// TestForms: what old and rare servers write for people.
func TestForms(t *testing.T) {
	t.Parallel()
	const css = "css@proveedor.example"
	original := []string{notice}
	for name, test := range map[string]struct {
		subject, text string
		want          bridge.Bounce
	}{
		"exchange 4": {
			"Undeliverable: x",
			"Your message did not reach some or all of the intended recipients.\n\n      To:\tescalat@organitzacio.example\n      Subject:\tx\n\nThe following recipient(s) could not be reached:\n\n      css@proveedor.example on 2/3/26 11:34:45 PM\n            Recipient Not Found\n            MSEXCH:IMC:PROVEEDOR",
			bridge.Bounce{Hard: true, Recipient: css, Diagnostic: "Recipient Not Found"},
		},
		"exchange 5.5": {
			"Undeliverable: x",
			"Your message\n\n  To:      css@proveedor.example\n  Subject: x\n\ndid not reach the following recipient(s):\n\ncss@proveedor.example on Mon, 2 Mar 2026 10:15:00 +0100\n    The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=es\n",
			bridge.Bounce{Hard: true, Recipient: css, Diagnostic: "The recipient name is not recognized"},
		},
		"exchange 2003 in Spanish": {
			"No se puede entregar: x",
			"Su mensaje no ha llegado a algunos o a todos los destinatarios.\n\n      Asunto:\tx\n\nNo se ha podido entregar a los destinatarios siguientes:\n\n      css@proveedor.example el 02/03/2026 10:15\n            La cuenta de correo no existe en la organización. <srv.proveedor.example #5.1.1>",
			bridge.Bounce{Hard: true, Status: "5.1.1", Recipient: css, Diagnostic: "La cuenta de correo no existe en la organización. <srv.proveedor.example #5.1.1>"},
		},
		"imail": {
			"Undeliverable Mail",
			"Invalid final delivery userid: css@proveedor.example\n\n\nOriginal message follows.\n\nMessage-Id: <" + notice + ">\nTo: other@proveedor.example",
			bridge.Bounce{Hard: true, Recipient: css, Diagnostic: "Invalid final delivery userid: css@proveedor.example", Originals: original},
		},
		"gmail before 2016": {
			"Delivery Status Notification (Failure)",
			"Delivery to the following recipient failed permanently:\n\n     css@proveedor.example\n\nTechnical details of permanent failure: \nThe recipient server did not accept our requests to connect.\n[(0) proveedor.example]\n\n----- Original message -----\n\nMessage-Id: <" + notice + ">",
			bridge.Bounce{Hard: true, Recipient: css, Diagnostic: "The recipient server did not accept our requests to connect.", Originals: original},
		},
		"gmx": {
			"Mail delivery failed: returning message to sender",
			"A message that you sent could not be delivered to one or more of\nits recipients. This is a permanent error. The following address\nfailed:\n\n\"css@proveedor.example\":\nSMTP error from remote server after RCPT command:\nhost: mx.proveedor.example\n5.1.1 <css@proveedor.example>... User Unknown\n\n\n--- The header of the original message is following. ---\n\nMessage-ID: <" + notice + ">\nTo: other@proveedor.example",
			bridge.Bounce{Hard: true, Status: "5.1.1", Recipient: css, Diagnostic: "5.1.1 <css@proveedor.example>... User Unknown", Originals: original},
		},
		"notes": {
			"Undeliverable message",
			"------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\ncss@proveedor.example\n\n\n------- Returned Message --------\nMessage-Id: <" + notice + ">",
			bridge.Bounce{Hard: true, Recipient: css, Diagnostic: "User not listed in public Name & Address Book", Originals: original},
		},
		"zoho": {
			"Undelivered Mail Returned to Sender",
			"This message was created automatically by mail delivery software.\nA message that you sent could not be delivered to one or more of its recipients. This is a permanent error. \n\ncss@proveedor.example Invalid Address, ERROR_CODE :550\n\n\nReceived:from mail\nMessage-ID:<" + notice + ">",
			bridge.Bounce{Hard: true, Recipient: css, Diagnostic: "Invalid Address, ERROR_CODE :550", Originals: original},
		},
		"a full mailbox that is tried again": {
			"Delayed Mail (still being retried)",
			"Your message could not be delivered for more than 4 hours. It will be retried.\n\n<css@proveedor.example>: host mx.proveedor.example said: 452 4.2.2 Over quota",
			bridge.Bounce{Status: "4.2.2", Recipient: css, Diagnostic: "452 4.2.2 Over quota"},
		},
		"late, in Spanish": {
			"Entrega retrasada: x",
			"La entrega de su mensaje a css@proveedor.example se ha retrasado. Se seguirá intentando.",
			bridge.Bounce{Recipient: css},
		},
		"late, in Catalan": {
			"Lliurament endarrerit: x",
			"El lliurament del vostre missatge a css@proveedor.example s’ha endarrerit. Encara no cal que feu res.",
			bridge.Bounce{Recipient: css},
		},
		"nothing but the subject": {
			"Undeliverable: x", "",
			bridge.Bounce{Hard: true},
		},
	} {
		got := verdict(t, with(fromServer, test.subject, test.text), nil)
		want := classify.Verdict{Kind: bridge.KindBounce, Reason: "bounce in words; sender: mailer-daemon", Bounce: &test.want}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestNoBounce: neither words alone nor a server alone make one.
func TestNoBounce(t *testing.T) {
	t.Parallel()
	const words = "Your message could not be delivered.\n\n<css@proveedor.example>: 550 5.1.1 User unknown\n\nMessage-ID: <" + notice + ">"
	for name, raw := range map[string]string{
		"words of a person":          with("", "Undeliverable: x", words),
		"words of a desk":            with("From: css@proveedor.example\n"+program, "Undeliverable: x", words),
		"an answer to a bounce":      with(fromServer, "Re: Undeliverable: x", words),
		"a bounce that is passed on": with(fromServer, "RV: No se puede entregar: x", words),
		"a server's other mail":      with(fromServer, "Quota report", "Your mailbox uses 80 % of its quota."),
		"a ticket about one":         with("Return-Path: <>\nFrom: css@proveedor.example\n", "[Ticket#12345] Undeliverable: x", "Ya está corregido."),
		"a report in a mail of a desk without a sender": "Return-Path: <>\nFrom: css@proveedor.example\nSubject: [Ticket#12345] x\nContent-Type: multipart/mixed; boundary=b\n\n" +
			"--b\n\nSe ha añadido un adjunto.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; css@proveedor.example\nAction: failed\nStatus: 5.1.1\n--b--\n",
		"news of a delivery, without a sender": with("Return-Path: <>\nFrom: css@proveedor.example\n", "Entrega retrasada: cortafuegos", "La entrega se ha retrasado hasta el jueves."),
		"regrets of a desk, without a sender":  with("Return-Path: <>\nFrom: css@proveedor.example\n", "RE: x", "Lo sentimos, seguimos sin causa."),
		"a report of abuse": "From: abuse@proveedor.example\nSubject: Abuse report\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n" +
			"--b\n\nThis is an email abuse report.\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <" + notice + ">\n\nx\n--b--\n",
	} {
		if got := verdict(t, raw, nil); got.Kind == bridge.KindBounce || got.Kind == bridge.KindReceipt || got.Bounce != nil {
			t.Errorf("%s: %+v, %+v", name, got, got.Bounce)
		}
	}
}
