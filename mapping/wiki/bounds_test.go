package wiki

import (
	"strings"
	"testing"
)

// TestParseBounds: of what stands in one text, so much is read as markup and the
// rest as text, of which nothing is lost.
func TestParseBounds(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{"|a|b|\n", "|a", "*a* ", "* a\n", "a\n\n", "{quote}a{quote}", "a\n", "{color:red}", "\\\\ "} {
		tree := Parse(strings.Repeat(piece, maxMarkup/len(piece)))
		nodes, cells, text := 0, 0, 0
		var count func(n *Node)
		count = func(n *Node) {
			nodes++
			if n.Kind == Cell {
				cells++
			}
			text += strings.Count(n.Text, "a")
			for i := range n.Children {
				count(&n.Children[i])
			}
		}
		count(&tree.Root)
		if nodes > 2*maxNodes || cells > maxCells {
			t.Errorf("%q: %d nodes, %d cells", piece, nodes, cells)
		}
		if want := strings.Count(tree.Source, "a"); text < want && piece != "{color:red}" {
			t.Errorf("%q: %d of %d letters show", piece, text, want)
		}
	}
}
