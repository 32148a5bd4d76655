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

// ParseTreatments reads what a person configures: “card=stop; identity=allow”. Nothing
// means that everything private is masked.
func ParseTreatments(text string) (map[bridge.Private]Treatment, error) {
	out := map[bridge.Private]Treatment{}
	for entry := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == ',' || r == '\n' }) {
		if strings.TrimSpace(entry) == "" {
			continue
		}
		name, what, found := strings.Cut(entry, "=")
		kind := bridge.Private(strings.ToLower(strings.TrimSpace(name)))
		treatment := Treatment(strings.ToLower(strings.TrimSpace(what)))
		if !found {
			return nil, fmt.Errorf("treatment %q: write kind=treatment, as in card=stop; identity=allow", strings.TrimSpace(entry))
		}
		if err := checkTreatment(kind, treatment); err != nil {
			return nil, err
		}
		if before, twice := out[kind]; twice && before != treatment {
			return nil, fmt.Errorf("treatment of %s: both %s and %s; keep one of them", kind, before, treatment)
		}
		out[kind] = treatment
	}
	return out, nil
}

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
