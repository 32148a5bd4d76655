package page

import (
	"strconv"
	"strings"
)

// colorOf returns a colour as six figures, or as it is named; "" when it says nothing
// and unknown when nobody knows.
func colorOf(value string) string {
	value = strings.ToLower(strings.TrimSpace(value))
	figures, isFigures := strings.CutPrefix(value, "#")
	switch {
	case value == "" || value == "inherit" || value == "initial":
		return ""
	case value == "white" || value == "windowbg" || figures == "fff":
		return "ffffff"
	case value == "black" || value == "windowtext" || figures == "000":
		return "000000"
	case value == "transparent":
		return value
	case isFigures && len(figures) == 3:
		return string([]byte{figures[0], figures[0], figures[1], figures[1], figures[2], figures[2]})
	case isFigures && len(figures) == 6:
		return figures
	case strings.HasPrefix(value, "rgb("):
		return rgb(value)
	}
	return unknown
}

// unknown is a colour that nobody knows.
const unknown = "?"

func rgb(value string) string {
	parts := strings.Split(strings.Trim(value[len("rgb("):], ") "), ",")
	if len(parts) != 3 {
		return unknown
	}
	var figures strings.Builder
	for _, part := range parts {
		n, err := strconv.ParseUint(strings.TrimSpace(part), 10, 8)
		if err != nil {
			return unknown
		}
		figures.WriteString(strconv.FormatUint(n+0x100, 16)[1:])
	}
	return figures.String()
}
