package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Limits of the gate.
const (
	maxWrong = 10 // wrong passwords a minute of one visitor
	wrongFor = time.Minute
	// maxWatched bounds the visitors whose wrong passwords are counted apart; those
	// beyond share one account.
	maxWatched = 1000
)

// browserCookie names the cookie by which a browser that knew the password once is
// known again.
const browserCookie = "escalat-ops"

// gate tells those who know the password from the others.
type gate struct {
	password [sha256.Size]byte
	secret   []byte // of this process: what it signs means nothing to another one

	mu    sync.Mutex
	wrong map[string]*wrongs // by visitor
}

// wrongs counts wrong passwords.
type wrongs struct {
	since time.Time
	count int
}

// visitor is who was let in.
type visitor struct {
	name    string // as it was given with the password
	browser string // its cookie
	fresh   bool   // the browser does not have the cookie yet
}

// What the gate says.
const (
	gateOpen  = iota // the password is right
	gateAsks         // none was given
	gateWrong        // another one was given
	gateShut         // too many others were given before
)

func newGate(password string, secret []byte) *gate {
	return &gate{password: sha256.Sum256([]byte(password)), secret: secret, wrong: map[string]*wrongs{}}
}

// enter judges a request. Wrong passwords are counted by browser for those that knew it
// before, by address for the others: behind a proxy all have one address, and a stranger
// must not lock out who has the page open.
func (g *gate) enter(r *http.Request, now time.Time) (visitor, int) {
	name, given, ok := r.BasicAuth()
	if !ok {
		return visitor{}, gateAsks
	}
	v := visitor{name: name}
	who := address(r.RemoteAddr)
	if c, err := r.Cookie(browserCookie); err == nil && g.known(c.Value) {
		v.browser, who = c.Value, "browser "+c.Value
	}
	sum := sha256.Sum256([]byte(given))
	g.mu.Lock()
	defer g.mu.Unlock()
	account := g.account(who, now)
	if account != nil && account.count >= maxWrong {
		return visitor{}, gateShut
	}
	if !hmac.Equal(sum[:], g.password[:]) {
		g.blame(who, account, now)
		return visitor{}, gateWrong
	}
	if v.browser == "" {
		v.browser, v.fresh = g.newBrowser(), true
	}
	return v, gateOpen
}

// account returns the wrong passwords of a visitor within the last minute, or nil.
func (g *gate) account(who string, now time.Time) *wrongs {
	for _, name := range []string{who, ""} {
		a := g.wrong[name]
		if a != nil && now.Sub(a.since) < wrongFor && !now.Before(a.since) {
			return a
		}
		delete(g.wrong, name)
		if name == who && len(g.wrong) < maxWatched {
			return nil // it has an account of its own when it needs one
		}
	}
	return nil
}

// blame counts a wrong password.
func (g *gate) blame(who string, account *wrongs, now time.Time) {
	if account == nil {
		if len(g.wrong) >= maxWatched {
			for name, a := range g.wrong {
				if now.Sub(a.since) >= wrongFor || now.Before(a.since) {
					delete(g.wrong, name)
				}
			}
		}
		if len(g.wrong) >= maxWatched {
			who = ""
		}
		account = &wrongs{since: now}
		g.wrong[who] = account
	}
	account.count++
}

// address is where a request comes from; of an address of IPv6 the network, which one
// visitor has to himself.
func address(remote string) string {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return ""
	}
	ip := at.Addr().Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	network, _ := ip.Prefix(64)
	return network.String()
}

func (g *gate) newBrowser() string {
	id := make([]byte, 16)
	_, _ = rand.Read(id) // never fails, and ends the program if it did
	name := base64.RawURLEncoding.EncodeToString(id)
	return name + "." + g.sign("browser", name)
}

// known reports whether a cookie is of this process.
func (g *gate) known(cookie string) bool {
	name, sum, found := strings.Cut(cookie, ".")
	return found && len(cookie) < 100 && g.signed(sum, "browser", name)
}

// remember gives the browser its cookie.
func (v visitor) remember(w http.ResponseWriter, r *http.Request) {
	if !v.fresh {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: browserCookie, Value: v.browser, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https",
	})
}

// sign returns what proves that this process wrote the words.
func (g *gate) sign(words ...string) string {
	mac := hmac.New(sha256.New, g.secret)
	for _, w := range words {
		// Each with its length: no two lists of words look the same.
		mac.Write([]byte{byte(len(w) >> 8), byte(len(w))})
		mac.Write([]byte(w))
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (g *gate) signed(sum string, words ...string) bool {
	return hmac.Equal([]byte(sum), []byte(g.sign(words...)))
}
