package store

import (
	"context"
	"fmt"
)

// Accepted counts the mails of each provider, by its profile id, that were told on issues,
// by the reason of their verdict.
func (tx *Tx) Accepted(ctx context.Context) (map[string]map[string]int64, error) {
	out := map[string]map[string]int64{}
	err := tx.each(ctx, `SELECT provider, reason, COUNT(*) FROM mails
		WHERE provider <> '' AND outcome IN ('posted', 'acknowledgement', 'out-of-office') GROUP BY provider, reason`, nil,
		func(scan func(...any) error) error {
			var provider, reason string
			var n int64
			err := scan(&provider, &reason, &n)
			if out[provider] == nil {
				out[provider] = map[string]int64{}
			}
			out[provider][reason] = n
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("count accepted mails: %w", err)
	}
	return out, nil
}
