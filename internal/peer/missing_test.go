package peer

import (
	"runtime"
	"strings"
	"testing"
)

// recorder is a test that only notes how it was ended.
type recorder struct {
	testing.TB
	skipped, failed string
}

func (*recorder) Helper()             {}
func (r *recorder) Skip(args ...any)  { r.skipped, _ = args[0].(string); runtime.Goexit() }
func (r *recorder) Fatal(args ...any) { r.failed, _ = args[0].(string); runtime.Goexit() }

func TestMissingServer(t *testing.T) {
	for _, required := range []string{"", "1"} {
		t.Setenv("ESCALAT_REQUIRE_PEERS", required)
		r, ended := &recorder{TB: t}, make(chan struct{})
		go func() { // of its own: it ends as a test does
			defer close(ended)
			find(r, "no-such-server", "no-such-package", "/nowhere/*")
		}()
		<-ended
		said, other := r.skipped, r.failed
		if required == "1" {
			said, other = other, said
		}
		if !strings.Contains(said, "no-such-server is not installed (apt-get install no-such-package)") || other != "" {
			t.Errorf("required %q: skipped %q, failed %q", required, r.skipped, r.failed)
		}
	}
}
