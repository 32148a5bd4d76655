package text

// Barred answers somebody who may neither escalate nor command.
func (t Texts) Barred(b Barred) string { return t.escape(b.Provider) }

// Braked says that the brake holds an escalation.
func (t Texts) Braked(b Braked) string { return t.escape(b.Provider) }

// Resolved reminds that the provider still works on what is resolved here.
func (t Texts) Resolved(r Resolved) string { return t.escape(r.Provider) }

// Joined says that an issue shares the escalation of another.
func (t Texts) Joined(j Joined) string { return t.escape(j.Provider) }

// NotJoined says why an issue does not share the escalation of another.
func (t Texts) NotJoined(n NotJoined) string { return t.escape(n.Provider) }

// Noted says that the provider's ticket number was noted.
func (t Texts) Noted(n Noted) string { return t.escape(n.Provider) }
