package page

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html/atom"
)

// role is what an element is in the structure that mail programs give a mail.
type role int

const (
	noRole          role = iota
	quoteRole            // the quote of an earlier mail
	aroundRole           // holds an attribution and then a quote; below it people go on
	quoteWithIntro       // the quote of an earlier mail, its first line the attribution
	attributionRole      // says who wrote what is quoted
	signatureRole        // a signature
	forwardRole          // a mail that was passed on
	earlierRole          // begins an earlier mail
	dividerRole          // a ruler that follows begins one
)

// role writes an element by what it is to its mail program, and all it holds.
func (w *writer) role(e *element, c context, write func(*element, context)) {
	switch r := w.roleHere(e, c); r {
	case quoteRole, quoteWithIntro:
		if c.intro != nil {
			*c.intro = false
		}
		w.flush()
		c = c.quoted()
		if r == quoteWithIntro && c.mark == Quoted {
			w.quoteWithIntro(e, c, write)
			return
		}
	case aroundRole:
		intro := true
		c.intro = &intro
	case attributionRole:
		c = c.marking(Attribution)
	case signatureRole:
		c = c.marking(Signature)
	case forwardRole:
		if c.mark != Quoted {
			c.mark, c.intro = Forwarded, nil
		}
	case earlierRole:
		w.flush()
		w.earlier = w.earlier || c.mark == None || c.mark == Signature
	case dividerRole:
		w.flush()
		w.divider = c.mark == None
	}
	write(e, c)
}

// roleHere is what an element is where it stands: a quote may hold a mail that was passed
// on, and what is only set in may be a quote by the line above.
func (w *writer) roleHere(e *element, c context) role {
	r := roleOf(e)
	quotes := r == aroundRole || r == quoteRole || r == quoteWithIntro
	switch {
	case r == quoteRole && c.mark == None && w.inForward():
		return forwardRole
	case quotes && c.mark == None && (forwards(firstText(e, maxPhrase)) || r == quoteRole && forwards(w.last())):
		return forwardRole
	case r == noRole && e.atom == atom.Blockquote && isDated(w.last()) && isAttribution(w.last()):
		return quoteRole
	case r == aroundRole && e.atom == atom.Blockquote:
		return quoteRole
	case r == aroundRole && e.holds&aQuote == 0:
		return quoteWithIntro
	}
	return r
}

// quoted returns the context inside of a quote.
func (c context) quoted() context {
	c.quote++
	if c.mark != Forwarded {
		c.mark = Quoted
	}
	c.intro = nil
	return c
}

// marking returns the context inside of what is marked so, unless it is a part of an
// earlier mail anyway.
func (c context) marking(m Mark) context {
	if c.mark == None || c.mark == Attribution {
		c.mark = m
	}
	return c
}

// quoteWithIntro writes a quote whose first line, when it ends as such lines do, says
// who wrote it.
func (w *writer) quoteWithIntro(e *element, c context, write func(*element, context)) {
	first := len(w.rows)
	write(e, c)
	w.flush()
	for i := first; i < len(w.rows); i++ {
		r := &w.rows[i]
		if r.letters == 0 {
			continue
		}
		if isAttribution(r.Text) {
			r.Mark, r.Quote = Attribution, c.quote-1
		}
		return
	}
}

// roleOf tells the role by what the programs write.
func roleOf(e *element) role {
	for _, a := range e.attrs {
		r := noRole
		switch a.key {
		case "class":
			r = roleOfClasses(a.value)
		case "id":
			r = roleOfID(base(a.value))
		case "type":
			if strings.EqualFold(a.value, "cite") {
				r = quoteRole
			}
		case "cite":
			if e.atom == atom.Blockquote {
				r = quoteRole
			}
		case "name":
			r = roleOfName(a.value)
		case "data-marker":
			r = roleOfMarker(a.value)
		case "data-smartmail":
			if a.value == "gmail_signature" {
				r = signatureRole
			}
		case "data-signature":
			r = signatureRole
		case "data-o-mail-quote":
			r = quoteRole
		}
		if r != noRole {
			return r
		}
	}
	return roleOfShape(e)
}

// roleOfClasses knows the classes of Gmail, Apple Mail, Thunderbird, Yahoo, Proton,
// Tuta, Evolution, KMail, Zoho, Front, Missive, Freshdesk and Outlook on telephones.
func roleOfClasses(classes string) role {
	for class := range strings.FieldsSeq(classes) {
		class = strings.ToLower(base(strings.TrimPrefix(class, "gmail-")))
		switch class {
		case "gmail_quote_container", "gmail_quote", "protonmail_quote", "zmail_extra", "appleoriginalcontents", "applemailoriginalcontents", "cm_quote", "freshdesk_quote", "quote":
			return aroundRole
		case "gmail_attr", "gmail_quote_attribution", "moz-cite-prefix", "-x-evo-attribution":
			return attributionRole
		case "moz-signature", "gmail_signature", "gmail_signature_prefix", "applemailsignature", "protonmail_signature_block", "front-signature",
			"missive_signature", "zmail_signature_below", "-x-evo-signature", "-x-evo-signature-wrapper", "sh-signature", "signature":
			return signatureRole
		case "moz-forward-container":
			return forwardRole
		case "yahoo_quoted", "missive_quote", "tutanota_quote", "front-blockquote":
			return quoteWithIntro
		case "ms-outlook-mobile-reference-message":
			return earlierRole
		}
		switch {
		case strings.HasSuffix(class, "yahoo_quoted"):
			return quoteWithIntro
		case strings.HasPrefix(class, "ydp") && strings.HasSuffix(class, "signature"):
			return signatureRole
		case strings.HasPrefix(class, "quotelevel"):
			return quoteRole
		}
	}
	return noRole
}

// base takes off a name what programs put before it when they quote: x_, and Gmail's
// m_ with a number.
func base(name string) string {
	for strings.HasPrefix(name, "x_") {
		name = name[len("x_"):]
	}
	if rest, ok := strings.CutPrefix(name, "m_"); ok {
		if rest = strings.TrimLeft(rest, "-0123456789"); rest != name[len("m_"):] {
			return base(rest)
		}
	}
	return name
}

// roleOfID knows the ids of Outlook in all its shapes, Hotmail, Apple Mail, Yahoo, Zimbra,
// Roundcube, Zoho and Samsung.
func roleOfID(id string) role {
	switch id {
	case "divRplyFwdMsg", "mail-editor-reference-message-container", "OLK_SRC_BODY_SECTION":
		return earlierRole
	case "appendonsend":
		return dividerRole
	case "Signature", "OutlookSignature", "ms-outlook-mobile-signature", "AppleMailSignature", "Zm-_Id_-Sgn", "composer_signature":
		return signatureRole
	case "MAC_OUTLOOK_ATTRIBUTION_BLOCKQUOTE", "blockquote_zmail":
		return quoteRole
	case "zwchr", "stopSpelling":
		return earlierRole
	}
	switch {
	case strings.HasPrefix(id, "yahoo_quoted"):
		return quoteWithIntro
	case strings.HasSuffix(id, "reply-intro"):
		return attributionRole
	case strings.HasSuffix(id, "_rc_sig"):
		return signatureRole
	}
	return noRole
}

// roleOfName knows the names of Spark, GMX and Word.
func roleOfName(name string) role {
	switch name {
	case "messageReplySection":
		return aroundRole
	case "messageSignatureSection":
		return signatureRole
	case "quote":
		return quoteWithIntro
	}
	return noRole
}

// roleOfMarker knows the markers of Zimbra.
func roleOfMarker(marker string) role {
	switch marker {
	case "__DIVIDER__", "__HEADERS__":
		return earlierRole
	case "__QUOTED_TEXT__":
		return quoteRole
	case "__SIG_PRE__", "__SIG_POST__":
		return signatureRole
	}
	return noRole
}

// roleOfShape knows the elements without a name of their own: a quote by the line on its
// left, the header of an earlier mail by the line above it or by its grey, and Word's
// signature.
func roleOfShape(e *element) role {
	switch e.atom {
	case atom.Blockquote:
		if e.style.bar == yes {
			return quoteRole
		}
	case atom.Div, atom.P:
		if e.style.topLine == yes && isHeader(firstText(e, maxPhrase)) {
			return earlierRole
		}
	case atom.Font:
		if e.style.ink == "5f5f5f" && isHeader(firstText(e, maxPhrase)) {
			return earlierRole
		}
	case atom.Span, atom.A:
		switch bookmarkOf(e) {
		case "_MailAutoSig":
			return signatureRole
		case "_MailOriginal":
			if isHeader(firstText(e, maxPhrase)) {
				return earlierRole
			}
		}
	case 0:
		if e.name == "signature" {
			return signatureRole
		}
	}
	return noRole
}

// bookmarkOf returns the bookmark of Word that an element is in.
func bookmarkOf(e *element) string {
	if name := e.attr("name"); name != "" {
		return name
	}
	_, name, _ := strings.Cut(e.attr("style"), "mso-bookmark:")
	name, _, _ = strings.Cut(name, ";")
	return strings.TrimSpace(name)
}

// maxPhrase bounds how much of a text is looked at for what it begins with, in bytes.
const maxPhrase = 300

// firstText returns the text that an element begins with.
func firstText(e *element, limit int) string {
	var b strings.Builder
	left := 200
	var walk func(e *element)
	walk = func(e *element) {
		if left--; left < 0 || b.Len() > limit || e.style.gone {
			return
		}
		if e.atom == 0 && e.name == "" {
			b.WriteString(cut(e.text, limit))
		}
		if isBlock(e.atom) || e.atom == atom.Br {
			b.WriteByte(' ')
		}
		for _, child := range e.children {
			if left < 0 {
				return
			}
			walk(child)
		}
	}
	walk(e)
	return strings.TrimSpace(strings.Join(strings.Fields(visible(b.String())), " "))
}

// isHeader says whether a text begins as the header of a mail that is shown.
func isHeader(s string) bool {
	name, _, ok := strings.Cut(s, ":")
	return ok && slices.Contains([]string{"from", "de", "von", "da", "van", "from / de", "de / from", "expéditeur", "remitente", "remitent"}, strings.ToLower(strings.TrimSpace(name)))
}

// forwards says whether a text begins as a mail that was passed on.
func forwards(s string) bool {
	s = strings.ToLower(strings.Trim(s, "-_=> \u00a0"))
	for _, phrase := range []string{
		"forwarded message", "begin forwarded message", "original message forwarded", "mensaje reenviado", "inicio del mensaje reenviado",
		"missatge reenviat", "inici del missatge reenviat", "missatge reexpedit", "e-mail reenviado", "correo reenviado", "correu reenviat",
	} {
		if strings.HasPrefix(s, phrase) {
			return true
		}
	}
	return false
}

// last returns the last line with text among the last few.
func (w *writer) last() string {
	if w.now.letters > 0 && w.begun {
		return w.text.String()
	}
	for i := len(w.rows) - 1; i >= max(0, len(w.rows)-3); i-- {
		if w.rows[i].letters > 0 {
			return w.rows[i].Text
		}
	}
	return ""
}

// isDated says whether a line holds a figure, and where it holds an address, the hour. Of
// what is only set in nothing else says that it is a quote.
func isDated(s string) bool {
	hour := false
	for i := 1; i+2 < len(s); i++ {
		hour = hour || s[i] == ':' && isDigit(s[i-1]) && isDigit(s[i+1]) && isDigit(s[i+2])
	}
	return hour || !strings.ContainsRune(s, '@') && strings.ContainsFunc(s, unicode.IsDigit)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isAttribution says whether a line ends as those do that say who wrote what follows, and
// has a word of them or an address. The rest of it is for others to read.
func isAttribution(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) > maxPhrase || !strings.HasSuffix(s, ":") && !strings.HasSuffix(s, "----") {
		return false
	}
	for _, word := range []string{"escribi", "ha escrit", "va escriure", "wrote", "schrieb", "écrit", "@"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}
