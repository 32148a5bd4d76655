package spelling

import "testing"

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b     string
		distance int // Levenshtein
		slips    int // Damerau–Levenshtein, of two at most
	}{
		{"", "", 0, 0},
		{"impacte", "impacte", 0, 0},
		{"impacte", "impcate", 2, 1},
		{"impacte", "impact", 1, 1},
		{"impacte", "limpacte", 1, 1},
		{"contacte", "contracte", 1, 1},
		{"redes", "sistemas", 6, 3},
	} {
		if got := Distance(tt.a, tt.b); got != tt.distance {
			t.Errorf("%s is %d from %s, want %d", tt.a, got, tt.b, tt.distance)
		}
		if got := Slips([]rune(tt.a), []rune(tt.b), 2); got != tt.slips {
			t.Errorf("%s is %d slips from %s, want %d", tt.a, got, tt.b, tt.slips)
		}
	}
}
