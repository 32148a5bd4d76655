package bridge

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// keptPrints is of how many notices the fingerprints are kept: people quote what is new.
const keptPrints = 30

// Slim drops what a case need not remember of its notices: the texts of those that are
// known to have left, of which a digest says whether something is one, and the fingerprints
// of old ones but the first.
func (c *Case) Slim() {
	notices := slices.Clone(c.Notices)
	for i := range notices {
		n := &notices[i]
		if !n.SentAt.IsZero() && n.Body != "" {
			n.Sum, n.Body = sum(bare(n.Body)), ""
		}
		if n.Serial != 1 && i < len(notices)-keptPrints {
			n.Prints = nil
		}
	}
	c.Notices = notices
}

// Said reports whether a text begins with what one of the notices said that is no mail,
// whatever blanks and signs were changed in it.
func (c *Case) Said(text string) bool {
	text = bare(text)
	return slices.ContainsFunc(c.Notices, func(n Notice) bool {
		if own := bare(n.Body); own != "" {
			return strings.HasPrefix(text, own)
		}
		size, _, _ := strings.Cut(n.Sum, " ")
		length, err := strconv.Atoi(size)
		return err == nil && length > 0 && length <= len(text) && sum(text[:length]) == n.Sum
	})
}

// sum is the length of a text and a digest of it.
func sum(s string) string {
	if s == "" {
		return ""
	}
	digest := sha256.Sum256([]byte(s))
	return strconv.Itoa(len(s)) + " " + hex.EncodeToString(digest[:16])
}

// bare are the letters and digits of a text: a provider's API changes blanks and signs.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
