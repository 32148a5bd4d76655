package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// records is a server that keeps what it is sent, and passes it on where there is somebody
// to pass it to.
func (c *cage) records(where string, to *url.URL) (address string) {
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host // what was signed
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "unread", http.StatusBadRequest)
			return
		}
		c.mu.Lock()
		c.sent = append(c.sent, outgoing{where + ": " + r.Method, r.URL.RawQuery + "\n" + string(body)})
		c.mu.Unlock()
		if to != nil {
			r.Body = io.NopCloser(bytes.NewReader(body))
			pass.ServeHTTP(w, r)
		}
	}))
	c.Cleanup(server.Close)
	return server.URL
}

// pasted is what people are given to be copied into a portal.
func (c *cage) pasted() (all []outgoing) {
	for _, one := range c.world.Jira.Comments(c.key) {
		if one.Author != "escalat" || !strings.Contains(one.Body, "escalat portal") && !strings.Contains(one.Body, "Copieu-hi") {
			continue
		}
		for i, text := range strings.Split(one.Body, "{noformat}") {
			if i%2 == 1 {
				all = append(all, outgoing{"the text to be copied", text})
			}
		}
	}
	return all
}

func (c *cage) overHTTP() []outgoing {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.sent)
}

// look looks for the words in everything that left.
func (c *cage) look() {
	all := slices.Concat(c.overHTTP(), c.pasted())
	mine := 0
	for _, address := range []string{c.world.Info.Desks[0].Address, onCallAddress, "servicio@claranet.test", c.world.Info.MailAddress} {
		for _, raw := range c.world.Mail.Delivered(address) {
			if bytes.Contains(raw, []byte("\r\nFrom: ")) && !bytes.Contains(raw, []byte("\r\nX-Escalat-Loop: ")) && address == c.world.Info.MailAddress {
				continue // the desk's
			}
			all = append(all, outgoing{"a mail to " + address, string(raw)})
		}
	}
	for _, one := range c.world.Mail.Transactions() {
		if one.User == c.world.Info.MailAddress {
			mine += len(one.To)
		}
	}
	if mails := len(slices.DeleteFunc(slices.Clone(all), func(o outgoing) bool { return !strings.HasPrefix(o.where, "a mail") })); mails != mine {
		c.Errorf("%d mails left, %d were looked at", mine, mails)
	}
	whole := map[string]string{}
	for i, o := range all {
		whole[fmt.Sprintf("%s (%d)", o.where, i)] = seenThrough(o.raw)
	}
	for word, place := range c.planted {
		for where, text := range whole {
			if strings.Contains(strings.ToLower(text), word) {
				c.Errorf("%s (%s) is in %s:\n%s", place, word, where, text)
			}
		}
	}
	for where, text := range whole { // people on call are told keys and numbers
		for _, said := range c.controls {
			if (strings.HasPrefix(where, "the webhook") || strings.Contains(where, onCallAddress)) && strings.Contains(level(text), level(said)) {
				c.Errorf("%q is in %s:\n%s", said, where, text)
			}
		}
	}
	for _, text := range c.controls {
		if !slices.ContainsFunc(slices.Collect(maps.Values(whole)), func(out string) bool { return strings.Contains(level(out), level(text)) }) {
			c.Errorf("%q has not left", text)
		}
	}
	c.Logf("%d words in none of %d outgoing texts, in which %d others were found", len(c.planted), len(all), len(c.controls))
}

// level levels blanks and apostrophes, which a text may be written with otherwise.
func level(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("’", "'", "&#39;", "'", "\u00a0", " ").Replace(s)), " ")
}

var (
	hexed   = regexp.MustCompile(`[=%][0-9A-Fa-f]{2}`)
	base64s = regexp.MustCompile(`(?m)(?:^[A-Za-z0-9+/]{4,}={0,2}\r?\n?)+|[A-Za-z0-9+/]{16,}={0,2}`)
	escaped = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}`)
)

// seenThrough is all the ways to read what left, whatever it says of itself: as it is, without
// folds, with encoded words, quoted-printable, percent signs, JSON's escapes and base64 decoded.
func seenThrough(raw string) string {
	unfolded := regexp.MustCompile(`\r?\n[ \t]`).ReplaceAllString(raw, " ")
	parts := []string{raw, unfolded}
	if text, err := words.DecodeHeader(unfolded); err == nil {
		parts = append(parts, text)
	}
	pieces := regexp.MustCompile(`"?;? filename\*\d+\*?="?(?:utf-8'[a-z]*')?`).ReplaceAllString(unfolded, "")
	for _, text := range []string{strings.NewReplacer("=\r\n", "", "=\n", "").Replace(raw), pieces} {
		parts = append(parts, hexed.ReplaceAllStringFunc(text, func(h string) string {
			s, err := url.PathUnescape("%" + h[1:])
			if err != nil {
				return h
			}
			return s
		}))
	}
	parts = append(parts, escaped.ReplaceAllStringFunc(strings.NewReplacer(`\n`, "\n", `\"`, `"`).Replace(raw), func(e string) string {
		var r rune
		if _, err := fmt.Sscanf(e, `\u%04x`, &r); err != nil {
			return e
		}
		return string(r)
	}))
	for _, block := range base64s.FindAllString(raw, -1) {
		block = strings.NewReplacer("\r", "", "\n", "").Replace(block)
		if decoded, err := base64.StdEncoding.DecodeString(block + strings.Repeat("=", -len(block)&3)); err == nil {
			parts = append(parts, string(decoded))
		}
	}
	return strings.Join(parts, "\n")
}

// TestSeenThrough: each way to hide a word in something that leaves is seen through.
func TestSeenThrough(t *testing.T) {
	t.Parallel()
	const word = "kanariaqax"
	for name, raw := range map[string]string{
		"as it is": "x " + word, "in a fold": "Subject: x\r\n " + word, "an encoded word": "Subject: " + mime.BEncoding.Encode("utf-8", "à "+word),
		"an encoded word, quoted": "Subject: =?utf-8?q?k=61nariaqax?=", "encoded words that are split": "Subject: =?utf-8?q?kanari?=\r\n =?utf-8?q?aqax?=",
		"quoted-printable": "kan=\r\nari=61qax", "base64": "\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte("un text llarg, del tot " + strings.Repeat("y", 60) + word))[:76] + "\r\n" +
			base64.StdEncoding.EncodeToString([]byte("un text llarg, del tot " + strings.Repeat("y", 60) + word))[76:] + "\r\n",
		"a file’s name": "Content-Disposition: attachment;\r\n filename*0*=utf-8''%C3%A0%20kanari;\r\n filename*1*=aqax.txt", "an escape of JSON": `{"text":"kan\u0061riaqax"}`,
		"a query": "q=kan%61riaqax",
	} {
		if !strings.Contains(seenThrough(raw), word) {
			t.Errorf("%s: not seen in %q", name, seenThrough(raw))
		}
	}
}
