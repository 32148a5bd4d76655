package config

import (
	"slices"
	"strings"
)

// SearchFolders says which folders are searched beside those that are read.
type SearchFolders struct {
	all   bool
	names []string
}

// The words that stand alone.
const (
	searchAuto = "auto"
	searchNone = "none"
)

// maxFolders bounds the folders that can be named.
const maxFolders = 200

// All reports whether every other folder is searched.
func (f SearchFolders) All() bool { return f.all }

// Names returns the folders that are named; none with All.
func (f SearchFolders) Names() []string { return f.names }

// String returns the folders as they are written.
func (f SearchFolders) String() string {
	switch {
	case f.all:
		return searchAuto
	case len(f.names) == 0:
		return searchNone
	}
	return strings.Join(f.names, ",")
}

// UnmarshalText reads names separated by commas, or one of the words that stand
// alone.
func (f *SearchFolders) UnmarshalText(text []byte) error {
	var names []string
	for name := range strings.SplitSeq(string(text), ",") {
		names = append(names, strings.TrimSpace(name))
	}
	word := func(name string) bool {
		return strings.EqualFold(name, searchAuto) || strings.EqualFold(name, searchNone)
	}
	switch {
	case len(names) == 1 && word(names[0]):
		*f = SearchFolders{all: strings.EqualFold(names[0], searchAuto)}
		return nil
	case slices.ContainsFunc(names, word):
		return invalid("is %s: “auto” and “none” stand alone", quote(string(text)))
	case slices.Contains(names, ""):
		return invalid("has an empty element beside a comma")
	case len(names) > maxFolders:
		return invalid("names more than %d folders", maxFolders)
	}
	*f = SearchFolders{names: names}
	return nil
}

// checkFolders refuses a folder that would be read and searched, and sizes that
// contradict each other.
func (c *Config) checkFolders(s *source) {
	for _, name := range c.IMAP.Search.Names() {
		if slices.ContainsFunc(c.IMAP.Folders, func(read string) bool {
			return read == name || strings.EqualFold(read, "INBOX") && strings.EqualFold(name, "INBOX")
		}) {
			s.add(Prefix+"IMAP_SEARCH", "names %s, which ESCALAT_IMAP_FOLDERS names too", quote(name))
		}
	}
	const keep = Prefix + "IMAP_KEEP_SIZE"
	if c.IMAP.KeepSize < c.IMAP.MaxSize && !s.refused[keep] && !s.refused[Prefix+"IMAP_MAX_SIZE"] {
		s.add(keep, "is %s, less than ESCALAT_IMAP_MAX_SIZE (%s)", c.IMAP.KeepSize, c.IMAP.MaxSize)
	}
}
