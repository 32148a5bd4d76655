package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// resolver asks the DNS as this machine does.
type resolver struct {
	lookup  func(ctx context.Context, name string) ([]string, error)
	timeout time.Duration
}

// dnsTimeout bounds one question. A mail asks a handful at most.
const dnsTimeout = 5 * time.Second

func newResolver() resolver {
	return resolver{lookup: net.DefaultResolver.LookupTXT, timeout: dnsTimeout}
}

// LookupTXT returns the TXT records of a name, none where there are none. The error
// says that the DNS did not answer.
func (r resolver) LookupTXT(ctx context.Context, name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	// With the dot at its end no search list is tried, which could answer for somebody
	// else.
	records, err := r.lookup(ctx, name+".")
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("dns: TXT of %s: %w", name, err)
	}
	return records, nil
}
