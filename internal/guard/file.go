package guard

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"escalat/bridge"
)

// The bounds of looking into a file.
const (
	maxInside = 20 // places that are told
	maxFile   = 32 << 20
)

// File looks into a file. An error is that of reading it; whatever else hinders is told in
// what is returned.
func (g *Guard) File(_ context.Context, name, mimeType string, size int64, r io.Reader) (bridge.Inspection, error) {
	if strings.HasPrefix(mimeType, "image/") {
		return bridge.Inspection{Opaque: bridge.OpaqueImage}, nil
	}
	raw, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return bridge.Inspection{}, fmt.Errorf("guard: reading %s: %w", name, err)
	}
	if size > maxFile || len(raw) > maxFile {
		return bridge.Inspection{Opaque: bridge.OpaqueTooLarge}, nil
	}
	if !utf8.Valid(raw) || strings.ContainsRune(string(raw), 0) {
		return bridge.Inspection{Opaque: bridge.OpaqueUnknown}, nil
	}
	places := g.places("", 1, string(raw))
	return bridge.Inspection{Inside: places[:min(len(places), maxInside)]}, nil
}

// places are where something private stands in a piece of a file that begins on that line.
func (g *Guard) places(path string, line int, text string) []bridge.Inside {
	var all []bridge.Inside
	at := 0
	for _, f := range g.find(text) {
		if line > 0 {
			line += strings.Count(text[at:f.start], "\n")
		}
		at = f.start
		all = append(all, bridge.Inside{Kind: f.kind, Path: path, Line: line})
	}
	return all
}
