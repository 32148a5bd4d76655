package app

import (
	"context"
	"log/slog"
	"time"

	"escalat/internal/ovh"
	"escalat/mapping"
)

// filingEvery is how often it is asked what a provider's API takes.
const filingEvery = 24 * time.Hour

// enumAPI says what a provider's API takes at present, by the parameter's name.
type enumAPI interface {
	Enums(ctx context.Context) (map[string][]string, error)
}

// filings compares the ways in which the profiles file their forms with what the providers'
// APIs take. It warns and holds up nothing: what is refused all the same goes by a person.
type filings struct {
	apis     map[string]enumAPI // by profile id
	profiles []mapping.Profile
	unknown  func(provider string, values int)
	log      *slog.Logger
}

func newFilings(on switchedOn, apis map[string]*ovh.Client, unknown func(string, int), log *slog.Logger) *filings {
	f := &filings{apis: map[string]enumAPI{}, profiles: on.list, unknown: unknown, log: log}
	for id, api := range apis {
		f.apis[id] = api
	}
	return f
}

func (f *filings) run(ctx context.Context) error {
	for {
		f.once(ctx)
		if err := pause(ctx, filingEvery); err != nil {
			return err
		}
	}
}

// once compares. An API that does not say what it takes is no reason for a word: whether it
// works is said by what reads and writes there.
func (f *filings) once(ctx context.Context) {
	for i := range f.profiles {
		p := &f.profiles[i]
		api := f.apis[p.ID]
		if api == nil {
			continue
		}
		enums, err := api.Enums(ctx)
		if err != nil {
			f.log.DebugContext(ctx, "what the API of a provider takes is not known", "provider", p.ID, "err", err)
			continue
		}
		wrong := ovh.Check(enums, p)
		f.unknown(p.ID, len(wrong))
		for _, w := range wrong {
			f.log.WarnContext(ctx, "the API of a provider does not know a value of its profile, correct it", "provider", p.ID,
				"at", w.At, "value", w.Value, "nearest", w.Nearest, "known", w.Known)
		}
	}
}
