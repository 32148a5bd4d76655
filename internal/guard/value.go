package guard

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	// What stands where a value would, or beside a word that values follow, and is none.
	shapes = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
		`\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\d{1,5})?`,                                                             // IPv4
		`\[?[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}(?:%\w+)?\]?(?:/\d{1,3}|:\d+)?`,                               // IPv6
		`[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}`,                                                                   // MAC
		`\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?:[t_ ]?\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:[.,]\d+)?(?:z|[+-]\d+)?)?`, // date
		`\d{1,2}[:h]\d{2}(?::\d{2})?(?:[.,]\d+)?h?`,                                                           // time
		`\d{8}t\d{4,6}z?`,
		`v?\d+(?:\.\d+){1,4}(?:[-_+]?(?:rc|beta|alpha|snapshot|b|build|release|final|ga|p|sp|el|deb)[\w.-]*)?`, // version
		`(?:https?|ftps?|sftp|ssh|ldaps?|file|git|mailto|tel|jar|classpath|urn):[^@]*`,                         // address
		`[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}`,                                                              // mail
		`(?-i:[A-Z][A-Z0-9]{1,9})-\d{1,7}`,                                                                     // ticket, as in ABC-123
		`(?:~|\.{1,2})?/[\w.@+-]+(?:/[\w.@+%-]*)*`, `[a-z]:\\.*`, `\\\\[\w.-]+\\.*`,                            // path
		`0x[0-9a-f]+`, `[45]\d\d`, `\d+(?:[.,]\d+)?(?:ms|s|min|h|kb|mb|gb|%|€|x|px|dies|dias|días|days)`,
		`[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cat|es|net|org|local|lan|gov|eu|int|corp|internal|info|io)(?::\d+)?(?:/\S*)?`, // host
		`(?:[a-z_]\w*\.)+[a-z_]\w*(?:exception|error|service|impl|java|class|py|js|php|yml|yaml|xml|json|properties|conf|log|txt|pdf|png|jpe?g|docx?|xlsx?)(?::\d+)?`,
		`[\w.-]+\.(?:java|class|py|js|ts|php|ya?ml|xml|json|properties|conf|cfg|ini|log|txt|csv|pdf|png|jpe?g|docx?|xlsx?|zip|gz|jar|war|sh|sql|html?|pem|crt|cer|p12|pfx|jks|key|exe|dll|so|db|bak|tmp)(?::\d+)?`,
		`(?:ora|sql|tns|err|http|kb|cve|rfc|aadsts|event|id|err_)[-_ ]?\d[\w-]*:?`, // codes of errors
		`(?:os|process|self|this|config|settings|env|request|req|args|props|params|options|system|environ)\.[\w.\[\]"'()]+`,
		`[a-z_][\w.]*\(.*\);?`, // a call
	}, "|") + `)$`)

	digest = regexp.MustCompile(`(?i)^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:sha\d+|md5):[0-9a-f]+|[0-9a-f]{7,128}|[\d.,:/_+-]+)$`)
	// A name of a thing: words, and perhaps a number.
	named = regexp.MustCompile(`^[a-z]+(?:[-_./:][a-z]+)*(?:[-_.]?v?\d{1,3})?$`)
	// A path of words and numbers.
	segments = regexp.MustCompile(`^/?(?:[A-Za-z][a-z_-]*|\d+)(?:[/.=_-](?:[A-Za-z][a-z_-]*|[A-Z]+|\d+)?)+$`)
	// What a person puts where a value shall be put, and what programs refer to one with.
	placeholder = regexp.MustCompile(`(?i)^(?:[*xX.•·_#?¿…\-]+|<[^>]*>?|\[[^\]]*\]?|\$\w+|\$\{.*|\$\(.*|%\w+%|%[a-z]|\{\{.*|\{\w*\}|@\w+@|&lt;.*|\(\w.*|!\w+$|:\w+|\\[nrt]|ENC\(.*|v?ault:.*|!vault.*|arn:.*|\{\w+\}?\S*)$`)
	// Names of products that look like passwords.
	product = regexp.MustCompile(`(?i)^(?:office|o|windows|win|oauth|saml|postgresql|javascript|iphone|server|sql|iis|tomcat|java|php|python|rhel|centos|ubuntu|debian|exchange|outlook|chrome|firefox|edge|wpa|ipv|sap|s/4hana|version|versio|tls|ssl|sha|md|base|utf|ldapv|smbv|snmpv|http|ntlmv|level|nivell|nivel|node|nodo|srv|pc|vm|vlan|host|dc|esx|db|bd|bbdd|app|web|oracle|postgres|mysql|mariadb|user|usuari|usuario|fase|any|año|planta|sala|linia|linea|error|codi|codigo|code|id|num|article)[-_ ]?v?\d[\d.]{0,4}$`)
)

// harmless reports whether a text is of a shape that no secret has: it is of no use to who
// reads it, or nobody chose it as a secret.
func harmless(value string) bool {
	return shapes.MatchString(value) || digest.MatchString(value) || segments.MatchString(value) || named.MatchString(strings.ToLower(value))
}

// blank reports whether a text stands for a value that is not told.
func blank(value string) bool {
	return placeholder.MatchString(value) || repeated(value) && !allDigits(value)
}

// repeated reports whether a text is one character again and again.
func repeated(value string) bool {
	first, _ := utf8.DecodeRuneInString(value)
	return strings.Trim(value, string(first)) == ""
}

func allDigits(value string) bool {
	return value != "" && strings.IndexFunc(value, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// made counts what a text is made of.
type made struct {
	lower, upper, digits, symbols int
	inner                         bool // a capital after a small letter
}

func madeOf(value string) made {
	var m made
	before := ' '
	for _, r := range value {
		switch {
		case unicode.IsUpper(r):
			m.upper++
			m.inner = m.inner || unicode.IsLower(before)
		case unicode.IsLetter(r) || unicode.IsMark(r):
			m.lower++
		case unicode.IsDigit(r):
			m.digits++
		case r != '\'' && r != '’' && r != '-' && r != '·':
			m.symbols++
		}
		before = r
	}
	return m
}

// chosen reports whether a text looks as if it were made to be secret, not to be read.
func chosen(value string) bool {
	if utf8.RuneCountInString(value) < 4 || blank(value) || shapes.MatchString(value) {
		return false
	}
	m := madeOf(value)
	letters := m.lower + m.upper
	inner := strings.TrimRight(value, ".,;:!?)")
	return letters > 0 && (m.digits > 0 || m.inner || strings.ContainsFunc(inner, isSign))
}

// isSign reports whether a character is one that words and their punctuation do not have.
func isSign(r rune) bool { return strings.ContainsRune(`!#$%&*+=?@^~_<>|\`, r) }

// surely reports whether a text looks so much like a password that no separator is needed.
func surely(value string) bool {
	if !chosen(value) || digest.MatchString(value) || product.MatchString(value) || named.MatchString(value) && !mixedEnd(value) {
		return false
	}
	m := madeOf(value)
	letters := m.lower + m.upper
	return utf8.RuneCountInString(value) >= 6 && letters > 1 && (m.digits > 1 || m.digits > 0 && (m.symbols > 0 || m.inner && len(value) >= 8)) && !strings.ContainsAny(value, "()[]{}<>|/\\:") && !assignment.MatchString(value)
}

var assignment = regexp.MustCompile(`^[a-z_.]{2,}=`)

// mixedEnd reports whether a text is a word with a number of some length.
func mixedEnd(value string) bool {
	return len(value)-len(strings.TrimRight(value, "0123456789")) >= 2 && !strings.ContainsAny(value, "-_.")
}

// talk are the words that stand after “password” where people talk about one.
var talk = regexp.MustCompile(`(?i)^(?:(?:in)?(?:correct[aeos]*|v[aàá]lid[ao]?s?)|err[oòó]ni[ae]s?|err[oó]ne[ao]s?|wrong|bad|caducad?[aot]s?|expir\w+|bloque\w+|blocked|locked|pend(?:ent|iente|ing)s?|oblid\w+|olvid\w+|forgotten|canvi\w*|cambi\w+|chang(?:e|ed|ing)|renov\w+|nov[ae]?s?|nuev[ao]s?|new|l[aeio]s?|els?|the|an?|un[ao]?s?|no|s[ií]|yes|y|n|ok|ko|on|off|errors?|fail\w*|fall[ao]\w*|buid[ae]s?|buit|vac[ií][ao]s?|empty|blank|none|null|nil|undefined|true|false|required|obligat\w+|obligad\w+|opcional\w*|optional|descone\w+|descono\w+|unknown|feble\w*|d[eé]bil\w*|weak|fort[ae]?s?|fuertes?|strong|segur[ao]s?|secure|enviad[aeo]s?|sent|rebud[ae]s?|recibid\w+|ocult[ao]s?|hidden|masked|redacted|censurad\w+|secret[ao]?s?|privad[ao]s?|privat|confidencial|veure|ver|v[eé]ase|see|com|c[oó]mo|as|per|para|for|from|amb|con|with|sense|sin|without|qu[eèé]|del?|d|els|mateix\w*|mism[ao]s?|same|habituals?|usual|sempre|siempre|anterior\w*|actuals?|current|temporals?|tempor(?:al|ary)|provision\w+|gen[eèé]ric\w*|default|defecte|defecto|antig\w+|old|llarg\w*|larg[ao]s?|long|curt[ae]?s?|cort[ao]s?|short|cal|hay|hi|ha|han|he|hem|s'\w+|se|[eé]s|is|are|was|en|in|on|at|to|of|al?s?|ni|o|or|and|i|e|gr[aà]cies|gracias|thanks|thank|hola|hello|bon\w*|buen\w*|salutacions|saludos|salut|regards|atentament\w*|cordialment\w*|rest\w+|reset\w*|cal|cal[dr]r?ia|usuaris?|usuarios?|users?|username|login|logon|sistema\w*|servidor\w*|server|aplicaci\w+|correus?|correos?|e?-?mail|tel[eèé]fono?|phone|sms|whatsapp|teams|trucada|llamada|personals?|compartid\w+|individual\w*|keepass|lastpass|bitwarden|vault|gestor|policy|pol[ií]tica|prompt|field|camps?|campos?|text|string|varchar|hash|md5|sha\w*|bcrypt|plain|xifrad\w+|cifrad\w+|encrypted|using|not|don'?t|does|cannot|can|must|should|has|have|authentication|autenticaci\w+|auth|ldap|ad|sso|saml|oauth|kerberos|vpn|wifi|admin(?:istra)?dor\w*|m[ií]nim\w*|m[aà]xim\w*|m[aá]xim\w*|min|max|length|longitud|car[aà]cters|caracteres|d[ií]gits|d[ií]gitos|disponible|available|denied|denegad\w+|refus\w+|rebutjad\w+|rechazad\w+|acceptad\w+|aceptad\w+|accepted|interactive|publickey|keyboard|publica|p[uú]blic\w*|id|n/?a|nd|ns|tbd|todo|pwd|pass|passwd|password|contrase\S+|clau|clave|aqu[ií]|here|m[eé]s|m[aá]s|more|test\s|info|warn|warning|debug|trace|fatal|intents?|intentos?|attempts?|\pL+(?:ad[aeo]s?|id[aeo]s?|ud[aeo]s?|[ai]ble?s?|ci[oó]n?s?|ments?|mente|tion|ing|ed))$`)

// talked reports whether a word belongs to talk about a password.
func talked(word string) bool {
	return !strings.ContainsAny(word, "0123456789") && talk.MatchString(strings.Trim(word, `.,;:!?()"'*_`))
}
