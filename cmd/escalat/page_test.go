package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

// misleads reports whether a character makes a text look like another one, or ends it.
func misleads(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
}

// looks are what a mail's page is made of.
const looks = " html head meta body div p h1 h2 h3 h4 h5 h6 table tbody thead tr th td strong em b i u s del ins sub sup code pre ul ol li br hr a span blockquote cite "

// active returns what a mail's page has beside text and its looks.
func active(t *testing.T, raw []byte) (wrong []string) {
	t.Helper()
	const fewest = 20
	n := 0
	for z := html.NewTokenizer(strings.NewReader(pageOf(t, raw))); z.Next() != html.ErrorToken; n++ {
		token := z.Token()
		switch token.Type {
		case html.CommentToken:
			wrong = append(wrong, token.String())
		case html.TextToken:
			if i := strings.IndexFunc(token.Data, misleads); i >= 0 {
				wrong = append(wrong, fmt.Sprintf("%q", token.Data[i:]))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			if !strings.Contains(looks, " "+token.Data+" ") || slices.ContainsFunc(token.Attr, acts) {
				wrong = append(wrong, token.String())
			}
		}
	}
	if n < fewest {
		wrong = append(wrong, "hardly anything")
	}
	return wrong
}

// acts reports whether an attribute is more than looks: it loads or runs something, or
// leads to what is no address.
func acts(a html.Attribute) bool {
	switch a.Key {
	case "href":
		return !slices.ContainsFunc([]string{"http://", "https://", "mailto:"}, func(s string) bool { return strings.HasPrefix(a.Val, s) })
	case "style":
		return strings.Contains(a.Val, "url(") || strings.Contains(a.Val, "expression")
	case "src", "srcset", "background", "action", "http-equiv", "id", "class", "name":
		return a.Key != "name" || a.Val != "viewport" && a.Val != "color-scheme"
	}
	return strings.HasPrefix(a.Key, "on")
}

// pageOf is the HTML of a mail, found by the standard library.
func pageOf(t *testing.T, raw []byte) string {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return pageIn(t, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
}

// pageIn is the HTML of a part, or of the first of its parts that has some.
func pageIn(t *testing.T, kind, encoding string, body io.Reader) string {
	t.Helper()
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		t.Fatal(err)
	}
	switch encoding {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	if media == "text/html" {
		page, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		return string(page)
	}
	if !strings.HasPrefix(media, "multipart/") {
		return ""
	}
	for parts := multipart.NewReader(body, params["boundary"]); ; {
		part, err := parts.NextRawPart()
		if err != nil {
			return ""
		}
		if page := pageIn(t, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part); page != "" {
			return page
		}
	}
}
