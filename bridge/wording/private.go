package wording

import (
	"path"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
)

// Private is what of a notice did not leave as it is, because it looks private. What was
// said of pictures in an earlier notice is not said again.
func Private(c bridge.Case, p *mapping.Profile, n bridge.Notice, lang string) text.Private {
	out := text.Private{Hidden: Hidden(c, p, n.Hidden, lang)}
	for _, f := range n.Omitted {
		switch {
		case f.Why == bridge.LeftPrivate || f.Why == bridge.LeftClosed:
			out.Files = append(out.Files, withheld(f))
		case f.Why == bridge.LeftImage && !pictured(c, n, f.ID):
			out.Images = append(out.Images, text.LeftFile{Name: f.Name, Size: f.Size})
		}
	}
	if more := n.Further[bridge.LeftImage]; more > 0 && len(out.Images) > 0 {
		out.Images = append(out.Images, text.LeftFile{More: more})
	}
	return out
}

// Hidden is what was masked, as the team calls where it stands.
func Hidden(c bridge.Case, p *mapping.Profile, hidden []bridge.Hidden, lang string) []text.Hidden {
	var out []text.Hidden
	for _, h := range hidden {
		told := text.Hidden{Kind: string(h.Kind), Line: h.Line}
		switch h.Place {
		case bridge.PlaceSummary, bridge.PlaceRest, bridge.PlaceWords:
			told.Place = h.Place
		default:
			told.Label = Labels(p, c.Kind, []string{h.Place}, lang)[0]
		}
		if h.Place == bridge.PlaceSummary {
			told.Line = 0 // it has one line
		}
		out = append(out, told)
	}
	return out
}

func withheld(f bridge.Evidence) text.Withheld {
	told := text.Withheld{Name: f.Name, Size: f.Size}
	if f.Inspection == nil {
		return told
	}
	told.Closed = string(f.Inspection.Opaque)
	for _, in := range f.Inspection.Inside {
		last := in.Path[strings.LastIndex(in.Path, "!/")+1:]
		if in.Path == "" {
			last = f.Name
		}
		told.Inside = append(told.Inside, text.Hidden{
			Kind: string(in.Kind), Label: in.Path, Line: in.Line, Page: strings.EqualFold(path.Ext(last), ".pdf"),
		})
	}
	return told
}

// pictured reports whether an earlier notice left that picture out.
func pictured(c bridge.Case, n bridge.Notice, id string) bool {
	return slices.ContainsFunc(c.Notices, func(o bridge.Notice) bool {
		left := func(f bridge.Evidence) bool { return f.ID == id && f.Why == bridge.LeftImage }
		return o.Serial < n.Serial && slices.ContainsFunc(o.Omitted, left)
	})
}
