package token

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// MinSecret is the least number of bytes of a key's secret.
const MinSecret = 32

// hidden stands for a key wherever one is printed.
const hidden = "***"

// Key signs and verifies tokens.
type Key struct {
	ID     byte   // 1 to 255, written into each token
	Secret []byte `json:"-"` // at least MinSecret bytes
}

// String hides the secret.
func (k Key) String() string { return strconv.Itoa(int(k.ID)) + ":" + hidden }

// GoString hides the secret.
func (k Key) GoString() string { return k.String() }

// Keyring holds the keys. The zero value signs and verifies nothing.
type Keyring struct {
	keys []Key
}

// String hides the secrets.
func (k Keyring) String() string { return fmt.Sprint(k.keys) }

// GoString hides the secrets.
func (k Keyring) GoString() string { return k.String() }

// NewKeyring makes a keyring. The first key signs, all of them verify. It fails
// when there is no key, when an id is 0 or stands twice, and when a secret is
// shorter than MinSecret bytes.
func NewKeyring(keys []Key) (Keyring, error) {
	if len(keys) == 0 {
		return Keyring{}, errors.New("token: keyring: no key")
	}
	var ring Keyring
	for _, key := range keys {
		if key.ID == 0 {
			return Keyring{}, errors.New("token: keyring: a key has the id 0; ids go from 1 to 255")
		}
		if _, twice := ring.byID(key.ID); twice {
			return Keyring{}, fmt.Errorf("token: keyring: key id %d stands twice", key.ID)
		}
		if len(key.Secret) < MinSecret {
			return Keyring{}, fmt.Errorf("token: keyring: the secret of key %d has %d bytes, and needs at least %d", key.ID, len(key.Secret), MinSecret)
		}
		ring.keys = append(ring.keys, Key{ID: key.ID, Secret: append([]byte(nil), key.Secret...)})
	}
	return ring, nil
}

// Derive returns 32 bytes for another purpose, the same for the same signing key. Nothing
// that is derived tells the key, or what is derived for another purpose (RFC 5869 with a
// secret that is random already). It is nil when there is no key.
func (k Keyring) Derive(purpose string) []byte {
	if len(k.keys) == 0 {
		return nil
	}
	derived, err := hkdf.Expand(sha256.New, k.keys[0].Secret, purpose, sha256.Size)
	if err != nil { // of a length that is never asked for
		return nil
	}
	return derived
}

func (k Keyring) byID(id byte) (Key, bool) {
	for _, key := range k.keys {
		if key.ID == id {
			return key, true
		}
	}
	return Key{}, false
}

// ParseKeys reads the form of the configuration: "1:base64,2:base64", the
// signing key first, base64 of either alphabet (RFC 4648) with or without
// padding. What it says of a mistake names the place, never the content.
func ParseKeys(s string) ([]Key, error) {
	var keys []Key
	for i, item := range strings.Split(s, ",") {
		// Without the colon the whole item may be the secret.
		id, secret, ok := strings.Cut(strings.TrimSpace(item), ":")
		if !ok {
			return nil, fmt.Errorf("token: key number %d: want id:secret, found no colon", i+1)
		}
		n, err := strconv.ParseUint(strings.TrimSpace(id), 10, 8)
		if err != nil || n == 0 {
			return nil, fmt.Errorf("token: key number %d: the id before the colon is not a number from 1 to 255", i+1)
		}
		raw, err := decodeSecret(strings.TrimSpace(secret))
		if err != nil {
			return nil, fmt.Errorf("token: key number %d: %w", i+1, err)
		}
		keys = append(keys, Key{ID: byte(n), Secret: raw})
	}
	return keys, nil
}

func decodeSecret(s string) ([]byte, error) {
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	raw, err := base64.RawStdEncoding.DecodeString(plain)
	if err != nil {
		// err would tell where in the secret the wrong letter stands.
		return nil, errors.New("the secret after the colon is not base64")
	}
	if len(raw) < MinSecret {
		return nil, fmt.Errorf("the secret has %d bytes, and needs at least %d", len(raw), MinSecret)
	}
	return raw, nil
}
