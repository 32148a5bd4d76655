package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"escalat/internal/store"
)

// BenchmarkUpdate measures what sharing a commit is worth: one caller commits
// alone, sixteen share. The figure to read is the ratio of the two.
func BenchmarkUpdate(b *testing.B) {
	for _, db := range []string{"sqlite", "postgres"} {
		for _, callers := range []int{1, 16} {
			b.Run(fmt.Sprintf("%s/callers=%d", db, callers), func(b *testing.B) {
				url := filepath.Join(b.TempDir(), "b.db")
				if db == "postgres" {
					url = cluster.Database(b)
				}
				s := open(b, url)
				for i := range callers {
					insertCase(b, s, newCase(fmt.Sprint("c", i), fmt.Sprint(i)))
				}
				b.ResetTimer()
				var next atomic.Int64
				var wg sync.WaitGroup
				for i := range callers {
					wg.Go(func() {
						for next.Add(1) <= int64(b.N) {
							err := s.Update(b.Context(), func(ctx context.Context, tx *store.Tx) error {
								_, err := tx.LockCase(ctx, fmt.Sprint("c", i))
								return err
							})
							if err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
			})
		}
	}
}
