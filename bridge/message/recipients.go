package message

import "slices"

// Recipients are the addresses of To, Cc and Bcc, in the order of the header. Of a great
// many they are the first.
func (m Mail) Recipients() []Address {
	var out []Address
	for _, f := range m.Header {
		if !f.Is("To") && !f.Is("Cc") && !f.Is("Bcc") {
			continue
		}
		to, _ := addresses(f.Value)
		if out = append(out, to...); len(out) >= maxRecipients {
			return slices.Clip(out[:maxRecipients])
		}
	}
	return out
}

// maxRecipients bounds them: more than people write to by hand.
const maxRecipients = 100
