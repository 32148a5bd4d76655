package peer

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// tokenKey signs the access tokens; Dovecot knows it and asks nobody.
const tokenKey = "a key that only tests know"

// Token makes an access token for a mailbox (JWT, RFC 7519, by HS256) that ends
// then.
func Token(user string, end time.Time) string {
	claims, _ := json.Marshal(map[string]any{"sub": user, "email": user, "exp": end.Unix()}) // texts and a number: it cannot fail
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(claims)
	mac := hmac.New(sha256.New, []byte(tokenKey))
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil))
}

// acceptTokens writes what makes Dovecot take them.
func (m *Mailboxes) acceptTokens() error {
	keys := filepath.Join(m.dir, "keys")
	path := keys
	for _, sub := range []string{"", "default", "HS256"} {
		path = filepath.Join(path, sub)
		if err := errors.Join(os.Mkdir(path, 0o755), m.as.own(path)); err != nil {
			return err
		}
	}
	conf := "introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix=" + keys + "/\nusername_attribute = email\nusername_format = %u\n"
	return errors.Join(
		write(filepath.Join(path, "default"), base64.StdEncoding.EncodeToString([]byte(tokenKey)), m.as),
		write(filepath.Join(m.dir, "oauth2.conf"), conf, m.as))
}
