package torture_test

import (
	"flag"
	"os"
	"strconv"
	"testing"

	"escalat/internal/contract"
	"escalat/internal/peer"
)

// What this package's tests share; TestMain ends it.
var (
	cluster   peer.Cluster
	programs  workshop
	documents = contract.New()
)

func TestMain(m *testing.M) {
	flag.Parse()
	// Most of the time the programs wait: more of them than there are processors
	// have room.
	_ = flag.Set("test.parallel", strconv.Itoa(2*yards*len(databases)))
	code := m.Run()
	cluster.Stop()
	programs.close()
	os.Exit(code)
}
