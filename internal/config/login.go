package config

import "slices"

// loginNeeds says when the variables of a login must be set.
func loginNeeds(name string) (need, bool) {
	const withoutTokens = "unless access tokens are used (“ESCALAT_OAUTH_TOKEN_URL”)"
	all := map[string]need{
		"smtp-user": {"with “ESCALAT_SMTP_PASSWORD” and with an “ESCALAT_SMTP_AUTH” other than “auto”", func(c *Config, s *source) bool {
			return s.has(Prefix+"SMTP_PASSWORD") || c.SMTP.Auth != AuthAuto
		}},
		"smtp-password": {"with “ESCALAT_SMTP_USERNAME”, " + withoutTokens, func(c *Config, s *source) bool {
			return s.has(Prefix+"SMTP_USERNAME") && c.passwordNeeded(s, c.SMTP.Auth)
		}},
		"imap-password": {withoutTokens, func(c *Config, s *source) bool {
			return c.passwordNeeded(s, c.IMAP.Auth)
		}},
		"oauth": {"with any other variable “ESCALAT_OAUTH_…”", func(_ *Config, s *source) bool { return s.oauth() }},
		"client-secret": {"with “ESCALAT_OAUTH_TOKEN_URL”, unless there is an “ESCALAT_OAUTH_REFRESH_TOKEN”", func(_ *Config, s *source) bool {
			const other = Prefix + "OAUTH_REFRESH_TOKEN"
			return s.oauth() && !s.has(other) && !s.refused[other]
		}},
	}
	n, ok := all[name]
	return n, ok
}

// passwordNeeded reports whether a login goes by password. One that goes by
// token although there are none is another problem.
func (c *Config) passwordNeeded(s *source, auth Auth) bool {
	return auth.ByPassword() || !auth.ByToken() && !s.oauth()
}

// oauth reports whether access tokens were meant to be used.
func (s *source) oauth() bool {
	return slices.ContainsFunc([]string{"TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET", "SCOPE", "REFRESH_TOKEN", "SECRET_EXPIRES", "CA_FILE"}, func(name string) bool {
		return s.has(Prefix+"OAUTH_"+name) || s.refused[Prefix+"OAUTH_"+name]
	})
}

// checkLogins refuses two ways to log in where one is meant, and none where
// tokens are.
func (c *Config) checkLogins(s *source) {
	for _, server := range []struct {
		name string
		auth Auth
	}{{"SMTP", c.SMTP.Auth}, {"IMAP", c.IMAP.Auth}} {
		name := Prefix + server.name
		switch {
		case server.auth.ByToken() && !s.oauth():
			s.add(name+"_AUTH", "is %s, which needs access tokens; set ESCALAT_OAUTH_TOKEN_URL and what belongs to it, or take auto", server.auth)
		case server.auth.ByToken() && s.has(name+"_PASSWORD"):
			s.add(name+"_PASSWORD", "is set although %s_AUTH is %s; take the password away", name, server.auth)
		case server.auth == AuthAuto && s.oauth() && s.has(name+"_PASSWORD"):
			s.add(name+"_PASSWORD", "and access tokens (ESCALAT_OAUTH_…) are both set; take one away, or set %s_AUTH to plain or login if the password is meant", name)
		}
	}
}
