package app

import (
	"cmp"
	"net/netip"
	"slices"

	"escalat/bridge"
	"escalat/bridge/receive/authentic"
	"escalat/internal/config"
	"escalat/mapping"
)

// policy is by what the mails of a provider are judged. What the environment says
// stands over the profile.
func policy(cfg config.Config, p mapping.Profile, env config.Provider, senders []string) authentic.Policy {
	networks := make([]netip.Prefix, len(env.BorderAddresses))
	for i, n := range env.BorderAddresses {
		networks[i] = n.Prefix()
	}
	judge := witness(cfg, cfg.SourceOf(env))
	judge.Senders, judge.Addresses = senders, networks
	judge.Proof = bridge.Strength(cmp.Or(string(env.Proof), p.Mail.Proof))
	return judge
}

// colleagues is by what the mails of our own organisation are judged.
func colleagues(cfg config.Config) authentic.Policy {
	judge := witness(cfg, cfg.Mail.Source)
	judge.Senders = texts(cfg.Mail.Colleagues)
	return judge
}

// witness is what every policy of a source has in common. The authserv-id belongs to
// one source alone: Google has an id of its own.
func witness(cfg config.Config, source config.Source) authentic.Policy {
	judge := authentic.Policy{
		Source: authentic.Source(source), Sealers: texts(cfg.Mail.Sealers),
		Own: slices.Compact([]string{string(cfg.Mail.Address), string(cfg.Mail.From.Address)}),
	}
	switch source {
	case config.SourceAuthserv:
		judge.Authserv, judge.Border = cfg.Mail.AuthservID, cfg.Mail.Border
	case config.SourceM365:
		judge.Border = cfg.Mail.Border
	}
	return judge
}
