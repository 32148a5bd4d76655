package page

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
	"golang.org/x/net/idna"
)

// maxTarget bounds the address of a link, in bytes.
const maxTarget = 2000

// anchor writes a link: its text, and where it goes when it may.
func (w *writer) anchor(e *element, c context) {
	target := e.attr("originalsrc") // Outlook keeps there what it replaced
	if target == "" || targetOf(target) == "" {
		target = e.attr("href")
	}
	if to := targetOf(target); to != "" {
		c.target = to
	}
	if e.style.block == yes {
		w.role(e, c, w.blockElement)
		return
	}
	w.role(e, c, w.children)
}

// targetOf returns where a link may go, or nothing.
func targetOf(href string) string {
	href = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.TrimSpace(href))
	if strings.HasPrefix(href, "//") {
		href = "https:" + href
	}
	scheme, rest, ok := strings.Cut(href, ":")
	if !ok || len(href) > maxTarget {
		return ""
	}
	switch strings.ToLower(scheme) {
	case "http", "https":
		return webAddress(href)
	case "mailto":
		address, _, _ := strings.Cut(rest, "?")
		if address, err := url.PathUnescape(address); err == nil && strings.Count(address, "@") == 1 && !strings.ContainsAny(address, " \t,;<>\"\\|[]{}") {
			return "mailto:" + address
		}
	case "tel":
		if number := strings.Trim(rest, "+0123456789-.() "); number == "" && strings.ContainsAny(rest, "0123456789") {
			return "tel:" + strings.ReplaceAll(rest, " ", "")
		}
	}
	return ""
}

// webAddress returns an address of the web as it is really asked for: the host in the
// letters that name servers know, and what a filter of Microsoft wrapped taken out of it.
func webAddress(href string) string {
	u, err := url.Parse(strings.ReplaceAll(href, " ", "%20"))
	if err != nil || u.Host == "" || u.User != nil {
		return ""
	}
	if strings.HasSuffix(strings.ToLower(u.Host), ".safelinks.protection.outlook.com") {
		if inner := u.Query().Get("url"); strings.HasPrefix(inner, "http") && !strings.Contains(inner, ".safelinks.protection.") {
			return webAddress(inner)
		}
	}
	if strings.ContainsFunc(u.Host, func(r rune) bool { return r >= utf8.RuneSelf }) {
		host, err := idna.Lookup.ToASCII(u.Hostname())
		if err != nil {
			return ""
		}
		if port := u.Port(); port != "" {
			host += ":" + port
		}
		u.Host = host
	}
	u.Scheme = strings.ToLower(u.Scheme)
	return u.String()
}

// maxAlt bounds what is written for those who do not see a picture, in bytes.
const maxAlt = 200

// picture writes a picture that is a part of the mail, or what is written for those who
// do not see it.
func (w *writer) picture(e *element, c context) {
	if c.invisible || isDot(e) {
		return
	}
	c.tiny, c.ink = false, unknown // those are of letters
	alt := strings.Join(strings.Fields(visible(cut(e.attr("alt"), maxAlt))), " ")
	if id, ok := contentID(e); ok && !c.cell {
		w.image(id, strings.Trim(alt, "[]"), &c)
		return
	}
	if alt != "" && !isFileName(alt) {
		c.space = collapsed
		w.words(alt, &c)
	}
}

// isDot says whether a picture is there to be fetched, not to be seen.
func isDot(e *element) bool {
	for _, key := range []string{"width", "height"} {
		if n, ok := number(e.attr(key)); ok && n <= 3 && !strings.HasSuffix(e.attr(key), "%") {
			return true
		}
	}
	return false
}

// contentID returns which part of the mail a picture is.
func contentID(e *element) (string, bool) {
	if e.atom != atom.Img && e.atom != atom.Image {
		return "", false
	}
	src := strings.TrimSpace(e.attr("src"))
	if len(src) < 5 || !strings.EqualFold(src[:4], "cid:") {
		return "", false
	}
	id, err := url.PathUnescape(src[4:])
	if err != nil {
		id = src[4:]
	}
	return strings.Trim(id, "<> "), true
}

// isFileName says whether a text is the name of a picture's file.
func isFileName(s string) bool {
	s = strings.ToLower(s)
	for _, ext := range []string{".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".webp"} {
		if strings.HasSuffix(s, ext) {
			return true
		}
	}
	return strings.HasPrefix(s, "cid:") || strings.Contains(s, "://")
}
