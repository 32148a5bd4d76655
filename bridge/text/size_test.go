package text

import (
	"testing"
)

func TestSize(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1 kB", 1499: "1 kB", 1500: "2 kB", 999_499: "999 kB",
		999_500: "1,0 MB", 1_250_001: "1,3 MB", 20 << 20: "21,0 MB",
	} {
		if got := Size(n, ","); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}
