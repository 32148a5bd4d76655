package token_test

import (
	"bytes"
	"testing"

	"escalat/bridge/token"
)

func TestDerive(t *testing.T) {
	t.Parallel()
	ring := func(secrets ...byte) token.Keyring {
		var keys []token.Key
		for i, s := range secrets {
			keys = append(keys, token.Key{ID: byte(i + 1), Secret: bytes.Repeat([]byte{s}, token.MinSecret)})
		}
		k, err := token.NewKeyring(keys)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	one := ring('a').Derive("this")
	for name, other := range map[string][]byte{
		"purpose": ring('a').Derive("that"), "key": ring('b').Derive("this"), "the key itself": bytes.Repeat([]byte{'a'}, len(one)),
	} {
		if len(one) != 32 || bytes.Equal(one, other) {
			t.Errorf("%s: %x and %x", name, one, other)
		}
	}
	if !bytes.Equal(one, ring('a', 'b').Derive("this")) || (token.Keyring{}).Derive("this") != nil {
		t.Error("it does not depend on the signing key alone")
	}
}
