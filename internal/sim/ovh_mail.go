package sim

import "fmt"

// tell sends the robot's mail about a message of a ticket. It is lost where the customer
// has no such mailbox, as real ones are.
func (o *OVH) tell(t *OVHTicket, m OVHMessage) {
	if o.mail == nil || o.cfg.Notify == "" {
		return
	}
	o.mailed++
	subject, text := fmt.Sprintf("[Ticket#%d] %s", t.Number, t.Subject), ""
	if m.From == fromCustomer {
		text = fmt.Sprintf("Estimado cliente:\n\nHemos registrado su solicitud con el número de ticket %d.\n", t.Number)
	} else {
		text = fmt.Sprintf("Estimado cliente:\n\nHay una nueva respuesta en su ticket %d:\n\n%s\n", t.Number, m.Body)
	}
	domain := domainOf(o.cfg.From)
	raw, err := draft{
		messageID: fmt.Sprintf("ovh-%06d@%s", o.mailed, domain), from: address("Soporte OVHcloud", o.cfg.From), to: o.cfg.Notify,
		subject: subject, date: o.cfg.Now().UTC(), plain: text + "\nEquipo de soporte de OVHcloud\n",
		extra: []string{"Auto-Submitted: auto-generated"},
	}.bytes()
	if err == nil {
		_ = o.mail.Provider(domain).Send(o.cfg.From, []string{o.cfg.Notify}, raw)
	}
}
