package message_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/message"
)

// sealedMail reads a mail that OpenSSL wrote.
func sealedMail(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "sealed", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestSealed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text   string
		sealed bool
		parts  []message.Part // without digest
	}{
		"signed": {"La línea está reparada.", false, []message.Part{{Index: 1, Name: "informe.pdf", Type: "application/pdf", Size: 5}}},
		"stream": {"La línea está reparada.", false, []message.Part{{Index: 1, Name: "informe.pdf", Type: "application/pdf", Size: 5}}},
		"clear": {"La línea está reparada.", false, []message.Part{
			{Index: 1, Name: "informe.pdf", Type: "application/pdf", Size: 5},
			{Index: 2, Name: "smime.p7s", Type: "application/pkcs7-signature", Signature: true},
		}},
		"enveloped": {"", true, []message.Part{{Name: "smime.p7m", Type: "application/pkcs7-mime"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := sealedMail(t, name)
			m := read(t, string(raw))
			if m.Text != test.text || m.Sealed != test.sealed || m.Defects != nil {
				t.Errorf("text %q, sealed %t, defects %v", m.Text, m.Sealed, m.Defects)
			}
			opensAs(t, raw, m.Parts)
			for i := range m.Parts {
				m.Parts[i].Digest = ""
				if m.Parts[i].Type != "application/pdf" {
					m.Parts[i].Size = 0
				}
			}
			if diff := cmp.Diff(test.parts, m.Parts); diff != "" {
				t.Errorf("parts (-want +got):\n%s", diff)
			}
		})
	}
}

// opensAs opens every part and compares it with what Read said.
func opensAs(t *testing.T, raw []byte, parts []message.Part) {
	t.Helper()
	for _, p := range parts {
		part, err := message.Open(bytes.NewReader(raw), p.Index, message.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if content, err := io.ReadAll(part); err != nil || sum(string(content)) != p.Digest || int64(len(content)) != p.Size {
			t.Errorf("part %d is not what Read said: %v", p.Index, err)
		}
	}
}

// ber writes an element of a cryptographic message; an indefinite one ends in a mark.
func ber(tag byte, indefinite bool, content ...string) string {
	all := strings.Join(content, "")
	if indefinite {
		return string([]byte{tag, 0x80}) + all + "\x00\x00"
	}
	n := len(all)
	if n < 0x80 {
		return string([]byte{tag, byte(n)}) + all
	}
	return string([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}) + all
}

func signedData(indefinite bool, octets string) string {
	const (
		signed = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
		data   = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
	)
	inner := ber(0x30, indefinite, "\x02\x01\x01", ber(0x31, false), ber(0x30, indefinite, data, ber(0xa0, indefinite, octets)), ber(0x31, false, "\x01\x01"))
	return ber(0x30, indefinite, signed, ber(0xa0, indefinite, inner))
}

func TestContentOfSignatures(t *testing.T) {
	t.Parallel()
	const entity = "Content-Type: text/plain; charset=utf-8\r\n\r\nLa línea\r\nestá reparada.\r\n"
	var chunks []string
	for chunk := range slices.Chunk([]byte(entity), 7) {
		chunks = append(chunks, ber(0x04, false, string(chunk)))
	}
	// The first piece has to show a field.
	chunks = append([]string{ber(0x04, false, entity[:28])}, chunks[4:]...)
	tests := map[string]struct {
		content, params string
		text            string
		sealed          bool
		defect          string
	}{
		"whole":              {signedData(false, ber(0x04, false, entity)), "", "La línea\nestá reparada.", false, ""},
		"in pieces":          {signedData(true, ber(0x24, true, chunks...)), "smime-type=signed-data", "La línea\nestá reparada.", false, ""},
		"in pieces, counted": {signedData(false, ber(0x24, false, chunks...)), "", "La línea\nestá reparada.", false, ""},
		"pieces cut":         {signedData(true, ber(0x24, true, chunks...))[:110], "", "La línea\nestá", false, ""},
		"no entity":          {signedData(false, ber(0x04, false, "%PDF-1.4\n")), "smime-type=signed-data", "", false, message.SignedContent},
		"no content":         {signedData(false, ""), "smime-type=certs-only", "", false, ""},
		"not even a message": {"hola", "smime-type=signed-data", "", false, message.SignedContent},
		"unknown":            {"hola", "", "", true, ""},
		"said to be":         {"hola", "smime-type=enveloped-data", "", true, ""},
		"compressed":         {"0\x80\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09", "", "", false, "compressed content"},
		"a document": {
			signedData(false, ber(0x04, false, entity)), "name=contracte.pdf.p7m", "La línea\nestá reparada.", false, "",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := hello + "Content-Type: application/pkcs7-mime; " + test.params + "\nContent-Transfer-Encoding: base64\n\n" +
				base64.StdEncoding.EncodeToString([]byte(test.content)) + "\n"
			m := read(t, raw)
			if m.Text != test.text || m.Sealed != test.sealed || test.defect != "" && !m.Has(test.defect) || (test.text == "") != (len(m.Parts) == 1) {
				t.Errorf("text %q, sealed %t, defects %v, parts %v", m.Text, m.Sealed, m.Defects, m.Parts)
			}
			opensAs(t, []byte(raw), m.Parts)
		})
	}
}

// TestSignedDocumentsAreFiles: what somebody signed and attached is no text.
func TestSignedDocumentsAreFiles(t *testing.T) {
	t.Parallel()
	content := base64.StdEncoding.EncodeToString([]byte(signedData(false, ber(0x04, false, "Content-Type: text/plain\n\nuno\n"))))
	for params, sealed := range map[string]bool{
		"application/pkcs7-mime; name=contracte.pdf.p7m":    false,
		"application/octet-stream; name=contracte.pdf.p7m":  false,
		"application/octet-stream":                          false,
		"application/octet-stream; name=SMIME.p7m":          true,
		"application/x-pkcs7-mime; smime-type=\"x\"; x=y":   true,
		"application/pkcs7-mime; smime-type=enveloped-data": true,
	} {
		m := read(t, mixed+"--b\n\ndos\n--b\nContent-Type: "+params+"\nContent-Transfer-Encoding: base64\n\n"+content+"\n--b--\n")
		if opened := m.Text == "dos\n\nuno"; opened != sealed || m.Sealed {
			t.Errorf("%s: text %q, sealed %t", params, m.Text, m.Sealed)
		}
	}
}

func TestOpenPGP(t *testing.T) {
	t.Parallel()
	const armour = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"
	encrypted := hello + "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n" +
		"--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n" + armour + "--b--\n"
	tests := map[string]struct {
		raw    string
		sealed bool
		text   string
	}{
		"multipart":       {encrypted, true, ""},
		"inline":          {hello + "\n\n" + armour, true, strings.TrimSpace(armour)},
		"in a page":       {hello + "Content-Type: text/html\n\n<html><head><title>x</title></head><body lang=es><div>\n&nbsp;<pre>" + armour, true, ""},
		"within a page":   {hello + "Content-Type: text/html\n\n<p>Hola,<pre>" + armour, false, ""},
		"within a letter": {hello + "\nHola,\n" + armour, false, "Hola,\n" + strings.TrimSpace(armour)},
		"signed multipart": {
			hello + "Content-Type: multipart/signed; boundary=b\n\n--b\n\nuno\n--b\nContent-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN\n--b--\n",
			false, "uno",
		},
		"signed inline": {
			hello + "\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nHola,\n- -- \n- - uno\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\nLista\n",
			false, "Hola,\n-- \n- uno\nLista",
		},
		"signed, but not whole": {
			hello + "\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nHola,\n", false, "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nHola,",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := read(t, test.raw)
			if m.Sealed != test.sealed || m.Text != test.text {
				t.Errorf("sealed %t, text %q", m.Sealed, m.Text)
			}
			for _, p := range m.Parts {
				if p.Signature != strings.HasSuffix(p.Type, "signature") {
					t.Errorf("%s is a signature: %t", p.Type, p.Signature)
				}
			}
		})
	}
}
