package wording

import (
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
)

// Times says whose turn it is in a case at that time, and how long it was each one's
// until then, the present one's among them.
func Times(c bridge.Case, p *mapping.Profile, now time.Time) text.Turn {
	out := text.Turn{Provider: p.Name, Whose: string(c.Turn), Since: c.TurnSince.In(p.Location())}
	for _, turn := range []bridge.Turn{bridge.TurnData, bridge.TurnUs, bridge.TurnProvider} {
		spell, had := c.Times[turn]
		if turn == c.Turn && now.After(c.TurnSince) {
			spell.Wall += now.Sub(c.TurnSince)
			spell.Working += Hours(p, c.Kind).Working(c.TurnSince, now)
			had = true
		}
		if had {
			out.Spells = append(out.Spells, text.Spell{Whose: string(turn), Wall: spell.Wall, Working: spell.Working})
		}
	}
	return out
}
