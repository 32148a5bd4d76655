package receive

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"

	"escalat/bridge"
)

const (
	// rawName is the file name of the mail itself.
	rawName     = "original.eml"
	maxFileName = 120 // bytes
	maxExt      = 12  // bytes, with the dot
	// maxText bounds the file with the text of a reply, in bytes.
	maxText = 1 << 20
)

// sift returns the parts that are not on the issue yet, each content once, and the
// names of those that are; the case remembers the former. Those that are kept out for
// their type are named, and those that nobody wants to see are left out.
func (r *Receiver) sift(c *bridge.Case, parts []bridge.Part) (fresh []bridge.Part, known, blocked []string) {
	var digests []string
	for _, p := range parts {
		switch name := fileName(p); {
		case ornament(p):
		case r.blocks(name):
			if !slices.Contains(blocked, name) {
				blocked = append(blocked, name)
			}
		case c.Has(p.Digest):
			if !slices.Contains(known, name) {
				known = append(known, name)
			}
		case p.Digest != "" && slices.Contains(digests, p.Digest):
		default:
			fresh, digests = append(fresh, p), append(digests, p.Digest)
		}
	}
	c.Keep(digests...)
	return fresh, known, blocked
}

// tiny is the size up to which an image that belongs to the text is an ornament, in
// bytes: a tracking pixel, an icon, a line.
const tiny = 2 << 10

// ornament reports whether a part is nothing to be kept: the ornaments of a mail's
// HTML, and the signature of a program.
func ornament(p bridge.Part) bool {
	inText := p.Inline || p.ID != ""
	return p.Signature || inText && strings.HasPrefix(p.Type, "image/") && p.Size <= tiny
}

// blocks reports whether a file of that name is kept out for its type. Blanks and dots
// behind an extension open it all the same.
func (r *Receiver) blocks(name string) bool {
	ext := strings.TrimPrefix(strings.ToLower(path.Ext(strings.TrimRight(name, ". "))), ".")
	return ext != "" && slices.Contains(r.config.Blocked, ext)
}

// fileNames makes of what the sender called the parts names that are safe to
// write to a disk or to show: no path, no control or direction mark, not too
// long, each of them once, and none of those that are reserved.
func fileNames(parts []bridge.Part, reserved ...string) []string {
	taken := map[string]bool{}
	for _, name := range reserved {
		taken[strings.ToLower(name)] = true
	}
	names := make([]string, 0, len(parts))
	for _, p := range parts {
		name := fileName(p)
		ext := extension(name)
		stem := strings.TrimSuffix(name, ext)
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%s (%d)%s", stem, n, ext)
		}
		taken[strings.ToLower(name)] = true
		names = append(names, name)
	}
	return names
}

func fileName(p bridge.Part) string {
	name := p.Name[strings.LastIndexAny(p.Name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar, unicode.IsSpace(r):
			return ' '
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	if name == "" {
		return fmt.Sprintf("part-%d%s", p.Index, extensionOf(p.Type))
	}
	ext := extension(name)
	stem := strings.TrimSuffix(name, ext)
	return shorten(stem, maxFileName-len(ext)) + ext
}

func extension(name string) string {
	if ext := path.Ext(name); len(ext) <= maxExt && len(ext) < len(name) {
		return ext
	}
	return ""
}

// extensionOf gives the extension of the types that providers send without a
// name.
func extensionOf(media string) string {
	switch media {
	case "image/png":
		return ".png"
	case "image/jpeg":
		return ".jpg"
	case "image/gif":
		return ".gif"
	case "application/pdf":
		return ".pdf"
	case "message/rfc822":
		return ".eml"
	case "text/plain", "message/delivery-status", "text/rfc822-headers":
		return ".txt"
	case "text/html":
		return ".html"
	case "text/calendar":
		return ".ics"
	}
	return ".bin"
}
