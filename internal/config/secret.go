package config

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"reflect"
	"strings"

	"escalat/bridge/token"
)

const masked = "***"

// Secret is a text that is never printed, logged or marshalled: only Reveal
// gives it away.
type Secret struct{ value string }

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return s.value }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.value == "" }

// String returns three asterisks.
func (Secret) String() string { return masked }

// GoString returns three asterisks.
func (Secret) GoString() string { return masked }

// Format writes three asterisks whatever the verb; without it %d would show
// the field.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, masked) }

// LogValue returns three asterisks.
func (Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText returns three asterisks.
func (Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// UnmarshalText takes the text as it is.
func (s *Secret) UnmarshalText(text []byte) error {
	s.value = string(text)
	return nil
}

// Database is the place of the store. Its printed form has no password.
type Database struct{ secret Secret }

// Postgres reports whether it is a PostgreSQL database rather than a file.
func (d Database) Postgres() bool { return isPostgres(d.secret.value) }

// Reveal returns the URL with its password, or the file name.
func (d Database) Reveal() string { return d.secret.value }

// String returns the URL without its password, or the file name.
func (d Database) String() string { return redacted(d.secret.value) }

// GoString returns the same as String.
func (d Database) GoString() string { return d.String() }

// Format writes the same as String whatever the verb.
func (d Database) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, d.String()) }

// LogValue returns the same as String.
func (d Database) LogValue() slog.Value { return slog.StringValue(d.String()) }

// MarshalText returns the same as String.
func (d Database) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a SQLite file name or a PostgreSQL URL. A database in
// memory is refused: what a restart forgets would be sent twice.
func (d *Database) UnmarshalText(text []byte) error {
	v := string(text)
	switch {
	case isPostgres(v):
		if _, err := url.Parse(v); err != nil {
			return invalid("is not a PostgreSQL URL; a special character in the password is written %%XX")
		}
	case strings.Contains(v, "://"):
		return invalid("is neither a file nor a postgres:// URL")
	case strings.Contains(v, ":memory:") || strings.HasPrefix(v, "file:"):
		return invalid("must be the name of a file, without options")
	}
	d.secret.value = v
	return nil
}

func isPostgres(v string) bool {
	return strings.HasPrefix(v, "postgres://") || strings.HasPrefix(v, "postgresql://")
}

// redacted hides the password, which libpq allows in two places.
func redacted(v string) string {
	if !isPostgres(v) {
		return v
	}
	u, err := url.Parse(v)
	if err != nil {
		return masked
	}
	if u.User != nil {
		if _, has := u.User.Password(); has {
			u.User = url.UserPassword(u.User.Username(), masked)
		}
	}
	q := u.Query()
	for key := range q {
		if strings.Contains(strings.ToLower(key), "password") {
			q.Set(key, masked)
		}
	}
	u.RawQuery = q.Encode()
	return strings.ReplaceAll(u.String(), url.QueryEscape(masked), masked)
}

// Keys are the keys that sign and verify our identities.
type Keys struct{ ring token.Keyring }

// Ring returns the keys, ready for use; it is the zero Keyring when there are
// none.
func (k Keys) Ring() token.Keyring { return k.ring }

// IsZero reports whether there are no keys.
func (k Keys) IsZero() bool { return reflect.ValueOf(k.ring).IsZero() }

// String returns three asterisks.
func (Keys) String() string { return masked }

// GoString returns three asterisks.
func (Keys) GoString() string { return masked }

// Format writes three asterisks whatever the verb.
func (Keys) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, masked) }

// LogValue returns three asterisks.
func (Keys) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText returns three asterisks.
func (Keys) MarshalText() ([]byte, error) { return []byte(masked), nil }

// UnmarshalText reads "id:base64" separated by commas, the signing key first.
func (k *Keys) UnmarshalText(text []byte) error {
	keys, err := token.ParseKeys(string(text))
	if err != nil {
		return invalid("is no list of keys: %s", strings.TrimPrefix(err.Error(), "token: "))
	}
	ring, err := token.NewKeyring(keys)
	if err != nil {
		return invalid("is no list of keys: %s", strings.TrimPrefix(err.Error(), "token: keyring: "))
	}
	k.ring = ring
	return nil
}
