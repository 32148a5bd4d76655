package guard

import (
	"context"
	"fmt"
	"io"
	"strings"

	"escalat/bridge"
	"escalat/internal/guard/inside"
)

// maxInside is how many places of a file are told.
const maxInside = 20

// File looks into a file. An error is that of reading it, or of ctx, which bounds the time;
// whatever else hinders is told in what is returned.
func (g *Guard) File(ctx context.Context, name, mimeType string, size int64, r io.Reader) (bridge.Inspection, error) {
	var all []bridge.Inside
	known := map[bridge.Inside]bool{}
	scan := func(path string, line int, text string) {
		if len(all) == maxInside { // there is no more to tell
			return
		}
		for _, place := range g.places(path, line, text) {
			// What stands where two pieces overlap is found twice.
			if !known[place] && len(all) < maxInside {
				known[place] = true
				all = append(all, place)
			}
		}
	}
	opaque, err := inside.Walk(ctx, inside.File{Name: name, MIMEType: mimeType, Size: size}, r, g.limits, scan)
	if err != nil {
		return bridge.Inspection{}, fmt.Errorf("guard: looking into %s: %w", name, err)
	}
	return bridge.Inspection{Inside: all, Opaque: opaque}, nil
}

// places are where something private stands in a piece of a file that begins on that line.
func (g *Guard) places(path string, line int, text string) []bridge.Inside {
	var all []bridge.Inside
	path = bridge.Issue{Summary: path}.Screened(g.Text).Summary // names may be private, too
	for _, f := range g.find(text) {
		// Of a page the number is negative: its lines are not told.
		at := inside.LineAt(line, strings.Count(text[:f.start], "\n"))
		all = append(all, bridge.Inside{Kind: f.kind, Path: path, Line: max(at, -at)})
	}
	return all
}
