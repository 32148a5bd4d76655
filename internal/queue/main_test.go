package queue_test

import (
	"os"
	"testing"

	"escalat/internal/peer"
)

// cluster is the PostgreSQL that this package's tests share; TestMain ends it.
var cluster peer.Cluster

func TestMain(m *testing.M) {
	code := m.Run()
	cluster.Stop()
	os.Exit(code)
}
