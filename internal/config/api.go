package config

import (
	"slices"
	"strings"
	"time"

	"escalat/bridge"
)

// API says how the API of a provider's tickets is reached.
type API struct {
	Endpoint     APIEndpoint   `env:"ENDPOINT,default=ovh-eu" doc:"Where the API of the provider's tickets is: a name of OVHcloud's, “ovh-eu”, “ovh-ca”, “ovh-us” and so on, or an address." example:"ovh-eu"`
	Key          Secret        `env:"KEY" otherwise:"another way is taken" doc:"Application key of the API, one of three ways to log in: this one, with “ESCALAT_<PROVIDER>_API_SECRET” and “ESCALAT_<PROVIDER>_API_CONSUMER_KEY”; or “ESCALAT_<PROVIDER>_API_TOKEN”; or “ESCALAT_<PROVIDER>_API_CLIENT_ID” with “ESCALAT_<PROVIDER>_API_CLIENT_SECRET”. By the channel “api” exactly one is complete." example:"<application key>"`
	Secret       Secret        `env:"SECRET" otherwise:"another way is taken" doc:"The application's secret." example:"<application secret>"`
	ConsumerKey  Secret        `env:"CONSUMER_KEY" otherwise:"another way is taken" doc:"The consumer key, made for the application with rights to “GET” and “POST” below “/support/tickets”, and no others." example:"<consumer key>"`
	Token        Secret        `env:"TOKEN" otherwise:"another way is taken" doc:"An access token that was made by hand. It ends some day." example:"<access token>"`
	ClientID     Secret        `env:"CLIENT_ID" otherwise:"another way is taken" doc:"Id of a service account (OAuth 2.0); only with “ovh-eu”, “ovh-ca” and “ovh-us”." example:"<client id>"`
	ClientSecret Secret        `env:"CLIENT_SECRET" otherwise:"another way is taken" doc:"The service account's secret." example:"<client secret>"`
	PollInterval time.Duration `env:"POLL_INTERVAL,default=2m" min:"10s" max:"1h" doc:"Pause between two looks at the open tickets: nothing announces an answer." example:"5m"`
	Patience     time.Duration `env:"PATIENCE,default=30m" min:"1m" max:"24h" doc:"How long the API may be away before a ticket goes the manual way." example:"1h"`
}

// Login is a way to log in to an API.
type Login string

// The ways.
const (
	LoginKeys    Login = "keys"    // application key, its secret and a consumer key
	LoginToken   Login = "token"   // an access token
	LoginService Login = "service" // a service account
)

const waysToLogIn = "API_KEY, API_SECRET and API_CONSUMER_KEY together, or API_TOKEN, or API_CLIENT_ID and API_CLIENT_SECRET"

// loginPart is a variable of a way to log in.
type loginPart struct {
	way   Login
	name  string
	value Secret
}

func (a API) parts() []loginPart {
	return []loginPart{
		{LoginKeys, "API_KEY", a.Key},
		{LoginKeys, "API_SECRET", a.Secret},
		{LoginKeys, "API_CONSUMER_KEY", a.ConsumerKey},
		{LoginToken, "API_TOKEN", a.Token},
		{LoginService, "API_CLIENT_ID", a.ClientID},
		{LoginService, "API_CLIENT_SECRET", a.ClientSecret},
	}
}

// Way is how we log in; empty while no way is complete.
func (a API) Way() Login {
	lacks := map[Login]bool{}
	for _, p := range a.parts() {
		lacks[p.way] = lacks[p.way] || p.value.IsZero()
	}
	for _, way := range []Login{LoginKeys, LoginToken, LoginService} {
		if !lacks[way] {
			return way
		}
	}
	return ""
}

// APIEndpoint is a name of OVHcloud's, or an address.
type APIEndpoint string

// UnmarshalText takes names in any letter case.
func (e *APIEndpoint) UnmarshalText(text []byte) error {
	if strings.Contains(string(text), "://") {
		var u URL
		if err := u.UnmarshalText(text); err != nil {
			return err
		}
		*e = APIEndpoint(u)
		return nil
	}
	return word(e, text, "ovh-eu", "ovh-ca", "ovh-us", "kimsufi-eu", "kimsufi-ca", "soyoustart-eu", "soyoustart-ca")
}

// checkAPI refuses half a way to log in, two ways, and none where the API is the channel.
func (c *Config) checkAPI(s *source, id string) {
	api, prefix := c.Providers[id].API, providerPrefix(id)
	var begun []Login
	for _, p := range api.parts() {
		if name := prefix + p.name; (s.has(name) || s.refused[name]) && !slices.Contains(begun, p.way) {
			begun = append(begun, p.way)
		}
	}
	switch {
	case len(begun) > 1:
		s.add(prefix+"API_KEY", "or another variable of the login is too much: there is one way to log in, not %d: %s", len(begun), waysToLogIn)
	case len(begun) == 0 && c.Providers[id].Channel == Channel(bridge.ByAPI):
		s.add(prefix+"API_KEY", "is required with %sCHANNEL=api, or another way to log in: %s", prefix, waysToLogIn)
	case len(begun) == 1:
		for _, p := range api.parts() {
			if name := prefix + p.name; p.way == begun[0] && !s.has(name) && !s.refused[name] {
				s.add(name, "is required: the login is not complete without it")
			}
		}
	}
	if own := []APIEndpoint{"ovh-eu", "ovh-ca", "ovh-us"}; !api.ClientID.IsZero() && !slices.Contains(own, api.Endpoint) && !s.refused[prefix+"API_ENDPOINT"] {
		s.add(prefix+"API_CLIENT_ID", "is set, but %sAPI_ENDPOINT is %s, which takes no service account; take another way to log in", prefix, api.Endpoint)
	}
}
