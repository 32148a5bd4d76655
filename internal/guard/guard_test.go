package guard

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escalat/bridge"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	if _, err := New(Config{Key: []byte("short")}); err == nil || !strings.Contains(err.Error(), "at least 16") {
		t.Errorf("a short key: %v", err)
	}
	if _, err := New(Config{Key: make([]byte, 32), Treat: map[bridge.Private]Treatment{"x": Mask}}); err == nil {
		t.Error("an unknown kind is taken")
	}
}

func TestTreatments(t *testing.T) {
	t.Parallel()
	const text = "DNI 12345678Z, targeta 4111 1111 1111 1111, contrasenya: Abc123!"
	g := newGuard(t, map[bridge.Private]Treatment{bridge.PrivateIdentity: Allow, bridge.PrivateCard: Stop})
	if got, want := masked(g, text), "DNI 12345678Z, targeta (número de tarjeta oculto), contrasenya: (contraseña oculta)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if !g.Stops(bridge.PrivateCard) || g.Stops(bridge.PrivateIdentity) || g.Stops(bridge.PrivatePassword) {
		t.Error("Stops says something else than the configuration")
	}
}

// Only what is private is masked: the words around it stay readable.
func TestMasksTheValueAlone(t *testing.T) {
	t.Parallel()
	const password, token = "(contraseña oculta)", "(credencial oculta)"
	g := newGuard(t, nil)
	for text, want := range map[string]string{
		"La contrasenya és Abc123!":                                            "La contrasenya és " + password,
		"La contraseña es Patata2024.":                                         "La contraseña es " + password + ".",
		"usuari/clau: joan/Abc123, i res més":                                  "usuari/clau: joan/" + password + ", i res més",
		"usuari i contrasenya: joan / Abc123!x":                                "usuari i contrasenya: joan / " + password,
		"*Contrasenya:* {{abc}} i ja":                                          "*Contrasenya:* {{" + password + "}} i ja",
		"|contrasenya|abc|":                                                    "|contrasenya|" + password + "|",
		"||usuari||contrasenya||\n|joan|Abc123|":                               "||usuari||contrasenya||\n|joan|" + password + "|",
		"La contrasenya és:\n\nabc":                                            "La contrasenya és:\n\n" + password,
		"https://joan:Abc123@host.example/x":                                   "https://joan:" + password + "@host.example/x",
		"curl -u joan:Abc123 https://x.example":                                "curl -u joan:" + password + " https://x.example",
		"sshpass -p 'Abc 123' ssh root@h":                                      "sshpass -p '" + password + "' ssh root@h",
		"mysql -u root -pXyZ123 db":                                            "mysql -u root -p" + password + " db",
		`{"user":"joan","password":"Abc123"}`:                                  `{"user":"joan","password":"` + password + `"}`,
		"password=hola123&user=joan":                                           "password=" + password + "&user=joan",
		"<password>abc</password>":                                             "<password>" + password + "</password>",
		"Hem posat Abc123! com a contrasenya":                                  "Hem posat " + password + " com a contrasenya",
		"PIN: 1234":                                                            "PIN: " + password,
		"Set-Cookie: JSESSIONID=A8F3D2E1C4B5A697; Path=/":                      "Set-Cookie: JSESSIONID=" + token + "; Path=/",
		"Authorization: Bearer abcDEF123456ghi":                                "Authorization: Bearer " + token,
		"El postgres://app:s3cret@db.example:5432/x no respon":                 "El (cadena de conexión oculta) no respon",
		"Error a Server=db1;Database=x;User Id=sa;Password=a1b;":               "Error a (cadena de conexión oculta)",
		"el DNI 12.345.678-Z, i el X1234567L":                                  "el DNI (DNI o NIE oculto), i el (DNI o NIE oculto)",
		"al compte ES91 2100 0418 4502 0005 1332.":                             "al compte (IBAN oculto).",
		"NSS 281234567840":                                                     "NSS (número de la Seguridad Social oculto)",
		"CIP PUMA1800203005 al llistat":                                        "CIP (CIP oculto) al llistat",
		"Maria Puig, nascuda el 3/2/1980, amb domicili al carrer Major 5, Vic": "(datos personales ocultos), nascuda el (datos personales ocultos), amb domicili al (datos personales ocultos), Vic",
		"clau:\n-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----\nfi": "clau:\n(clave privada oculta)\nfi",
		"el token ghp_abcdefghij0123456789\nABCDEFGHIJ012345 no va":                                   "el token " + token + " no va",
	} {
		if got := masked(g, text); got != want {
			t.Errorf("%q:\n%q, want\n%q", text, got, want)
		}
	}
}

// A print is the same for the same value, another for another kind or key, and holds
// nothing of the value.
func TestPrint(t *testing.T) {
	t.Parallel()
	g := newGuard(t, nil)
	one, two := g.Text("contrasenya: Abc123!"), g.Text("La contraseña es Abc123! ahora")
	if len(one) != 1 || len(two) != 1 || one[0].Print != two[0].Print || len(one[0].Print) != 16 {
		t.Fatalf("%v, %v", one, two)
	}
	if g.print(bridge.PrivateToken, "Abc123!") == one[0].Print {
		t.Error("the kind is not in the print")
	}
	other, err := New(Config{Key: []byte("the key of another one")})
	if err != nil {
		t.Fatal(err)
	}
	if other.Text("contrasenya: Abc123!")[0].Print == one[0].Print {
		t.Error("the key is not in the print")
	}
}

// Hits are in order, apart, and on the bounds of characters; and nothing is found in what
// was masked.
func TestMaskedOnce(t *testing.T) {
	t.Parallel()
	g := newGuard(t, nil)
	pieces := []string{
		"contrasenya", "contraseña: ", "és ", " = ", ": ", "\n", " | ", "||", "usuari", "/", "Abc123!", "patata", "{{", "}}", "*", "\"", "'", "pass=", "user:", "12345678Z", "4111 1111 1111 1111", "ES9121000418450200051332",
		"ghp_abcdefghij0123456789ABCDEFGHIJ012345", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "postgres://a:b1c2@h/x", "Server=h;Password=", ";", ",", "Nom: ", "Maria Puig ", "Data de naixement: ", "3/2/1980", "nascuda el ",
		"domicili al ", "carrer Major 5", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "MIIEpAIBAAKCAQEA7bq2Yp0uQ0m1x", "cGFzc3dvcmQ9U2VjcmV0MTIzNA==", "Cookie: ", "Authorization: Basic ", "PIN ", "1234", " ", "(contraseña oculta)", "(IBAN oculto)",
		"à", "\u00a0", "\x01", "%41%42", "curl -u ", "clau", " com a contrasenya", "x", "0",
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 14).Draw(t, "pieces"), "")
		checkHits(t, g, text)
	})
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func checkHits(t failer, g *Guard, text string) {
	t.Helper()
	hits := g.Text(text)
	end := 0
	for _, h := range hits {
		if h.Start < end || h.End <= h.Start || h.End > len(text) || len(h.Print) != 16 || !slices.Contains(bridge.Privates(), h.Kind) {
			t.Fatalf("%q: %v", text, hits)
		}
		end = h.End
	}
	once := masked(g, text)
	if again := g.Text(once); len(again) > 0 {
		t.Fatalf("%q, masked %q, again %q", text, once, masked(g, once))
	}
}

func FuzzText(f *testing.F) {
	for line := range strings.SplitSeq(honestLines, "\n") {
		f.Add(line)
	}
	for _, form := range passwordForms {
		f.Add(strings.NewReplacer("%u", "joan", "%s", "Abc123!").Replace(form))
	}
	f.Add("Nom: Maria Cognoms: Puig Soler Data de naixement: 3/2/1980 Adreça: C/ Major 3, Vic")
	f.Add("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq2Yp0uQ0m1x\n-----END")
	f.Add("cGFzc3dvcmQ9U2VjcmV0MTIzNA==\n%70%61%73%73%3D%41bc123")
	g := newGuard(f, nil)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4<<10 {
			return
		}
		checkHits(t, g, text)
	})
}

// A text is not cut where something stands.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	g := newGuard(t, nil)
	for _, at := range []int{chunk - 30, chunk - overlap - 10, chunk - 1, chunk, 2 * chunk} {
		text := strings.Repeat("línia de registre\n", 3*chunk/19)
		at = cutAt(text, at)
		text = text[:at] + "contrasenya: Abc123!\n" + text[at:]
		hits := g.Text(text)
		if len(hits) != 1 || text[hits[0].Start:hits[0].End] != "Abc123!" {
			t.Errorf("at %d: %v", at, hits)
		}
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	g := newGuard(t, nil)
	look := func(name, mime, text string) bridge.Inspection {
		t.Helper()
		got, err := g.File(context.Background(), name, mime, int64(len(text)), strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := look("a.log", "text/plain", "tot bé\n"); !got.Clean() {
		t.Errorf("an honest file: %v", got)
	}
	want := []bridge.Inside{{Kind: bridge.PrivatePassword, Line: 2}, {Kind: bridge.PrivateIdentity, Line: 4}}
	if diff := cmp.Diff(want, look("a.log", "text/plain", "hola\ncontrasenya: Abc123!\n\nDNI 12345678Z\n").Inside); diff != "" {
		t.Error(diff)
	}
	long := look("a.log", "text/plain", strings.Repeat("línia\n", 40_000)+"contrasenya: Abc123!\n"+strings.Repeat("línia\n", 40_000))
	if diff := cmp.Diff([]bridge.Inside{{Kind: bridge.PrivatePassword, Line: 40_001}}, long.Inside); diff != "" {
		t.Error(diff)
	}
	if n := len(look("a.log", "text/plain", strings.Repeat("contrasenya: Abc123!\n", 500)).Inside); n != maxInside {
		t.Errorf("%d places are told", n)
	}
	var zipped bytes.Buffer
	archive := zip.NewWriter(&zipped)
	if part, err := archive.Create("conf/app.yml"); err != nil {
		t.Fatal(err)
	} else if _, err := part.Write([]byte("user: app\npassword: s3cr3t!\n")); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]bridge.Inside{{Kind: bridge.PrivatePassword, Path: "conf/app.yml", Line: 2}}, look("a.zip", "application/zip", zipped.String()).Inside); diff != "" {
		t.Error(diff)
	}
	broken := errors.New("broken")
	if _, err := g.File(context.Background(), "a.log", "text/plain", 4, iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}
