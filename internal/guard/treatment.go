package guard

import (
	"fmt"
	"slices"
	"strings"

	"escalat/bridge"
)

// Treatment is what is done with something private.
type Treatment string

// The treatments. Of a kind for which nothing is said, it is Mask.
const (
	Mask  Treatment = "mask"  // it is hidden, and the rest goes
	Stop  Treatment = "stop"  // it is hidden, and the notice waits for a person
	Allow Treatment = "allow" // it goes as it is
)

func checkTreatment(kind bridge.Private, treatment Treatment) error {
	if !slices.Contains(bridge.Privates(), kind) {
		return fmt.Errorf("treatment of %q: there is no such kind; write one of %s", kind, kinds())
	}
	if !slices.Contains([]Treatment{Mask, Stop, Allow}, treatment) {
		return fmt.Errorf("treatment of %s: %q is none; write %s, %s or %s", kind, treatment, Mask, Stop, Allow)
	}
	return nil
}

func kinds() string {
	var names []string
	for _, kind := range bridge.Privates() {
		names = append(names, string(kind))
	}
	return strings.Join(names, ", ")
}
