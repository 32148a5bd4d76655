package config_test

import (
	"net/netip"
	"testing"
	"time"

	"escalat/internal/config"

	"github.com/google/go-cmp/cmp"
)

func TestWitness(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(with(good(),
		"ESCALAT_MAIL_SOURCE=M365", "ESCALAT_MAIL_AUTHSERV_ID=", "ESCALAT_MAIL_ARC_SEALERS=Reenvia.example.cat",
		"ESCALAT_MAIL_COLLEAGUES=@AOC.example, ops@soci.example", "ESCALAT_TOKEN_LIFETIME=0s",
		"ESCALAT_CLARANET_SOURCE=google", "ESCALAT_CLARANET_PROOF=address",
		"ESCALAT_CLARANET_BORDER_ADDRESSES=192.0.2.17, 192.0.2.130/28,2001:db8:25::1/64",
	), profiles())
	if err != nil {
		t.Fatal(err)
	}
	p := cfg.Providers["claranet"]
	if cfg.SourceOf(p) != config.SourceGoogle || cfg.SourceOf(cfg.Providers["ovh"]) != config.SourceM365 || p.Proof != config.ProofAddress {
		t.Errorf("sources %q, %q, proof %q", cfg.SourceOf(p), cfg.SourceOf(cfg.Providers["ovh"]), p.Proof)
	}
	if diff := cmp.Diff([]config.Domain{"reenvia.example.cat"}, cfg.Mail.Sealers); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(config.Colleagues{"aoc.example", "ops@soci.example"}, cfg.Mail.Colleagues); diff != "" {
		t.Error(diff)
	}
	var networks []netip.Prefix
	for _, n := range p.BorderAddresses {
		networks = append(networks, n.Prefix())
	}
	want := []netip.Prefix{netip.MustParsePrefix("192.0.2.17/32"), netip.MustParsePrefix("192.0.2.128/28"), netip.MustParsePrefix("2001:db8:25::/64")}
	if diff := cmp.Diff(want, networks, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if cfg.General.TokenLifetime != 0 {
		t.Errorf("lifetime %s", cfg.General.TokenLifetime)
	}
}

func TestWitnessDefaults(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change []string
		want   config.Colleagues
	}{
		"the domain of the mailbox":    {nil, config.Colleagues{"aoc.example"}},
		"of another mailbox":           {[]string{"ESCALAT_MAIL_ADDRESS=bustia@Suport.aoc.example"}, config.Colleagues{"suport.aoc.example"}},
		"nobody of everybody's domain": {[]string{"ESCALAT_MAIL_ADDRESS=bustia@gmail.com"}, config.Colleagues{}},
		"nobody":                       {[]string{"ESCALAT_MAIL_COLLEAGUES=Off"}, config.Colleagues{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Load(with(good(), tc.change...), profiles())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, cfg.Mail.Colleagues); diff != "" {
				t.Error(diff)
			}
			if cfg.Mail.Source != config.SourceAuthserv || cfg.SourceOf(cfg.Providers["claranet"]) != config.SourceAuthserv || cfg.General.TokenLifetime != 365*24*time.Hour {
				t.Errorf("source %q, lifetime %s", cfg.Mail.Source, cfg.General.TokenLifetime)
			}
		})
	}
}

func TestOneWitnessProblem(t *testing.T) {
	t.Parallel()
	none := []string(nil)
	for name, tc := range map[string]struct {
		change []string
		want   []string
	}{
		"authserv without an id":               {[]string{"ESCALAT_MAIL_AUTHSERV_ID="}, []string{"ESCALAT_MAIL_AUTHSERV_ID is required with the source authserv; for example"}},
		"no id with another source":            {[]string{"ESCALAT_MAIL_AUTHSERV_ID=", "ESCALAT_MAIL_SOURCE=google"}, none},
		"a provider needs the id":              {[]string{"ESCALAT_MAIL_AUTHSERV_ID=", "ESCALAT_MAIL_SOURCE=m365", "ESCALAT_CLARANET_SOURCE=authserv"}, []string{"ESCALAT_MAIL_AUTHSERV_ID is required with the source authserv"}},
		"a provider that is off needs nothing": {[]string{"ESCALAT_MAIL_AUTHSERV_ID=", "ESCALAT_MAIL_SOURCE=m365", "ESCALAT_OVH_SOURCE=authserv"}, none},
		"colleagues need the id":               {[]string{"ESCALAT_MAIL_AUTHSERV_ID=", "ESCALAT_CLARANET_SOURCE=dkim"}, []string{"ESCALAT_MAIL_AUTHSERV_ID is required"}},
		"unknown source":                       {[]string{"ESCALAT_MAIL_SOURCE=gmail"}, []string{`ESCALAT_MAIL_SOURCE is "gmail", but must be one of: authserv, m365, google, dkim`}},
		"unknown source and no id":             {[]string{"ESCALAT_MAIL_SOURCE=gmail", "ESCALAT_MAIL_AUTHSERV_ID="}, []string{`ESCALAT_MAIL_SOURCE is "gmail"`}},
		"unknown proof":                        {[]string{"ESCALAT_CLARANET_PROOF=none"}, []string{`ESCALAT_CLARANET_PROOF is "none", but must be one of: dmarc, spf, address`}},
		"dkim cannot tell spf":                 {[]string{"ESCALAT_CLARANET_SOURCE=dkim", "ESCALAT_CLARANET_PROOF=spf"}, []string{"ESCALAT_CLARANET_PROOF is spf, which the source dkim cannot give"}},
		"dkim for all cannot tell addresses":   {[]string{"ESCALAT_MAIL_SOURCE=dkim", "ESCALAT_CLARANET_PROOF=address", "ESCALAT_CLARANET_BORDER_ADDRESSES=192.0.2.1"}, []string{"ESCALAT_CLARANET_PROOF is address, which the source dkim"}},
		"an address without addresses":         {[]string{"ESCALAT_CLARANET_PROOF=address"}, []string{"ESCALAT_CLARANET_BORDER_ADDRESSES is required with ESCALAT_CLARANET_PROOF=address; for example"}},
		"addresses that nobody looks at":       {[]string{"ESCALAT_CLARANET_PROOF=spf", "ESCALAT_CLARANET_BORDER_ADDRESSES=192.0.2.1"}, []string{"ESCALAT_CLARANET_BORDER_ADDRESSES is set, but ESCALAT_CLARANET_PROOF is spf"}},
		"addresses for the profile's proof":    {[]string{"ESCALAT_CLARANET_BORDER_ADDRESSES=192.0.2.1"}, none},
		"half the Internet":                    {[]string{"ESCALAT_CLARANET_BORDER_ADDRESSES=0.0.0.0/1"}, []string{`ESCALAT_CLARANET_BORDER_ADDRESSES "0.0.0.0/1" is too large`}},
		"a name is no address":                 {[]string{"ESCALAT_CLARANET_BORDER_ADDRESSES=mail.claranet.es"}, []string{`ESCALAT_CLARANET_BORDER_ADDRESSES "mail.claranet.es" is neither`}},
		"an address lost between commas":       {[]string{"ESCALAT_CLARANET_PROOF=address", "ESCALAT_CLARANET_BORDER_ADDRESSES=192.0.2.1,,192.0.2.2"}, []string{"ESCALAT_CLARANET_BORDER_ADDRESSES"}},
		"everybody in Catalonia seals":         {[]string{"ESCALAT_MAIL_ARC_SEALERS=cat"}, []string{`ESCALAT_MAIL_ARC_SEALERS "cat" is no domain`}},
		"an address does not seal":             {[]string{"ESCALAT_MAIL_ARC_SEALERS=a@b.example"}, []string{`ESCALAT_MAIL_ARC_SEALERS "a@b.example" is no domain`}},
		"a public suffix is nobody":            {[]string{"ESCALAT_CLARANET_SENDERS=gob.es"}, []string{`ESCALAT_CLARANET_SENDERS "gob.es" is no organisation's`}},
		"everybody of the United Kingdom":      {[]string{"ESCALAT_MAIL_COLLEAGUES=co.uk"}, []string{`ESCALAT_MAIL_COLLEAGUES "co.uk" is no organisation's`}},
		"a colleague that got lost":            {[]string{"ESCALAT_MAIL_COLLEAGUES=aoc.example,"}, []string{"ESCALAT_MAIL_COLLEAGUES has an empty element"}},
		"no colleague and one":                 {[]string{"ESCALAT_MAIL_COLLEAGUES=off,aoc.example"}, []string{`ESCALAT_MAIL_COLLEAGUES "off" is neither`}},
		"proofs that end at once":              {[]string{"ESCALAT_TOKEN_LIFETIME=1h"}, []string{"ESCALAT_TOKEN_LIFETIME is 1h, but must be 0s or at least 24h"}},
		"proofs of a negative time":            {[]string{"ESCALAT_TOKEN_LIFETIME=-1h"}, []string{"ESCALAT_TOKEN_LIFETIME is -1h, but must be from 0s to 175200h"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(with(good(), tc.change...), profiles())
			if len(tc.want) == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantProblems(t, err, tc.want)
		})
	}
}
