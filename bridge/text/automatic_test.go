package text

// automaticCases are the texts about mails of programs, of colleagues and out of
// quarantine.
func automaticCases() writes {
	phones := []string{"902 884 622", "+34 934 452 663"}
	const portal = "https://online.claranet.es/"
	bounced := func(x Texts) Bounced {
		return Bounced{
			MentionMarkup: me, Provider: "Claranet", To: []string{"css@claranet.es"}, At: at(),
			Reason: "550 5.1.1 User unknown", Phones: phones, Portal: portal,
		}
	}
	answer := func(r Reply) Reply {
		r.Provider, r.From, r.At, r.BodyMarkup = "Claranet", "Marta <marta@claranet.es>", at(), "Ja està fet."
		return r
	}
	return writes{
		"absent": func(x Texts) string {
			return x.Absent(Absent{Provider: "Claranet", From: "Marta <marta@claranet.es>", At: at(), BodyMarkup: "Estoy de vacaciones hasta el lunes.", Phones: phones, Portal: portal})
		},
		"absent-empty": func(x Texts) string {
			return x.Absent(Absent{Provider: "Claranet", From: "marta@claranet.es", At: at(), BodyMarkup: " \n"})
		},
		"bounced": func(x Texts) string { return x.Bounced(bounced(x)) },
		"bounced-night": func(x Texts) string {
			p := bounced(x)
			p.Call, p.Phones, p.Portal = dueCall(x), nil, ""
			return x.Bounced(p)
		},
		"bounced-addition": func(x Texts) string {
			p := bounced(x)
			p.Addition, p.Reason = true, ""
			return x.Bounced(p)
		},
		"bounced-some": func(x Texts) string {
			p := bounced(x)
			p.Some = true
			return x.Bounced(p)
		},
		"bounced-perhaps": func(x Texts) string {
			p := bounced(x)
			p.Perhaps, p.To = true, []string{"bustia-interna@claranet.es"}
			return x.Bounced(p)
		},
		"bounced-late": func(x Texts) string {
			p := bounced(x)
			p.Late, p.Reason = true, "421 4.4.1 connection timed out"
			return x.Bounced(p)
		},
		"flooded": func(x Texts) string { return x.Flooded(Flooded{Provider: "Claranet", At: at()}) },
		"too-large": func(x Texts) string {
			return x.TooLarge(TooLarge{Provider: "Claranet", From: "Marta <marta@claranet.es>", At: at(), Size: 312_000_000})
		},
		"reply-colleague":  func(x Texts) string { return x.Reply(answer(Reply{Colleague: true})) },
		"reply-unverified": func(x Texts) string { return x.Reply(answer(Reply{Unverified: true, ReleasedBy: "Joan Pi"})) },
		"reply-released":   func(x Texts) string { return x.Reply(answer(Reply{ReleasedBy: "Joan Pi"})) },
		"reply-blocked": func(x Texts) string {
			return x.Reply(answer(Reply{Files: []string{"informe.pdf"}, Blocked: []string{"eina.exe", "reinicia.vbs"}}))
		},
		"file-infected": func(x Texts) string {
			return x.FileFailed(FileFailed{Provider: "Claranet", Name: "factura.zip", Size: 48_000, Infected: true, Reason: "Win.Test.EICAR_HDB-1"})
		},
		"file-unscanned": func(x Texts) string {
			return x.FileFailed(FileFailed{Provider: "Claranet", Name: "bolcat.tgz", Size: 48_000_000, Unscanned: true})
		},
		"reply-sealed": func(x Texts) string {
			r := answer(Reply{Sealed: true, Files: []string{"smime.p7m"}})
			r.BodyMarkup = ""
			return x.Reply(r)
		},
	}
}
