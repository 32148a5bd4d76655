// Package token makes and checks the identities that escalat puts into its own
// mails, so that an answer can be led back to its case without trusting a
// ticket number that anybody may guess.
//
// A token is 48 letters of lower-case base32 (RFC 4648, section 6, without
// padding) over 30 bytes: version, key id, 10 random bytes of the case, a
// 16-bit serial, and the first 16 bytes of an HMAC-SHA256 over all that and the
// provider's id. It is therefore bound to one provider and cannot be made
// without a key. The first key of a keyring signs; every key verifies, so that
// keys can be changed while old mails are still being answered.
//
// Everything here is a plain function of its arguments. Comparisons of
// signatures take constant time. No error and no formatting shows a secret.
package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	version = 1

	caseBytes   = 10
	serialAt    = 2 + caseBytes
	payloadSize = serialAt + 2
	macSize     = 16

	// Length is the number of letters of a token.
	Length = (payloadSize + macSize) * 8 / 5
	// CaseIDLength is the number of letters of a case id.
	CaseIDLength = caseBytes * 8 / 5
	// MaxSerial is the highest serial that a token can hold; the lowest is 1.
	MaxSerial = 1<<16 - 1

	// maxID bounds the Message-ID that is searched: a longer one is a
	// stranger's and not worth the time.
	maxID = 998
)

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewCaseID draws a case id of 16 letters of lower-case base32 from rand. The
// error is that of rand.
func NewCaseID(rand io.Reader) (string, error) {
	var raw [caseBytes]byte
	if _, err := io.ReadFull(rand, raw[:]); err != nil {
		return "", fmt.Errorf("token: draw case id: %w", err)
	}
	return letters.EncodeToString(raw[:]), nil
}

// Sign makes the token of a notice: serial, from 1 to MaxSerial, of the case to
// the provider. It fails on a case id that NewCaseID did not make, on a serial
// out of range and on an empty keyring.
func (k Keyring) Sign(provider, caseID string, serial int) (string, error) {
	if len(k.keys) == 0 {
		return "", errors.New("token: sign: no key")
	}
	if provider == "" {
		return "", errors.New("token: sign: no provider")
	}
	if serial < 1 || serial > MaxSerial {
		return "", fmt.Errorf("token: sign: serial %d is not between 1 and %d", serial, MaxSerial)
	}
	id, err := letters.DecodeString(caseID)
	if err != nil || len(id) != caseBytes {
		return "", fmt.Errorf("token: sign: case id is not %d letters of base32", CaseIDLength)
	}
	payload := make([]byte, 0, payloadSize+macSize)
	payload = append(payload, version, k.keys[0].ID)
	payload = append(payload, id...)
	payload = binary.BigEndian.AppendUint16(payload, uint16(serial))
	return letters.EncodeToString(append(payload, mac(k.keys[0].Secret, payload, provider)...)), nil
}

// Verify reports whether token was signed for the provider by one of the keys,
// and what it names. Upper-case letters count as lower-case ones.
func (k Keyring) Verify(provider, token string) (caseID string, serial int, ok bool) {
	if len(token) != Length {
		return "", 0, false
	}
	raw, err := letters.DecodeString(strings.ToLower(token))
	if err != nil || len(raw) != payloadSize+macSize || raw[0] != version {
		return "", 0, false
	}
	key, found := k.byID(raw[1])
	if !found || !hmac.Equal(raw[payloadSize:], mac(key.Secret, raw[:payloadSize], provider)) {
		return "", 0, false
	}
	serial = int(binary.BigEndian.Uint16(raw[serialAt:payloadSize]))
	return letters.EncodeToString(raw[2:serialAt]), serial, serial > 0
}

// MessageID makes the Message-ID of a notice, without angle brackets. The domain
// must be a host name of letters, digits, hyphens and dots.
func (k Keyring) MessageID(provider, caseID string, serial int, domain string) (string, error) {
	if !isHost(domain) {
		return "", fmt.Errorf("token: domain %q is not a host name", domain)
	}
	token, err := k.Sign(provider, caseID, serial)
	if err != nil {
		return "", err
	}
	return token + "@" + strings.ToLower(domain), nil
}

// FromMessageID finds the token in a Message-ID that came in. Relays change
// letter case and domain and wrap the local part, so the token may stand
// anywhere before the last "@", or in an id that has none.
func (k Keyring) FromMessageID(provider, id string) (caseID string, serial int, ok bool) {
	if len(id) > maxID {
		return "", 0, false
	}
	if at := strings.LastIndexByte(id, '@'); at >= 0 {
		id = id[:at]
	}
	for i := 0; i+Length <= len(id); i++ {
		if caseID, serial, ok = k.Verify(provider, id[i:i+Length]); ok {
			return caseID, serial, true
		}
	}
	return "", 0, false
}

// mac signs the payload for the provider. The payload has a fixed length, so
// the two cannot run into each other.
func mac(secret, payload []byte, provider string) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write(payload)
	h.Write([]byte(provider))
	return h.Sum(nil)[:macSize]
}

// isHost reports whether s can stand after the "@" of a Message-ID that every
// relay understands (RFC 1123, section 2.1).
func isHost(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(strings.ToLower(label)) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
	}
	return true
}
