package guard

// keywords finds many words in one pass (Aho and Corasick), whatever their ASCII case.
type keywords struct {
	class  [256]uint8 // of a byte; 0: of no word
	wide   int        // how many classes there are
	next   []int32    // by state and class
	output [][]int    // the words that end in a state
	length []int      // of the words
}

// sighting is a word that stands in a text.
type sighting struct{ word, at int }

func newKeywords(words []string) *keywords {
	k := &keywords{wide: 1}
	for _, w := range words {
		k.length = append(k.length, len(w))
		for i := range len(w) {
			if b := lower(w[i]); k.class[b] == 0 {
				k.class[b] = uint8(k.wide)
				k.wide++
			}
		}
	}
	for b := 'A'; b <= 'Z'; b++ {
		k.class[b] = k.class[lower(byte(b))]
	}
	k.grow(words)
	k.link()
	return k
}

// grow makes the tree of the words. A step that is not there is 0, the root.
func (k *keywords) grow(words []string) {
	k.next, k.output = make([]int32, k.wide), make([][]int, 1)
	for n, w := range words {
		state := 0
		for i := range len(w) {
			step := state*k.wide + int(k.class[w[i]])
			if k.next[step] == 0 {
				k.next[step] = int32(len(k.output))
				k.next = append(k.next, make([]int32, k.wide)...)
				k.output = append(k.output, nil)
			}
			state = int(k.next[step])
		}
		k.output[state] = append(k.output[state], n)
	}
}

// link fills in where to go on when a word breaks off, nearest states first.
func (k *keywords) link() {
	fail := make([]int32, len(k.output))
	var queue []int32
	for c := range k.wide {
		if s := k.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		k.output[state] = append(k.output[state], k.output[fail[state]]...)
		for c := range k.wide {
			step := int(state)*k.wide + c
			back := k.next[int(fail[state])*k.wide+c]
			if k.next[step] == 0 {
				k.next[step] = back
				continue
			}
			fail[k.next[step]] = back
			queue = append(queue, k.next[step])
		}
	}
}

// each calls with every word that stands in the text.
func (k *keywords) each(text string, with func(sighting)) {
	state := int32(0)
	for i := range len(text) {
		state = k.next[int(state)*k.wide+int(k.class[text[i]])]
		for _, n := range k.output[state] {
			with(sighting{word: n, at: i + 1 - k.length[n]})
		}
	}
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
