package text

// ticketWords are of what stands in the tickets of a provider's API, and of surveys.
type ticketWords struct {
	from         string // number
	portal       string // provider, from, when
	acknowledged string // provider, from, when
	entered      string // provider, from, when
	survey       string // provider, from, when
}

func (t Texts) inTickets() ticketWords {
	switch t.words.lang {
	case "es":
		return ticketWords{
			from:         "ticket %[1]s",
			portal:       "*%[1]s: escrito en el portal desde nuestra cuenta* (%[2]s, %[3]s)",
			acknowledged: "*%[1]s ha confirmado que ha recibido el ticket* (%[2]s, %[3]s)",
			entered:      "*%[1]s ha confirmado automáticamente que ha recibido el ticket* (%[2]s, %[3]s)",
			survey:       "*%[1]s pide que valoréis cómo os ha atendido* (%[2]s, %[3]s)",
		}
	case "en":
		return ticketWords{
			from:         "ticket %[1]s",
			portal:       "*%[1]s: written in the portal from our account* (%[2]s, %[3]s)",
			acknowledged: "*%[1]s has confirmed that it received the ticket* (%[2]s, %[3]s)",
			entered:      "*%[1]s has confirmed automatically that it received the ticket* (%[2]s, %[3]s)",
			survey:       "*%[1]s asks how you were served* (%[2]s, %[3]s)",
		}
	}
	return ticketWords{
		from:         "tiquet %[1]s",
		portal:       "*%[1]s: escrit al portal des del nostre compte* (%[2]s, %[3]s)",
		acknowledged: "*%[1]s ha confirmat que ha rebut el tiquet* (%[2]s, %[3]s)",
		entered:      "*%[1]s ha confirmat automàticament que ha rebut el tiquet* (%[2]s, %[3]s)",
		survey:       "*%[1]s demana que valoreu com us ha atès* (%[2]s, %[3]s)",
	}
}
