package queue_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkEffects measures effects that cost nothing outside, so what the
// engine itself costs: many cases with one effect each, and one case with many.
func BenchmarkEffects(b *testing.B) {
	for _, db := range []string{"sqlite", "postgres"} {
		for _, lanes := range []string{"many lanes", "one lane"} {
			b.Run(db+"/"+lanes, func(b *testing.B) {
				url := filepath.Join(b.TempDir(), "b.db")
				if db == "postgres" {
					url = cluster.Database(b)
				}
				bench := newBench(b, url)
				bench.world.ended = make(chan string, b.N)
				bench.world.began = make(chan string, b.N)
				for i := range b.N {
					id := "one"
					if lanes == "many lanes" {
						id = fmt.Sprint("c", i)
					}
					if i == 0 || lanes == "many lanes" {
						bench.addCase(id)
					}
					bench.plan(id, comment(fmt.Sprint("k", i)))
				}
				bench.start()
				b.ResetTimer()
				bench.tick()
				beat := time.NewTicker(time.Second) // as the leader does
				defer beat.Stop()
				for ended := 0; ended < b.N; {
					select {
					case <-bench.world.ended:
						ended++
					case <-beat.C:
						bench.tick()
					case <-b.Context().Done():
						b.Fatal("cut off")
					}
				}
			})
		}
	}
}
