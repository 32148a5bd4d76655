package token_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"escalat/bridge/token"
)

func key(id byte) token.Key {
	return token.Key{ID: id, Secret: bytes.Repeat([]byte{id}, token.MinSecret)}
}

func ring(t interface{ Fatal(...any) }, keys ...token.Key) token.Keyring {
	r, err := token.NewKeyring(keys)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const caseID = "abcdefghijklmnop"

func TestSignedTokenHasItsWrittenForm(t *testing.T) {
	t.Parallel()
	got, err := ring(t, key(1)).Sign("claranet", caseID, 7)
	if err != nil {
		t.Fatal(err)
	}
	// Tokens live in mails that are answered years later: the form must not move.
	const want = "aeaqarbsctduevfwgxhqabylku6x53qzhrdrjqyszpbykwba"
	if got != want {
		t.Errorf("token = %s, want %s", got, want)
	}
}

func TestTokensComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.SliceOfN(rapid.Byte(), 10, 10).Draw(t, "seed")
		provider := rapid.StringMatching(`[a-z]{1,12}`).Draw(t, "provider")
		serial := rapid.IntRange(1, token.MaxSerial).Draw(t, "serial")
		id, err := token.NewCaseID(bytes.NewReader(seed))
		if err != nil || len(id) != token.CaseIDLength {
			t.Fatalf("case id %q, %v", id, err)
		}
		keys := ring(t, key(3), key(4))
		signed, err := keys.MessageID(provider, id, serial, "aoc.cat")
		if err != nil {
			t.Fatal(err)
		}
		local, _, _ := strings.Cut(signed, "@")
		wraps := []string{
			signed, strings.ToUpper(signed), local, "prefix." + signed, "prefix" + signed,
			local + "=aoc.cat@relay.example", "a.b+" + local + ".c@eu-west-1.amazonses.com",
		}
		wrapped := rapid.SampledFrom(wraps).Draw(t, "wrapped")
		gotID, gotSerial, ok := keys.FromMessageID(provider, wrapped)
		if !ok || gotID != id || gotSerial != serial {
			t.Fatalf("FromMessageID(%q) = %q, %d, %v", wrapped, gotID, gotSerial, ok)
		}
		if _, _, ok := keys.FromMessageID(provider+"x", wrapped); ok {
			t.Fatal("another provider's token was taken")
		}
	})
}

func TestNoChangedTokenVerifies(t *testing.T) {
	t.Parallel()
	keys := ring(t, key(1))
	rapid.Check(t, func(t *rapid.T) {
		signed, err := keys.Sign("claranet", caseID, rapid.IntRange(1, token.MaxSerial).Draw(t, "serial"))
		if err != nil {
			t.Fatal(err)
		}
		at := rapid.IntRange(0, token.Length-1).Draw(t, "at")
		letter := rapid.StringMatching(`[a-z2-7]`).Draw(t, "letter")
		if signed[at:at+1] == letter {
			t.Skip("the same letter")
		}
		changed := signed[:at] + letter + signed[at+1:]
		if _, _, ok := keys.Verify("claranet", changed); ok {
			t.Fatalf("%q verifies", changed)
		}
	})
}

func TestKeysAreChangedWithoutLosingOldMails(t *testing.T) {
	t.Parallel()
	old, err := ring(t, key(1)).Sign("claranet", caseID, 1)
	if err != nil {
		t.Fatal(err)
	}
	both := ring(t, key(2), key(1))
	if _, _, ok := both.Verify("claranet", old); !ok {
		t.Error("the old key no longer verifies")
	}
	fresh, err := both.Sign("claranet", caseID, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, ok := ring(t, key(2)).Verify("claranet", fresh); !ok {
		t.Error("the first key did not sign")
	}
	if _, _, ok := ring(t, key(2)).Verify("claranet", old); ok {
		t.Error("a removed key still verifies")
	}
	other := token.Key{ID: 1, Secret: bytes.Repeat([]byte{9}, token.MinSecret)}
	if _, _, ok := ring(t, other).Verify("claranet", old); ok {
		t.Error("another secret under the same id verifies")
	}
	if _, _, ok := (token.Keyring{}).Verify("claranet", old); ok {
		t.Error("the empty keyring verifies")
	}
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	keys := ring(t, key(1))
	tests := map[string]func() (string, error){
		"no key":       func() (string, error) { return token.Keyring{}.Sign("claranet", caseID, 1) },
		"no provider":  func() (string, error) { return keys.Sign("", caseID, 1) },
		"serial 0":     func() (string, error) { return keys.Sign("claranet", caseID, 0) },
		"serial large": func() (string, error) { return keys.Sign("claranet", caseID, token.MaxSerial+1) },
		"short case":   func() (string, error) { return keys.Sign("claranet", "abc", 1) },
		"wrong letter": func() (string, error) { return keys.Sign("claranet", "ABCDEFGHIJKLMNOP", 1) },
		"no domain":    func() (string, error) { return keys.MessageID("claranet", caseID, 1, "") },
		"header break": func() (string, error) { return keys.MessageID("claranet", caseID, 1, "aoc.cat\r\nBcc: x") },
		"empty label":  func() (string, error) { return keys.MessageID("claranet", caseID, 1, "aoc..cat") },
		"not ASCII":    func() (string, error) { return keys.MessageID("claranet", caseID, 1, "añil.cat") },
		"no randomness": func() (string, error) {
			return token.NewCaseID(iotest.ErrReader(errors.New("empty")))
		},
		"little randomness": func() (string, error) { return token.NewCaseID(io.LimitReader(strings.NewReader("abc"), 3)) },
	}
	for name, do := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := do(); err == nil {
				t.Errorf("got %q and no error", got)
			}
		})
	}
}

func TestNewKeyringRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string][]token.Key{
		"no key":       nil,
		"same id":      {key(1), key(1)},
		"id 0":         {key(0)},
		"short secret": {{ID: 1, Secret: make([]byte, token.MinSecret-1)}},
	}
	for name, keys := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := token.NewKeyring(keys); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestParseKeys(t *testing.T) {
	t.Parallel()
	secret := bytes.Repeat([]byte{0xfb, 0xff}, 16)
	std, url := base64.StdEncoding.EncodeToString(secret), base64.RawURLEncoding.EncodeToString(secret)
	keys, err := token.ParseKeys("1:" + std + ", 2:" + url)
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) != 2 || keys[0].ID != 1 || keys[1].ID != 2 || !bytes.Equal(keys[0].Secret, secret) || !bytes.Equal(keys[1].Secret, secret) {
		t.Errorf("keys = %v", keys)
	}
}

func TestParseKeysNeverShowsTheSecret(t *testing.T) {
	t.Parallel()
	const secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"
	for _, in := range []string{
		"", secret, secret + ":1", "1:" + secret + "*", "300:" + secret, "0:" + secret,
		"1:" + secret[:20], "1:" + secret + ",", ":" + secret, "-1:" + secret,
	} {
		keys, err := token.ParseKeys(in)
		if err == nil {
			t.Errorf("%q: keys %v and no error", in, keys)
			continue
		}
		if strings.Contains(err.Error(), secret[:8]) {
			t.Errorf("the error shows the secret: %v", err)
		}
	}
}

func TestFormattingHidesSecrets(t *testing.T) {
	t.Parallel()
	secret := []byte("the-secret-that-nobody-may-see-ever")
	k := token.Key{ID: 1, Secret: secret}
	r := ring(t, k)
	asJSON, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		shown = append(shown, fmt.Sprintf(verb, k), fmt.Sprintf(verb, r), fmt.Sprintf(verb, []token.Key{k}))
	}
	shown = append(shown, string(asJSON))
	bad := []string{string(secret[:8]), base64.StdEncoding.EncodeToString(secret)[:8], "116 104 101", "0x74, 0x68"}
	for _, s := range shown {
		for _, b := range bad {
			if strings.Contains(s, b) {
				t.Errorf("shown: %s", s)
			}
		}
	}
}

func FuzzFromMessageID(f *testing.F) {
	keys := ring(f, key(1))
	signed, err := keys.MessageID("claranet", caseID, 1, "aoc.cat")
	if err != nil {
		f.Fatal(err)
	}
	local, _, _ := strings.Cut(signed, "@")
	f.Add(signed)
	f.Add("x." + strings.ToUpper(signed))
	f.Add(strings.Repeat("a", 2000) + signed)
	f.Add("")
	f.Fuzz(func(t *testing.T, id string) {
		gotID, serial, ok := keys.FromMessageID("claranet", id)
		if ok && (gotID != caseID || serial != 1 || !strings.Contains(strings.ToLower(id), local)) {
			t.Errorf("FromMessageID(%q) = %q, %d: nobody signed that", id, gotID, serial)
		}
	})
}
