package guard

import (
	"regexp"

	"escalat/bridge"
)

// newHeaders are what logs of requests show.
func newHeaders() *clues {
	made := func(value string) bool {
		return len(value) >= 6 && (entropy(value) > 2.2 || len(value) > 16) && !harmlessCookie(value)
	}
	opaque := func(value string) bool { return len(value) >= 8 && tokenLike(value) || len(value) >= 16 && made(value) }
	of := func(pattern string, judge func(string) bool, words ...string) clue {
		return clue{words: words, pattern: regexp.MustCompile(pattern), kind: bridge.PrivateToken, ahead: 4200, judge: judge, alone: true}
	}
	return newClues([]clue{
		of(`(?i)^(?:proxy-)?authorization["'*]*[ \t]*(?:\]|=>|[:=,]|header|is)[ \t"'\[*{]*(?:basic|bearer|token|negotiate|ntlm|apikey|digest|aws4-hmac-sha256|oauth|jwt|key)[ \t]+([^\s"'\x01\]}]{6,})`, nil, "authorization", "proxy-authorization"),
		of(`(?i)^(?:proxy-)?authorization["']*[ \t]*[:=][ \t"']*([A-Za-z0-9+/_.=-]{20,})`, nil, "authorization", "proxy-authorization"),
		of(`(?i)^bearer[ \t]+([A-Za-z0-9+/_.~=-]{12,})`, opaque, "bearer "),
		of(`(?i)^basic[ \t]+([A-Za-z0-9+/]{12,400}={0,2})(?:[\s"'\]},]|$)`, basic, "basic "),
		of(`(?i)^set-cookie2?["'*]*[ \t]*[:=\]][ \t"'\[]*[\w!#$%&.^~-]{1,80}=([^;\s"'\x01]{4,})`, made, "set-cookie"),
		of(`(?i)^cookies?["'*]*[ \t]*[:=\]][ \t"'\[]*([\w!#$%&.^~-]{1,80}=[^\n"'\x01<>]{4,}?)(?:[ \t]*(?:["'\r\n<>\x01]|$|\\r|\\n))`, nil, "cookie"),
		of(`(?i)^(?:jsessionid(?:sso)?|phpsessid|asp\.net_sessionid|aspsessionid\w{8}|sessionid|session_id|connect\.sid|laravel_session|ci_session|wordpress_logged_in_\w+|_shibsession_\w+|xsrf-token|mod_auth_openidc_session|openam-session|iplanetdirectorypro|ltpatoken2?|smsession|\.aspxauth|\.aspnetcore\.[\w.]+|sid|auth_session|_session|sso_?token|kc_restart|keycloak_session|keycloak_identity)["']?[ \t]*(?:=|:|%3d)[ \t"']*([^\s;,"'&<>)\]\x01]{8,})`, made,
			"jsessionid", "phpsessid", "sessionid", "aspsessionid", "connect.sid", "laravel_session", "ci_session", "wordpress_logged_in_", "_shibsession_", "xsrf-token", "session_id", "openam-session", "iplanetdirectorypro", "ltpatoken", "smsession", ".aspx", ".aspnetcore.", "sid=", "auth_session", "ssotoken", "sso_token", "kc_restart", "keycloak_"),
		of(`(?i)^(?:x-(?:api|auth|access|amz-security|vault|gitlab|csrf|xsrf|session)[-_]?(?:key|token|id)?|private-token|api-key|apikey|ocp-apim-subscription-key)["']?[ \t]*[:=][ \t"']*([^\s"',;\x01]{8,})`, made, "x-api", "x-auth", "x-access", "x-amz-security", "x-vault", "x-gitlab", "x-csrf", "x-xsrf", "x-session", "private-token", "api-key", "apikey", "ocp-apim"),
		of(`(?i)^[?&](?:access_token|id_token|refresh_token|token|auth|api_?key|key|sig|signature|x-amz-signature|x-amz-credential|x-amz-security-token|code|state|ticket|sessionid|sid|secret|jwt|samlresponse|client_secret|assertion)=([^\s&"'<>#\x01]{12,})`, opaque, "?", "&"),
		of(`(?i)^(?:samlresponse|samlrequest|__viewstate|client_assertion|refresh_token|access_token|id_token)["']?[ \t]*[:=][ \t"']*([A-Za-z0-9+/_.%=-]{20,})`, nil, "samlresponse", "samlrequest", "__viewstate", "client_assertion", "refresh_token", "access_token", "id_token"),
		of(`(?i)^(ey[a-z0-9_-]{8,}\.ey[a-z0-9_-]{8,}(?:\.[a-z0-9_-]{0,}={0,2})?)`, nil, "eyj", "eyi", "ewog"),
		of(`^(ST-\d+-[A-Za-z0-9]{12,64}(?:-[\w.-]{1,64})?|TGT-\d+-[A-Za-z0-9-]{12,128}(?:-[\w.-]{1,64})?)`, nil, "st-", "tgt-"),
	})
}

// shown finds tokens, cookies and sessions as logs show them.
func (d *finder) shown(text string) []found { return d.headers.find(text) }

var cookieWord = regexp.MustCompile(`(?i)^(?:deleted|expired|true|false|null|undefined|[a-z]+(?:[-_. ][a-z]+)*|\d{1,3}(?:\.\d{1,3}){3})$`)

// harmlessCookie reports whether the value of a cookie names no session.
func harmlessCookie(value string) bool { return cookieWord.MatchString(value) }

// basic reports whether a text is a user and a password, as HTTP brings them.
func basic(value string) bool {
	for _, text := range decoded(value) {
		for i := range len(text) {
			if text[i] == ':' {
				return i > 0
			}
		}
	}
	return false
}
