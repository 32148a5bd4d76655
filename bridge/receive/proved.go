package receive

import (
	"strings"

	"escalat/bridge"
	"escalat/bridge/receive/authentic"
)

// alone is what a verdict's reason says besides of a proof that is weaker than DMARC.
func alone(by bridge.Strength) string { return ", by " + string(by) + " alone" }

// ProvedBy is by how strong a proof a mail was taken for its provider's, by the reason of
// its verdict; empty when by none, as one that a person released, or a colleague's.
func ProvedBy(reason string) bridge.Strength {
	if !strings.HasPrefix(reason, authentic.Confirmed) && !strings.HasPrefix(reason, authentic.VerifiedHere) {
		return ""
	}
	for _, by := range []bridge.Strength{bridge.BySPF, bridge.ByAddress} {
		if strings.Contains(reason, alone(by)) {
			return by
		}
	}
	return bridge.ByDMARC
}
