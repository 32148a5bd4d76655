package text

import (
	"fmt"
	"strings"
)

// Size is a number of bytes as a person says it, in decimal units. decimal stands
// before the tenths.
func Size(bytes int64, decimal string) string {
	const kB, MB = 1000, 1000 * 1000
	switch {
	case bytes >= MB-kB/2: // what would be rounded to 1000 kB
		return strings.Replace(fmt.Sprintf("%.1f MB", float64(bytes)/MB), ".", decimal, 1)
	case bytes >= kB:
		return fmt.Sprintf("%d kB", (bytes+kB/2)/kB)
	case bytes == 1:
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", bytes)
}
