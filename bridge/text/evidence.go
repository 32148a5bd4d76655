package text

// Offer says that the provider does not have what was changed or uploaded since its
// mail, and how it is sent.
func (t Texts) Offer(o Offer) string { return address(o.MentionMarkup, o.Provider) }

// NothingNew answers a command to send what the provider has already.
func (t Texts) NothingNew(n NothingNew) string { return address(n.MentionMarkup, n.Provider) }

// Phoned notes that a person called the provider.
func (t Texts) Phoned(p Phoned) string { return address(p.MentionMarkup, p.Provider) }
