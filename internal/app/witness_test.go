package app

import (
	"net/netip"
	"testing"

	"escalat/bridge"
	"escalat/bridge/receive/authentic"
	"escalat/internal/config"
	"escalat/mapping"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestPolicy joins what the environment says of a provider with its profile.
func TestPolicy(t *testing.T) {
	t.Parallel()
	base := config.Mail{
		Address: "bustia@aoc.example", From: config.Mailbox{Address: "escalat@aoc.example"}, Source: config.SourceAuthserv,
		AuthservID: "mx.aoc.example", Border: []string{"mail.aoc.example"}, Sealers: []config.Domain{"reenvia.example"},
		Colleagues: config.Colleagues{"aoc.example"},
	}
	own, senders := []string{"bustia@aoc.example", "escalat@aoc.example"}, []string{"claranet.example"}
	var network config.Network
	if err := network.UnmarshalText([]byte("192.0.2.0/28")); err != nil {
		t.Fatal(err)
	}
	sealers := []string{"reenvia.example"}
	for name, test := range map[string]struct {
		env     config.Provider
		profile string // its proof
		want    authentic.Policy
	}{
		"the source of all": {want: authentic.Policy{Source: authentic.Authserv, Authserv: "mx.aoc.example", Border: []string{"mail.aoc.example"}}},
		"another source":    {env: config.Provider{Source: config.SourceM365}, want: authentic.Policy{Source: authentic.M365, Border: []string{"mail.aoc.example"}}},
		"Google is itself":  {env: config.Provider{Source: config.SourceGoogle}, want: authentic.Policy{Source: authentic.Google}},
		"the profile's proof": {
			env: config.Provider{Source: config.SourceDKIM}, profile: "spf", want: authentic.Policy{Source: authentic.DKIM, Proof: bridge.BySPF},
		},
		"the environment stands over it": {
			env: config.Provider{Source: config.SourceGoogle, Proof: config.ProofAddress, BorderAddresses: []config.Network{network}}, profile: "spf",
			want: authentic.Policy{Source: authentic.Google, Proof: bridge.ByAddress, Addresses: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/28")}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.want.Senders, test.want.Own, test.want.Sealers = senders, own, sealers
			got := policy(config.Config{Mail: base}, mapping.Profile{Mail: mapping.Mail{Proof: test.profile}}, test.env, senders)
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty(), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
				t.Error(diff)
			}
		})
	}
	want := authentic.Policy{
		Source: authentic.Authserv, Authserv: "mx.aoc.example", Border: []string{"mail.aoc.example"}, Sealers: sealers, Own: own, Senders: []string{"aoc.example"},
	}
	if diff := cmp.Diff(want, colleagues(config.Config{Mail: base}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}
