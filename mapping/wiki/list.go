package wiki

// item is a list's item before lists are made of items.
type item struct {
	start, inner, end int
	level             int
	ordered           bool
}

// listMark reads the mark of a list's item at i; its level is 0 when there is
// none. A mark without text behind is text: people answer with a dash.
func (p *parser) listMark(i, hi, depth int) item {
	it := item{start: i}
	dashes := 0
	for i < hi && it.level <= maxDepth {
		c := p.src[i]
		if c != '*' && c != '-' && c != '#' {
			break
		}
		if c == '-' {
			dashes++
		}
		it.ordered = c == '#'
		it.level++
		i++
	}
	it.inner = p.skipBlank(i, hi, false)
	if it.inner == i || it.inner == hi || p.src[it.inner] == '\n' || dashes >= 4 || it.level+depth > maxDepth {
		return item{}
	}
	return it
}

// list reads the items from i, whose lists are one or, when the first ones stand
// deeper than others or are of another sort, the first of several.
func (p *parser) list(i, hi, depth int) Node {
	var items []item
	for it := p.listMark(i, hi, depth); it.level > 0; it = p.listMark(i, hi, depth) {
		if len(items) > 0 && (it.level < items[0].level || it.level == items[0].level && it.ordered != items[0].ordered) {
			break
		}
		it.end = p.itemEnd(it, hi, depth)
		items = append(items, it)
		if i = p.skipBlank(it.end, hi, true); i == hi || p.nodes+2*len(items) >= maxNodes {
			break
		}
	}
	return p.lists(items, depth)[0]
}

// itemEnd returns where the item's own text ends: with the lines below that
// begin nothing else.
func (p *parser) itemEnd(it item, hi, depth int) int {
	end := p.wholeLine(it.inner, hi, depth)
	for end < hi {
		next := p.skipBlank(end+1, hi, false)
		if next >= hi || p.src[next] == '\n' || p.marked(next, hi, depth) {
			break
		}
		if s, ok := p.pairFrom(next, hi, depth); ok && s.start == next && (s.name == panel || s.name == expand) {
			break
		}
		end = p.wholeLine(next, hi, depth)
	}
	return p.trimEnd(it.inner, end)
}

// lists makes lists of items: a deeper item belongs to the one before it.
func (p *parser) lists(items []item, depth int) []Node {
	var lists []Node
	for i := 0; i < len(items); {
		level, ordered := items[i].level, items[i].ordered
		list := Node{Kind: List, Start: items[i].start, Ordered: ordered}
		for i < len(items) && items[i].level == level && items[i].ordered == ordered {
			below := i + 1
			for below < len(items) && items[below].level > level {
				below++
			}
			list.Children = append(list.Children, p.item(items[i], items[i+1:below], depth))
			i = below
		}
		list.End = list.Children[len(list.Children)-1].End
		list.InnerStart, list.InnerEnd = list.Start, list.End
		lists = append(lists, list)
	}
	return lists
}

func (p *parser) item(it item, below []item, depth int) Node {
	p.nodes++
	n := Node{Kind: Item, Start: it.start, End: it.end, InnerStart: it.inner, Level: it.level}
	n.Children = p.blocks(it.inner, it.end, depth+1, false)
	if deeper := p.lists(below, depth+1); len(deeper) > 0 {
		n.Children = append(n.Children, deeper...)
		n.End = deeper[len(deeper)-1].End
	}
	n.InnerEnd = n.End
	return n
}
