package bridge

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestThread: what the next message answers and refers to, at each step.
func TestThread(t *testing.T) {
	t.Parallel()
	c := Case{Notices: []Notice{{Serial: 1, MessageID: "o1@x"}}}
	check := func(step, reply string, references ...string) {
		t.Helper()
		in, refs := c.Answering()
		if diff := cmp.Diff(references, refs); diff != "" || in != reply {
			t.Errorf("%s: in reply to %q %s", step, in, diff)
		}
	}
	check("the first has not been settled", "o1@x", "o1@x")
	c.Threaded("o1@x", false)
	check("our first", "o1@x", "o1@x")
	c.Threaded("o2@x", false)
	check("our second", "o1@x", "o1@x")
	c.Threaded("t1@y", true)
	check("their first", "t1@y", "o1@x", "o2@x", "t1@y")
	c.Threaded("o3@x", false)
	check("our answer", "t1@y", "o1@x", "o2@x", "t1@y")
	c.Threaded("t2@y", true)
	check("their second", "t2@y", "o1@x", "o2@x", "t1@y", "o3@x", "t2@y")
	c.Threaded("o2@x", false)
	c.Threaded("t1@y", true)
	check("known ones once more", "t2@y", "o1@x", "o2@x", "t1@y", "o3@x", "t2@y")
	for _, id := range []string{"", "a b@y", "<a@y>", "a@y>", "a\r\nBcc: z@y", "ñ@y", "a\x7f@y", strings.Repeat("a", 251)} {
		c.Threaded(id, true)
	}
	check("what could not stand in a header", "t2@y", "o1@x", "o2@x", "t1@y", "o3@x", "t2@y")
	c = Case{}
	if in, refs := c.Answering(); in != "" || refs != nil {
		t.Errorf("nothing: %q, %q", in, refs)
	}
}

// TestLongThread keeps the first, the newest and the provider's newest, and leaves
// what was copied before as it was.
func TestLongThread(t *testing.T) {
	t.Parallel()
	var c Case
	for i := range 3 * maxThread {
		before, was := c, slices.Clone(c.Thread)
		c.Threaded(fmt.Sprint(i, "@x"), i == 10)
		if diff := cmp.Diff(was, before.Thread); diff != "" {
			t.Fatalf("%d: %s", i, diff)
		}
	}
	if len(c.Thread) != maxThread || c.Thread[0] != "0@x" || c.Thread[1] != fmt.Sprint(2*maxThread+1, "@x") {
		t.Errorf("%d: %q", len(c.Thread), c.Thread)
	}
	in, refs := c.Answering()
	if in != "10@x" || len(refs) != maxThread+1 || refs[0] != "0@x" || refs[maxThread] != "10@x" {
		t.Errorf("in reply to %q, %q", in, refs)
	}
}
