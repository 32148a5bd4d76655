package app

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/bridge/send"
	"escalat/bridge/ticket"
	"escalat/internal/config"
	"escalat/internal/ovh"
	"escalat/mapping"
)

// switchedOn is what each stage needs to know of the providers that are on.
type switchedOn struct {
	list    []mapping.Profile
	send    map[string]send.Provider
	receive []receive.Provider
	display map[string]string
	field   map[string]string // custom field that shows the references
	// sendChanges are those to whom changes after the first notice go by themselves.
	sendChanges map[string]bool
	// acts are those whose matrix is acted on by itself, and turn the custom fields that
	// show whose turn it is.
	acts map[string]bool
	turn map[string]string
	// weakest is the weakest proof of a sender that counts.
	weakest map[string]bridge.Strength
}

// glossaries gives each provider the words that a translation of what it gets keeps, or
// says in its own way.
func (on switchedOn) glossaries(cfg config.Config) error {
	for i := range on.list {
		p := on.send[on.list[i].ID]
		g, err := send.ProviderGlossary(p.Profile, cfg.Translate.Glossary.YAML())
		if err != nil {
			return fmt.Errorf("provider %s: %w", on.list[i].ID, err)
		}
		p.Glossary = g
		on.send[on.list[i].ID] = p
	}
	return nil
}

// providers joins the profiles with what the environment says about them.
func providers(cfg config.Config, profiles []mapping.Profile) switchedOn {
	on := switchedOn{
		send: map[string]send.Provider{}, display: map[string]string{}, field: map[string]string{}, sendChanges: map[string]bool{},
		acts: map[string]bool{}, turn: map[string]string{}, weakest: map[string]bridge.Strength{},
	}
	for _, p := range profiles {
		env, ok := cfg.Providers[p.ID]
		if !ok || !env.On(p.Channel) {
			continue
		}
		senders := p.Senders
		if len(env.Senders) > 0 {
			senders = texts(env.Senders)
		}
		on.list = append(on.list, p)
		on.sendChanges[p.ID] = env.Changes == config.ChangesSend
		on.send[p.ID] = send.Provider{Profile: &p, To: texts(env.To), Channel: bridge.Channel(p.Channel), SendChanges: on.sendChanges[p.ID]}
		on.acts[p.ID] = env.Acts == config.ActsAct
		on.receive = append(on.receive, receive.Provider{
			ID: p.ID, Name: p.Name, Policy: policy(cfg, p, env, senders),
			Tag: p.Tag, References: p.References, Profile: &p, To: texts(env.To),
		})
		on.display[p.ID] = p.Name
		on.weakest[p.ID] = cmp.Or(on.receive[len(on.receive)-1].Policy.Proof, bridge.ByDMARC)
		if env.ReferenceField != "" {
			on.field[p.ID] = env.ReferenceField
		}
		if env.TurnField != "" {
			on.turn[p.ID] = env.TurnField
		}
	}
	return on
}

// newAPIs makes the clients of those that are told by an API, by profile id.
func newAPIs(cfg config.Config, on switchedOn, now func() time.Time) (map[string]*ovh.Client, error) {
	apis := map[string]*ovh.Client{}
	for i := range on.list {
		p := &on.list[i]
		if p.Channel != string(bridge.ByAPI) {
			continue
		}
		api, err := newAPI(cfg.Providers[p.ID].API, now)
		if err != nil {
			return nil, fmt.Errorf("the API of %s: %w", p.Name, err)
		}
		apis[p.ID] = api
	}
	return apis, nil
}

// ticketProviders is what writing tickets needs to know.
func ticketProviders(cfg config.Config, on switchedOn, apis map[string]*ovh.Client) map[string]ticket.Provider {
	out := map[string]ticket.Provider{}
	for i := range on.list {
		p := &on.list[i]
		told := ticket.Provider{Profile: p, Patience: cfg.Providers[p.ID].API.Patience, SendChanges: on.sendChanges[p.ID]}
		if api := apis[p.ID]; api != nil { // of the others what was planned before ends with a person
			told.API = api
		}
		out[p.ID] = told
	}
	return out
}

func (on switchedOn) names() string {
	ids := make([]string, len(on.list))
	for i := range on.list {
		ids[i] = on.list[i].ID
	}
	return strings.Join(ids, ",")
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// profileOf is the profile with that id, or nil.
func profileOf(profiles []mapping.Profile, id string) *mapping.Profile {
	for i := range profiles {
		if profiles[i].ID == id {
			return &profiles[i]
		}
	}
	return nil
}
