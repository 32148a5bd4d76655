package guard

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"escalat/bridge"
)

// sample is a text with something private in it.
type sample struct {
	text  string
	value string // what may not be left
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func chars(r *rand.Rand, n int, of string) string {
	var out strings.Builder
	for range n {
		out.WriteByte(of[r.IntN(len(of))])
	}
	return out.String()
}

const (
	digits   = "0123456789"
	capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	smalls   = "abcdefghijklmnopqrstuvwxyz"
	letterly = capitals + smalls
	alnum    = letterly + digits
)

// secretWord is a password as people choose them, or as a program makes them.
func secretWord(r *rand.Rand) string {
	word := pick(r, "Primavera", "tardor", "Girona", "patata", "Ajuntament", "Hivern", "muntanya", "Soporte", "estiu")
	switch r.IntN(6) {
	case 0:
		return word + chars(r, 2+r.IntN(3), digits) + pick(r, "!", "#", "$", "*", "")
	case 1:
		return chars(r, 1, letterly) + chars(r, 7+r.IntN(8), alnum) + chars(r, 1, digits) + chars(r, 1, letterly)
	case 2:
		return word + pick(r, ".", "-", "_", "@", "#") + chars(r, 3+r.IntN(3), digits)
	case 3:
		return chars(r, 2, capitals) + chars(r, 4, smalls) + pick(r, "%", "&", "+", "=", "@", "!") + chars(r, 3, digits) + chars(r, 2, smalls)
	case 4:
		return strings.ToUpper(word[:1]) + word[1:] + pick(r, "De", "I", "Amb") + pick(r, "Llop", "Sol", "Neu") + chars(r, 2, digits)
	}
	return chars(r, 3, smalls) + chars(r, 3, digits) + chars(r, 3, capitals)
}

func account_(r *rand.Rand) string {
	return pick(r, "joan", "mpuig", "admin", "root", "svc_app", "anna.soler", "backup", "oracle")
}

var passwordForms = []string{
	"La contrasenya és %s", "la contraseña es %s", "the password is %s", "Contrasenya: %s", "contraseña: %s", "Password: %s", "CONTRASEÑA: %s", "*Contrasenya:* {{%s}}", "*Password*: %s",
	"usuari %u i contrasenya %s", "Entreu-hi amb l'usuari %u i la contrasenya %s", "usuario: %u contraseña: %s", "usuari/clau: %u/%s", "usuari / contrasenya: %u / %s", "user:%u pass:%s", "user=%u pass=%s",
	"clau d'accés: %s", "Clave de acceso: %s", "la clau d’accés és %s", "pwd: %s", "pass=%s", "DB_PASSWORD=%s", "export PGPASSWORD=%s", "spring.datasource.password=%s", "  password: %s", `"password": "%s",`, "password='%s'",
	"<password>%s</password>", `<property name="connection.password" value="%s"/>`, "curl -u %u:%s https://api.example.cat/v1", "https://%u:%s@intranet.example.cat/x", "sshpass -p %s ssh %u@10.1.2.3", "sshpass -p '%s' scp a b", "mysql -h db1 -u %u -p%s app",
	"mysqldump --user=%u --password=%s app", "|usuari|%u|\n|contrasenya|%s|", "||usuari||contrasenya||servidor||\n|%u|%s|srv-01|", "La contrasenya és:\n\n%s", "Contraseña:\n%s", "Contrasenya temporal: %s", "la nova contrasenya és %s", "contrasenya del wifi: %s",
	"Contrasenya de l'usuari %u: %s", "La contraseña del usuario %u es %s", "Hem posat %s com a contrasenya", "user;password\n%u;%s", "Credencials: %u / %s", "net use X: \\\\srv\\dades /user:EXEMPLE\\%u %s", "ALTER USER %u IDENTIFIED BY '%s'", "https://example.cat/login?user=%u&password=%s&lang=ca",
	"contrasenya → %s", "Contrasenya - %s", "la contrasenya que em vau donar (%s) no funciona", "Contrasenya\n%s", "usr: %u / psw: %s", "ansible_ssh_pass: %s", "Nova contrasenya %s", "xfreerdp /u:%u /p:%s /v:10.1.1.1", "PSK: %s", "Password = %s", `{"user":"%u","password":"%s"}`, "--password %s", "La passwd és %s", "Password for %u: %s",
}

func passwordSample(r *rand.Rand) sample {
	value := secretWord(r)
	form := pick(r, passwordForms...)
	if strings.Contains(form, "&password") || strings.Contains(form, "://") {
		value = strings.NewReplacer("&", "", "#", "", "@", "", "%", "").Replace(value)
	}
	text := strings.ReplaceAll(form, "%u", account_(r))
	return sample{strings.ReplaceAll(text, "%s", value), value}
}

func keySample(r *rand.Rand) sample {
	sort := pick(r, "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "", "DSA ")
	var lines []string
	for range 4 + r.IntN(20) {
		lines = append(lines, chars(r, 64, alnum+"+/"))
	}
	lines = append(lines, chars(r, 20+r.IntN(40), alnum)+pick(r, "", "=", "=="))
	begin, end := "-----BEGIN "+sort+"PRIVATE KEY-----", "-----END "+sort+"PRIVATE KEY-----"
	body := lines[len(lines)/2]
	switch r.IntN(6) {
	case 0: // cut
		return sample{begin + "\n" + strings.Join(lines[:len(lines)/2+1], "\n"), body}
	case 1: // one line
		return sample{begin + " " + strings.Join(lines, " ") + " " + end, body}
	case 2: // of JSON
		return sample{`{"type": "service_account", "private_key": "` + begin + `\n` + strings.Join(lines, `\n`) + `\n` + end + `\n"}`, body}
	case 3:
		return sample{"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n" + strings.Join(lines, "\n") + "\n=" + chars(r, 4, alnum) + "\n-----END PGP PRIVATE KEY BLOCK-----", body}
	case 4:
		return sample{"PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: rsa-key\nPublic-Lines: 1\n" + lines[0] + "\nPrivate-Lines: " + fmt.Sprint(len(lines)-1) + "\n" + strings.Join(lines[1:], "\n") + "\nPrivate-MAC: " + chars(r, 40, "0123456789abcdef"), body}
	}
	return sample{begin + "\n" + strings.Join(lines, "\n") + "\n" + end, body}
}

func jwt(r *rand.Rand) string {
	part := func(v any) string {
		raw, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	return part(map[string]string{"alg": "HS256", "typ": "JWT"}) + "." + part(map[string]string{"sub": chars(r, 10, digits), "name": "Anna Exemple"}) + "." + chars(r, 43, alnum+"-_")
}

func tokenSample(r *rand.Rand) sample {
	hex := func(n int) string { return chars(r, n, "0123456789abcdef") }
	value := ""
	form := "%s"
	switch r.IntN(14) {
	case 0:
		value = "ghp_" + chars(r, 36, alnum)
	case 1:
		value = "AKIA" + chars(r, 16, capitals[:26]+"234567")
	case 2:
		value = "glpat-" + chars(r, 20, alnum)
	case 3:
		value = "xoxb-" + chars(r, 12, digits) + "-" + chars(r, 12, digits) + "-" + chars(r, 24, alnum)
	case 4:
		value = jwt(r)
	case 5:
		value, form = chars(r, 32, alnum), "Authorization: Bearer %s"
	case 6:
		value, form = hex(32), pick(r, "JSESSIONID=%s", "Set-Cookie: JSESSIONID=%s; Path=/; HttpOnly", "Cookie: lang=ca; PHPSESSID=%s", "GET /x;jsessionid=%s HTTP/1.1")
	case 7:
		value, form = base64.StdEncoding.EncodeToString([]byte(account_(r)+":"+secretWord(r))), pick(r, "Authorization: Basic %s", "authorization: Basic %s", `curl -H "Authorization: Basic %s" https://example.cat`)
	case 8:
		value, form = hex(40), pick(r, "api_key=%s", `"apiKey": "%s"`, "X-Api-Key: %s", "token: %s", "client_secret=%s", "El token és: %s")
	case 9:
		value, form = hex(8)+"-"+hex(4)+"-4"+hex(3)+"-a"+hex(3)+"-"+hex(12), pick(r, "access_token=%s", "token=%s", "client_secret: %s", "GET /callback?token=%s&lang=ca")
	case 10:
		value = "sk_live_" + chars(r, 24, alnum)
	case 11:
		value = "AIza" + chars(r, 35, alnum)
	case 12:
		value, form = chars(r, 40, alnum+"+/"), "aws_secret_access_key = %s"
	case 13:
		value = "npm_" + chars(r, 36, smalls+digits)
	}
	return sample{strings.ReplaceAll(form, "%s", value), value}
}

func connectionSample(r *rand.Rand) sample {
	value := strings.NewReplacer("&", "x", "#", "x", "@", "x", "%", "x", "=", "x").Replace(secretWord(r))
	form := pick(r,
		"postgres://app:%s@db1.example.cat:5432/app", "postgresql://app:%s@10.0.0.4/app?sslmode=require", "mysql://root:%s@db/app", "mongodb+srv://app:%s@cluster0.example.net/db?retryWrites=true", "redis://:%s@cache:6379/0", "amqp://svc:%s@mq:5672/vhost",
		"jdbc:sqlserver://db:1433;databaseName=app;user=sa;password=%s;encrypt=true", "jdbc:mysql://db:3306/app?user=app&password=%s", "jdbc:oracle:thin:app/%s@//db:1521/ORCL", "jdbc:postgresql://db/app?user=app&password=%s&ssl=true",
		"Server=db1;Database=app;User Id=sa;Password=%s;", "Driver={ODBC Driver 17 for SQL Server};Server=db,1433;Database=app;Uid=app;Pwd=%s;", "Data Source=db;Initial Catalog=app;Persist Security Info=True;User ID=sa;Password=%s", `connectionString="Server=db1;Database=app;Uid=app;Pwd=%s"`,
		"host=db port=5432 dbname=app user=app password=%s", "DSN=exemple;UID=app;PWD=%s")
	return sample{strings.ReplaceAll(form, "%s", value), value}
}

func dni(r *rand.Rand) string {
	n := 10_000_000 + r.IntN(89_000_000)
	letter := string(letters[n%23])
	number := fmt.Sprintf("%08d", n)
	dotted := number[:2] + "." + number[2:5] + "." + number[5:]
	nie := fmt.Sprintf("%07d", r.IntN(9_999_999))
	first := r.IntN(3)
	of := remainder(fmt.Sprint(first)+nie, 23)
	foreign := string("XYZ"[first])
	return pick(r, number+letter, number+"-"+letter, dotted+"-"+letter, dotted+letter, strings.ToLower(number+"-"+letter), foreign+nie+string(letters[of%23]), foreign+"-"+nie+"-"+string(letters[of%23]))
}

func identitySample(r *rand.Rand) sample {
	value := dni(r)
	return sample{strings.ReplaceAll(pick(r, "DNI: %s", "DNI %s", "El ciutadà amb DNI %s no pot entrar", "NIF=%s", "l'interessat %s ha trucat", "dni=%s&pas=2", "Error amb %s a la signatura", "NIE/DNI: %s", "|%s|pendent|", "(%s)", "/api/persones/%s/expedients", "<nif>%s</nif>", `"nif":"%s"`), "%s", value), value}
}

func ibanOf(r *rand.Rand) string {
	country := pick(r, "ES24", "DE22", "FR27", "IT27", "PT25", "GB22", "NL18", "AD24")
	n := number(country[2:])
	body := chars(r, n-4, digits)
	if country[:2] == "GB" || country[:2] == "NL" {
		body = chars(r, 4, capitals) + body[4:]
	}
	for check := 2; check <= 98; check++ {
		if text := fmt.Sprintf("%s%02d%s", country[:2], check, body); iban(text) > 0 {
			if r.IntN(2) == 0 {
				return text
			}
			var groups []string
			for i := 0; i < len(text); i += 4 {
				groups = append(groups, text[i:min(len(text), i+4)])
			}
			return strings.Join(groups, pick(r, " ", "-"))
		}
	}
	return ""
}

func accountSample(r *rand.Rand) sample {
	value := ibanOf(r)
	return sample{strings.ReplaceAll(pick(r, "IBAN: %s", "compte %s", "Cobrament al %s rebutjat", "iban=%s;", "<IBAN>%s</IBAN>", "El rebut del compte %s no surt.", `"iban": "%s"`), "%s", value), value}
}

func socialSample(r *rand.Rand) sample {
	province, n := 1+r.IntN(53), r.IntN(99_999_999)
	check := (province*100_000_000 + n) % 97
	if n < 10_000_000 {
		check = (n + province*10_000_000) % 97
	}
	if r.IntN(2) == 0 {
		value := fmt.Sprintf("%02d/%08d/%02d", province, n, check)
		return sample{pick(r, "", "NSS: ", "afiliat ") + value, value}
	}
	value := fmt.Sprintf(pick(r, "%02d%08d%02d", "%02d %08d %02d", "%02d-%08d-%02d"), province, n, check)
	return sample{pick(r, "Núm. Seguretat Social: ", "Seguridad Social ", "NSS ", "NAF: ", "número d'afiliació ") + value, value}
}

func cardSample(r *rand.Rand) sample {
	prefix := pick(r, "4", "51", "55", "2221", "37", "6011")
	n := 16
	if prefix == "37" {
		n = 15
	}
	body := prefix + chars(r, n-1-len(prefix), digits)
	for d := range 10 {
		if value := body + fmt.Sprint(d); luhn(value) {
			if n == 16 && r.IntN(2) == 0 {
				sep := pick(r, " ", "-")
				value = value[:4] + sep + value[4:8] + sep + value[8:12] + sep + value[12:]
			} else if n == 15 && r.IntN(2) == 0 {
				value = value[:4] + " " + value[4:10] + " " + value[10:]
			}
			return sample{strings.ReplaceAll(pick(r, "targeta %s", "Tarjeta: %s", "ha pagat amb la %s i surt error", "card=%s", "PAN %s", "|%s|12/28|"), "%s", value), value}
		}
	}
	return sample{}
}

func healthSample(r *rand.Rand) sample {
	first := chars(r, 4, "BCDFGLMNPRSTV")
	digits := fmt.Sprintf("%d%02d%02d%02d%03d", r.IntN(2), r.IntN(100), 1+r.IntN(12), 1+r.IntN(28), r.IntN(1000))
	value := pick(r, first+digits, first+" "+digits, first+"-"+digits, strings.ToLower(first)+digits, first+" "+digits[:1]+" "+digits[1:7]+" "+digits[7:9]+" "+digits[9:])
	return sample{strings.ReplaceAll(pick(r, "CIP: %s", "el pacient amb CIP %s", "TSI %s", "cip=%s", "%s no surt al llistat"), "%s", value), value}
}

func personName(r *rand.Rand) (string, string) {
	return pick(r, "Maria", "Joan", "Anna", "Jordi", "Núria", "José Luis", "Montserrat"), pick(r, "Puig", "Soler", "García", "Vila", "Exemple", "Martí") + " " + pick(r, "Roca", "Serra", "López", "Font", "Mas")
}

func personSample(r *rand.Rand) sample {
	name, surname := personName(r)
	born := pick(r, fmt.Sprintf("%02d/%02d/%d", 1+r.IntN(28), 1+r.IntN(12), 1930+r.IntN(80)), fmt.Sprintf("%d-%02d-%02d", 1930+r.IntN(80), 1+r.IntN(12), 1+r.IntN(28)), fmt.Sprintf("%d de %s de %d", 1+r.IntN(28), pick(r, "març", "maig", "juny", "enero", "julio"), 1930+r.IntN(80)))
	home := pick(r, "carrer Major", "C/ de la Font", "Plaça Nova", "Avinguda Catalunya") + fmt.Sprintf(", %d", 1+r.IntN(200))
	plain := fmt.Sprintf("%02d/%02d/%d", 1+r.IntN(28), 1+r.IntN(12), 1930+r.IntN(80))
	switch r.IntN(7) {
	case 0:
		return sample{"Nom: " + name + " Cognoms: " + surname + " Data de naixement: " + born + " Adreça: " + home, surname}
	case 1:
		return sample{"Nom i cognoms: " + name + " " + surname + "\nData naixement: " + born + "\nDomicili: " + home, surname}
	case 2:
		return sample{name + " " + surname + ", " + pick(r, "nascuda el ", "nascut el ", "nacida el ", "nacido el ") + born + ", amb domicili al " + home, surname}
	case 3:
		return sample{dni(r) + ";" + surname + ";" + name + ";" + plain + ";" + home, surname}
	case 4:
		return sample{"Nombre: " + name + "\nApellidos: " + surname + "\nFecha de nacimiento: " + born, surname}
	case 5:
		return sample{"||Nom||Cognoms||Data naixement||\n|" + name + "|" + surname + "|" + plain + "|", surname}
	}
	return sample{"nom;cognoms;data de naixement;adreça\n" + name + ";" + surname + ";" + plain + ";" + home, surname}
}

// makers makes samples of every kind.
func makers() map[bridge.Private]func(*rand.Rand) sample {
	return map[bridge.Private]func(*rand.Rand) sample{
		bridge.PrivatePassword: passwordSample, bridge.PrivateKey: keySample, bridge.PrivateToken: tokenSample, bridge.PrivateConnection: connectionSample, bridge.PrivateIdentity: identitySample,
		bridge.PrivateAccount: accountSample, bridge.PrivateSocial: socialSample, bridge.PrivateCard: cardSample, bridge.PrivateHealth: healthSample, bridge.PrivatePerson: personSample,
	}
}

// encode is a sample as base64, the whole of which may not be left.
func encode(encoding *base64.Encoding, s sample) sample {
	blob := encoding.EncodeToString([]byte(s.text))
	return sample{blob, blob}
}

func fold(text string, width int, by string) string {
	var lines []string
	for len(text) > width {
		lines, text = append(lines, text[:width]), text[width:]
	}
	return strings.Join(append(lines, text), by)
}

// places puts a sample where it may stand.
func places() map[string]func(*rand.Rand, sample) sample {
	around := func(before, after string) func(*rand.Rand, sample) sample {
		return func(_ *rand.Rand, s sample) sample { return sample{before + s.text + after, s.value} }
	}
	lines := func(prefix string) func(*rand.Rand, sample) sample {
		return func(_ *rand.Rand, s sample) sample {
			return sample{"Hola:\n" + prefix + strings.ReplaceAll(s.text, "\n", "\n"+prefix), s.value}
		}
	}
	return map[string]func(*rand.Rand, sample) sample{
		"field": around("", ""), "comment": around("Bon dia,\n\nAdjuntem el que demaneu.\n", "\n\nGràcies,\nAnna"), "end of a sentence": around("Ho hem provat amb això: ", "."), "in brackets": around("No funciona (", ")"),
		"preformatted": around("El registre diu:\n{noformat}\n", "\n{noformat}\nI res més."), "code": around("{code:java}\n", "\n{code}"), "bullet": around("* ", "\n* una altra cosa"), "colour": around("{color:red}", "{color}"),
		"log":   around("2026-03-02T10:11:12,345 ERROR [http-nio-8080-exec-4] cat.example.Servei - ", "\n\tat cat.example.Servei.crida(Servei.java:42)"),
		"lines": around("Aplicació afectada: Portal\nComportament anòmal: no hi entra\n", "\nImpacte: tots els usuaris"), "windows": func(_ *rand.Rand, s sample) sample {
			return sample{"Hola,\r\n" + strings.ReplaceAll(s.text, "\n", "\r\n") + "\r\nGràcies", strings.ReplaceAll(s.value, "\n", "\r\n")}
		},
		"quoted": lines("> "), "indented": lines("    "),
		"base64": func(_ *rand.Rand, s sample) sample {
			b := encode(base64.StdEncoding, s)
			return sample{"Trobareu les dades a " + b.text + " codificades", b.value}
		},
		"base64 of addresses": func(_ *rand.Rand, s sample) sample {
			b := encode(base64.RawURLEncoding, s)
			return sample{"state=" + b.text, b.value}
		},
		"base64 twice": func(_ *rand.Rand, s sample) sample { return encode(base64.StdEncoding, encode(base64.StdEncoding, s)) },
		"folded": func(r *rand.Rand, s sample) sample {
			b := encode(base64.StdEncoding, sample{text: "Dades de la connexió de prova: " + s.text})
			text := fold(b.text, pick(r, 64, 76), pick(r, "\n", "\r\n"))
			return sample{"Content-Transfer-Encoding: base64\n\n" + text + "\n", text}
		},
	}
}
