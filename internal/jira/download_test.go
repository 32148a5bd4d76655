package jira

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"escalat/bridge"
)

// A file has as many bytes as Jira says, or, where it does not say, no more than
// is accepted.
func TestDownloadIsBounded(t *testing.T) {
	t.Parallel()
	const bound = 10
	for _, test := range []struct {
		size, there int
		kind        error
		permanent   bool
	}{
		{bound, bound, nil, false},
		{bound, bound - 1, io.ErrUnexpectedEOF, false},
		{bound, bound + 1, errAny, false}, // Jira said so a moment ago: it may be another file now
		{bound, 5 * bound, errAny, false},
		{0, 0, nil, false},
		{0, bound, nil, false},
		{0, bound + 1, ErrTooLarge, true},
		{0, 5 * bound, ErrTooLarge, true},
	} {
		for how, r := range map[string]io.Reader{
			"at once": strings.NewReader(strings.Repeat("x", test.there)), "byte by byte": iotest.OneByteReader(strings.NewReader(strings.Repeat("x", test.there))),
			"with its end": iotest.DataErrReader(strings.NewReader(strings.Repeat("x", test.there))),
		} {
			d := &download{body: io.NopCloser(r), cancel: func() {}, op: "read", size: int64(test.size), bound: bound}
			got, err := io.ReadAll(d)
			if (err != nil) != (test.kind != nil) || bridge.IsPermanent(err) != test.permanent || len(got) > bound {
				t.Errorf("%+v, %s: %d bytes, %v", test, how, len(got), err)
			}
			if test.kind != errAny && !errors.Is(err, test.kind) || errors.Is(err, ErrTooLarge) != (test.kind == ErrTooLarge) { //nolint:errorlint // which one the table names
				t.Errorf("%+v, %s: %v", test, how, err)
			}
			if err == nil && len(got) != test.there {
				t.Errorf("%+v, %s: %d bytes", test, how, len(got))
			}
		}
	}
}

var errAny = errors.New("any error")
