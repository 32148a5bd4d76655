package guard

import (
	"regexp"
	"strings"

	"escalat/bridge"
)

var (
	ibanShape    = regexp.MustCompile(`(?i)^[A-Z]{2}[ -]?\d{2}(?:[ .-]?[0-9A-Z]){11,30}`)
	bankShape    = regexp.MustCompile(`^\d{4}[ -]?\d{4}[ -]?\d{2}[ -]?\d{10}`)
	bankTold     = regexp.MustCompile(`(?i)\b(?:ccc|compte|cuenta|c/c|bank|banc|banco|domiciliaci)`)
	socialShape  = regexp.MustCompile(`^\d{2}[ /.-]?\d{7,8}[ /.-]?\d{2}`)
	socialTold   = regexp.MustCompile(`(?i)(?:seg(?:uretat|uridad|\.)?[ .]*social|\bs\.?s\.?\b|\bn\.?u?s\.?s\.?\b|\bnaf\b|afiliaci|social[ -]security|núm\. ?ss)`)
	healthShape  = regexp.MustCompile(`(?i)^[A-ZÑÇ]{4}[ -]?[01][ -]?\d{6}[ -]?\d{2}[ -]?\d`)
	cardShape    = regexp.MustCompile(`^(?:\d{4} \d{4} \d{4} \d{4}(?: \d{3}\b)?|\d{4}\x{a0}\d{4}\x{a0}\d{4}\x{a0}\d{4}|\d{4}-\d{4}-\d{4}-\d{4}|\d{4}\.\d{4}\.\d{4}\.\d{4}|\d{4}[ -]\d{6}[ -]\d{4,5}|\d(?:[ \x{a0}.-]?\d){12,18})`)
	cardTold     = regexp.MustCompile(`(?i)(?:targeta|tarjeta|card|visa|mastercard|amex|pan\b|tpv|crèdit|crédito|d[eé]bit|pagament|pago)`)
	numberOfWhat = regexp.MustCompile(`(?i)(?:\b|_)(?:id|ids|uuid|guid|ref(?:er[eè]ncia|erencia|erence)?|tickets?|trace(?:id)?|span(?:id)?|request(?:id)?|seq(?:uence)?|serial|s/n|sn|imei|iccid|hash|comanda|pedido|order|expedient|expediente|registre|registro|time(?:stamp)?|epoch|ts|nonce|thread|session|offset|lsn|scn|xid|msgid|message-id|barcode|ean|tel|telèfon|teléfono|fax|num|wwn|wwpn|lun|asset)[ \t]*(?:[.:=#º"'-]|is|és|es)*[ \t"']*$`)
)

// ibanLengths are how long the numbers of a country's accounts are.
const ibanLengths = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30"

// accounts finds IBANs by their check digits, and accounts of Spanish banks.
func accounts(text string) []found {
	var all []found
	for at := 0; at+15 < len(text); at++ {
		if !isLetter(text[at]) || at > 0 && (isLetter(text[at-1]) || isDigit(text[at-1])) || !mayAccount(text[at:]) {
			continue
		}
		m := ibanShape.FindString(text[at:min(len(text), at+64)])
		if s := (span{at, at + iban(m)}); s.end > at && apart(text, s) {
			all = append(all, found{span: s, kind: bridge.PrivateAccount})
			at = s.end - 1
		}
	}
	for _, s := range shapesAt(text, bankShape, mayNumber) {
		value := text[s.start:s.end]
		if bank(bare(value)) && (value != bare(value) || bankTold.MatchString(near(text, s.start))) {
			all = append(all, found{span: s, kind: bridge.PrivateAccount})
		}
	}
	return all
}

// mayAccount reports whether a word begins as an IBAN may.
func mayAccount(word string) bool {
	return isLetter(word[1]) && (isDigit(word[2]) || !isLetter(word[2]) && isDigit(word[3]))
}

// mayHealth reports whether a word begins as a CIP may. Its letters may be of two bytes.
func mayHealth(word string) bool {
	return !isDigit(word[0]) && !isDigit(word[1]) && !isDigit(word[2]) && !isDigit(word[3]) && strings.ContainsAny(word[4:8], "01")
}

// iban is how much of a text is an IBAN from its beginning on; 0: nothing.
func iban(text string) int {
	if text == "" {
		return 0
	}
	country := strings.ToUpper(text[:2])
	n := -1
	for i := 0; i < len(ibanLengths); i += 4 {
		if ibanLengths[i:i+2] == country {
			n = number(ibanLengths[i+2 : i+4])
		}
	}
	end, digits := 0, make([]byte, 0, 40)
	for ; end < len(text) && len(digits) < n; end++ {
		if b := text[end]; isLetter(b) || isDigit(b) {
			digits = append(digits, lower(b))
		}
	}
	if n < 0 || len(digits) < n {
		return 0
	}
	rest := 0
	for _, b := range append(digits[4:n:n], digits[:4]...) {
		if isDigit(b) {
			rest = (rest*10 + int(b-'0')) % 97
		} else {
			rest = (rest*100 + int(b-'a') + 10) % 97
		}
	}
	if rest != 1 {
		return 0
	}
	return end
}

// bank reports whether the two check digits in the middle are those of bank and account.
func bank(digits string) bool {
	weights := []int{1, 2, 4, 8, 5, 10, 9, 7, 3, 6}
	check := func(digits string) int {
		sum := 0
		for i := range len(digits) {
			sum += weights[i] * int(digits[i]-'0')
		}
		if c := 11 - sum%11; c < 10 {
			return c
		} else if c == 10 {
			return 1
		}
		return 0
	}
	return !repeated(digits) && check("00"+digits[:8]) == int(digits[8]-'0') && check(digits[10:]) == int(digits[9]-'0')
}

// socials finds numbers of the Spanish social security: province, number, check digits.
func socials(text string) []found {
	var all []found
	for _, s := range shapesAt(text, socialShape, mayNumber) {
		value := text[s.start:s.end]
		digits := bare(value)
		if !social(digits) {
			continue
		}
		if socialTold.MatchString(near(text, s.start)) || separators(value) == 2 && value[2] != '.' && value[len(value)-3] == value[2] {
			all = append(all, found{span: s, kind: bridge.PrivateSocial})
		}
	}
	return all
}

func social(digits string) bool {
	province, inner, check := number(digits[:2]), digits[2:len(digits)-2], number(digits[len(digits)-2:])
	if province == 0 || province > 53 && province != 66 || repeated(inner) {
		return false
	}
	n := number(inner)
	if n < 10_000_000 {
		return (n+province*10_000_000)%97 == check
	}
	return (province*100_000_000+n)%97 == check
}

// separators counts what separates groups of digits.
func separators(value string) int { return len(value) - len(bare(value)) }

// healths finds CIPs of the Catalan health card: letters of the names, sex, birth date.
func healths(text string) []found {
	var all []found
	for _, s := range shapesAt(text, healthShape, mayHealth) {
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, text[s.start:s.end])
		month, day := number(digits[3:5]), number(digits[5:7])
		if month >= 1 && month <= 12 && day >= 1 && day <= 31 && consonants(text[s.start:]) {
			all = append(all, found{span: s, kind: bridge.PrivateHealth})
		}
	}
	return all
}

// consonants reports whether letters can be those of two surnames.
func consonants(letters string) bool {
	switch strings.ToUpper(letters[:4]) {
	case "DATA", "CODI", "TASK", "HOST", "NODE", "PROD", "TEST", "USER", "FILE", "HASH", "INCI", "TICK", "LOTE", "SERV", "RITM", "VERS":
		return false
	}
	return true
}

// cards finds numbers of payment cards by their issuers and check digit.
func cards(text string) []found {
	var all []found
	for _, s := range shapesAt(text, cardShape, mayNumber) {
		value := text[s.start:s.end]
		if !issued(bare(value)) || !luhn(bare(value)) {
			continue
		}
		told := cardTold.MatchString(text[runeAt(text, max(0, s.start-60)):s.start])
		if told || grouped(value) || separators(value) == 0 && len(value) >= 15 && len(value) <= 16 && !numberOfWhat.MatchString(before(text, s.start)) {
			all = append(all, found{span: s, kind: bridge.PrivateCard})
		}
	}
	return all
}

// grouped reports whether digits are in the groups in which cards show them.
func grouped(value string) bool { return cardGroups.MatchString(value) }

var cardGroups = regexp.MustCompile(`^(?:\d{4} \d{4} \d{4} \d{4}(?: \d{3})?|\d{4}\x{a0}\d{4}\x{a0}\d{4}\x{a0}\d{4}|\d{4}-\d{4}-\d{4}-\d{4}|\d{4}\.\d{4}\.\d{4}\.\d{4}|\d{4}[ -]\d{6}[ -]\d{4,5})$`)

// issued reports whether a number begins as those of an issuer, and is as long.
func issued(digits string) bool {
	one, two, three, four, n := number(digits[:1]), number(digits[:2]), number(digits[:3]), number(digits[:4]), len(digits)
	switch {
	case repeated(digits):
		return false
	case one == 4: // Visa
		return n == 13 || n == 16 || n == 19
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720: // Mastercard
		return n == 16
	case two == 34 || two == 37: // American Express
		return n == 15
	case two == 36 || two == 38 || two == 39 || three >= 300 && three <= 305: // Diners
		return n == 14
	case four == 6011 || two == 65 || three >= 644 && three <= 649 || two == 62: // Discover, UnionPay
		return n >= 16
	case four >= 3528 && four <= 3589: // JCB
		return n == 16
	case four == 5018 || four == 5020 || four == 5038 || four == 5893 || four == 6304 || four == 6759 || four >= 6761 && four <= 6763: // Maestro
		return n >= 15
	}
	return false
}

func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
