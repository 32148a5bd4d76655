// Package point stands in for the points of the program while it is tortured.
package point

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// orders counts how often the point of the present order was passed.
var orders struct {
	sync.Mutex
	text   string
	passed int
}

// point does what the file named by TORTURE_ORDERS says, "ACT N POINT": when the
// point is passed for the N-th time the process kills itself, or stays there
// until the order is withdrawn and says so in a file beside it. Without the file
// nothing happens. The point "a: b" is passed for orders that name "a" as well.
func point(name string) {
	path := os.Getenv("TORTURE_ORDERS")
	raw, err := os.ReadFile(path)
	if err != nil {
		return
	}
	order := string(raw)
	act, rest, _ := strings.Cut(order, " ")
	number, where, _ := strings.Cut(rest, " ")
	if name != where && !strings.HasPrefix(name, where+": ") || !due(order, number) {
		return
	}
	if act == "kill" {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // it comes at once, but perhaps to another thread first
	}
	_ = os.WriteFile(path+".reached", nil, 0o600)
	for beat := time.NewTicker(time.Millisecond); ; <-beat.C {
		if _, err := os.Stat(path); err != nil {
			return
		}
	}
}

// due reports whether this passing is the one that the order means.
func due(order, number string) bool {
	orders.Lock()
	defer orders.Unlock()
	if orders.text != order {
		orders.text, orders.passed = order, 0
	}
	orders.passed++
	n, err := strconv.Atoi(number)
	return err == nil && orders.passed == n
}
