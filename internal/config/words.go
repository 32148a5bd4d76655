package config

import (
	"log/slog"
	"slices"
	"strings"

	"escalat/bridge"
)

// word takes a value that must be one of a few words.
func word[T ~string](to *T, text []byte, words ...T) error {
	v := T(strings.ToLower(string(text)))
	if slices.Contains(words, v) {
		*to = v
		return nil
	}
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return invalid("is %s, but must be one of: %s", quote(string(text)), strings.Join(list, ", "))
}

// Mode says how far escalat may go.
type Mode string

// The modes.
const (
	Shadow   Mode = "shadow"   // reads, writes nothing outside
	Redirect Mode = "redirect" // every mail goes to one own address
	Live     Mode = "live"     // writes to the providers
)

// UnmarshalText refuses every other word.
func (m *Mode) UnmarshalText(text []byte) error { return word(m, text, Shadow, Redirect, Live) }

// Language is the language of the comments.
type Language string

// The languages.
const (
	Catalan Language = "ca"
	Spanish Language = "es"
	English Language = "en"
)

// UnmarshalText refuses every other word.
func (l *Language) UnmarshalText(text []byte) error { return word(l, text, Catalan, Spanish, English) }

// TLS says how a connection is protected.
type TLS string

// The ways.
const (
	ImplicitTLS TLS = "implicit" // from the first byte
	StartTLS    TLS = "starttls" // by command, and refused when it is not offered
	NoTLS       TLS = "none"     // only to this machine
)

// UnmarshalText refuses every other word.
func (t *TLS) UnmarshalText(text []byte) error { return word(t, text, ImplicitTLS, StartTLS, NoTLS) }

// Format is the form of the log.
type Format string

// The forms.
const (
	JSON Format = "json"
	Text Format = "text"
)

// UnmarshalText refuses every other word.
func (f *Format) UnmarshalText(text []byte) error { return word(f, text, JSON, Text) }

// LogLevel is the least level that is logged.
type LogLevel string

// UnmarshalText refuses a word that is no level.
func (l *LogLevel) UnmarshalText(text []byte) error {
	return word(l, text, "debug", "info", "warn", "error")
}

// Slog returns the level in the terms of log/slog.
func (l LogLevel) Slog() slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l)); err != nil {
		return slog.LevelInfo
	}
	return level
}

// Resend says what follows when a mail's copy did not come.
type Resend string

// The choices.
const (
	ResendOnce Resend = "once"
	ResendHold Resend = "hold"
)

// UnmarshalText refuses every other word.
func (r *Resend) UnmarshalText(text []byte) error { return word(r, text, ResendOnce, ResendHold) }

// Auth says how we log in to a mail server.
type Auth string

// The ways.
const (
	AuthAuto        Auth = "auto"
	AuthPlain       Auth = "plain"
	AuthLogin       Auth = "login"
	AuthXOAUTH2     Auth = "xoauth2"
	AuthOAuthBearer Auth = "oauthbearer"
)

// ByPassword reports whether it can only be a login by password.
func (a Auth) ByPassword() bool { return a == AuthPlain || a == AuthLogin }

// ByToken reports whether it can only be a login by access token.
func (a Auth) ByToken() bool { return a == AuthXOAUTH2 || a == AuthOAuthBearer }

// UnmarshalText refuses every other word.
func (a *Auth) UnmarshalText(text []byte) error {
	return word(a, text, AuthAuto, AuthPlain, AuthLogin, AuthXOAUTH2, AuthOAuthBearer)
}

// Changes says what follows when the values of a form change after the provider
// was told.
type Changes string

// The choices.
const (
	ChangesOffer Changes = "offer"
	ChangesSend  Changes = "send"
)

// UnmarshalText refuses every other word.
func (c *Changes) UnmarshalText(text []byte) error { return word(c, text, ChangesOffer, ChangesSend) }

// Switch is on or off.
type Switch string

// The positions.
const (
	SwitchOn  Switch = "on"
	SwitchOff Switch = "off"
)

// On reports whether it is on.
func (s Switch) On() bool { return s == SwitchOn }

// UnmarshalText refuses every other word.
func (s *Switch) UnmarshalText(text []byte) error { return word(s, text, SwitchOn, SwitchOff) }

// Channel is how a provider is told; empty: what its profile says.
type Channel bridge.Channel

// UnmarshalText refuses every other word.
func (c *Channel) UnmarshalText(text []byte) error {
	return word(c, text, Channel(bridge.ByMail), Channel(bridge.ByPortal), Channel(bridge.ByAPI))
}

// Acts says who acts when a step of the matrix is due.
type Acts string

// The choices.
const (
	ActsPropose Acts = "propose"
	ActsAct     Acts = "act"
)

// UnmarshalText refuses every other word.
func (a *Acts) UnmarshalText(text []byte) error { return word(a, text, ActsPropose, ActsAct) }
