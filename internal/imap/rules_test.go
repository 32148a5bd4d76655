package imap

import (
	"fmt"
	"strings"
	"testing"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"
)

// While nothing at all can be read it is the server that is ill: mails are
// given up more and more slowly.
func TestAttemptsGrow(t *testing.T) {
	t.Parallel()
	r := &Reader{}
	var got []int
	for range 8 {
		got = append(got, r.attempts())
		r.givenUp++
	}
	if diff := cmp.Diff([]int{2, 4, 8, 16, 32, 64, 64, 64}, got); diff != "" {
		t.Error(diff)
	}
}

func TestPauses(t *testing.T) {
	t.Parallel()
	p := pauses{first: time.Second, longest: 2 * time.Minute, random: func() float64 { return 0 }}
	var got []time.Duration
	for range 9 {
		got = append(got, p.next(false)/time.Second)
	}
	if diff := cmp.Diff([]time.Duration{1, 2, 4, 8, 16, 32, 64, 120, 120}, got); diff != "" {
		t.Error(diff)
	}
	p.reset()
	got = nil
	for range 7 {
		got = append(got, p.next(true)/time.Minute)
	}
	if diff := cmp.Diff([]time.Duration{1, 2, 4, 8, 16, 30, 30}, got); diff != "" {
		t.Error(diff)
	}
	p.failures = 1000
	p.random = func() float64 { return 0.5 }
	if d := p.next(false); d != 90*time.Second {
		t.Errorf("with chance: %v", d)
	}
}

func TestAbove(t *testing.T) {
	t.Parallel()
	tests := []struct {
		set   string
		last  uint32
		limit int
		want  []uint32
		more  bool
	}{
		{"5", 5, 10, nil, false},
		{"1:9", 6, 10, []uint32{7, 8, 9}, false},
		{"1:4294967295", 5, 3, []uint32{6, 7, 8}, true},
		{"4294967295", 4294967294, 3, []uint32{4294967295}, false},
		{"3,9,12:13", 3, 3, []uint32{9, 12, 13}, false},
	}
	for _, tt := range tests {
		got, more := above(uidSet(t, tt.set), tt.last, tt.limit)
		if diff := cmp.Diff(tt.want, got); diff != "" || more != tt.more {
			t.Errorf("%s above %d: more %v\n%s", tt.set, tt.last, more, diff)
		}
	}
}

func uidSet(t *testing.T, text string) goimap.UIDSet {
	t.Helper()
	var set goimap.UIDSet
	for part := range strings.SplitSeq(text, ",") {
		var a, b uint32
		if n, err := fmt.Sscanf(part, "%d:%d", &a, &b); n == 1 {
			b = a
		} else if err != nil {
			t.Fatal(err)
		}
		set.AddRange(goimap.UID(a), goimap.UID(b))
	}
	return set
}
