package app

import (
	"strings"

	"escalat/bridge/receive"
	"escalat/bridge/send"
	"escalat/internal/config"
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
}

// providers joins the profiles with what the environment says about them.
func providers(cfg config.Config, profiles []mapping.Profile) switchedOn {
	on := switchedOn{send: map[string]send.Provider{}, display: map[string]string{}, field: map[string]string{}, sendChanges: map[string]bool{}}
	for _, p := range profiles {
		env, ok := cfg.Providers[p.ID]
		if !ok || !env.On() {
			continue
		}
		senders := p.Senders
		if len(env.Senders) > 0 {
			senders = texts(env.Senders)
		}
		on.list = append(on.list, p)
		on.sendChanges[p.ID] = env.Changes == config.ChangesSend
		on.send[p.ID] = send.Provider{Profile: &p, To: texts(env.To), SendChanges: on.sendChanges[p.ID]}
		on.receive = append(on.receive, receive.Provider{
			ID: p.ID, Name: p.Name, Policy: policy(cfg, p, env, senders),
			Tag: p.Tag, References: p.References, Profile: &p,
		})
		on.display[p.ID] = p.Name
		if env.ReferenceField != "" {
			on.field[p.ID] = env.ReferenceField
		}
	}
	return on
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
