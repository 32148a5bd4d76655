package queue

import "context"

// Stopping reports whether the engine begins no further attempt.
func Stopping(e Engine) bool {
	return e.(interface{ stopping(context.Context) bool }).stopping(context.Background()) //nolint:forcetypeassert // by construction
}
