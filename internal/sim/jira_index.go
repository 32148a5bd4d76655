package sim

import (
	"maps"
	"slices"
	"time"
)

// index is what the search knows of the issues. While it neither lags nor is
// frozen it is empty, and the search sees the issues themselves.
type index struct {
	lag      time.Duration
	frozen   bool
	seq      int64 // of the newest version
	fence    int64 // the newest that a frozen index knows
	order    []string
	versions map[string][]version // by issue id, oldest first
	found    map[string]int       // how often a flickering search found it
	missing  map[string]bool      // what the search that is being paged leaves out
}

// version is an issue as it was after a change; nil: it was deleted.
type version struct {
	seq   int64
	at    time.Time
	issue *Issue
}

func newIndex(cfg JiraConfig) index {
	return index{lag: cfg.SearchLag, versions: map[string][]version{}, found: map[string]int{}, missing: map[string]bool{}}
}

// FreezeIndex stops the search from seeing any change until AdvanceIndex, or
// ThawIndex.
func (j *Jira) FreezeIndex() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.index.lag == 0 && !j.index.frozen {
		for _, issue := range j.issues {
			j.index.add(issue, j.cfg.Now())
		}
	}
	j.index.frozen, j.index.fence = true, j.index.seq
}

// AdvanceIndex lets a frozen search see what has changed until now.
func (j *Jira) AdvanceIndex() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.index.fence = j.index.seq
}

// ThawIndex lets the search see every change again, when the lag has passed.
func (j *Jira) ThawIndex() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.index.frozen = false
	if j.index.lag == 0 {
		j.index.order = nil
		clear(j.index.versions)
	}
}

// touch tells the index that an issue has changed. The caller holds mu.
func (j *Jira) touch(issue *Issue) {
	if j.index.lag > 0 || j.index.frozen {
		j.index.add(issue, j.cfg.Now())
	}
}

// add remembers the issue as it is now.
func (x *index) add(issue *Issue, at time.Time) {
	now := *issue
	now.Fields = maps.Clone(issue.Fields)
	x.append(issue.ID, version{at: at, issue: &now})
}

func (x *index) remove(id string, at time.Time) {
	if x.lag > 0 || x.frozen {
		x.append(id, version{at: at})
	}
}

func (x *index) append(id string, v version) {
	x.seq++
	v.seq = x.seq
	if x.versions[id] == nil {
		x.order = append(x.order, id)
	}
	x.versions[id] = append(x.versions[id], v)
}

// searchable are the issues as the search sees them, oldest first; those of
// the given ids it sees as they are. The caller holds mu.
func (j *Jira) searchable(fresh []string) []*Issue {
	x := &j.index
	if x.lag == 0 && !x.frozen {
		return j.issues
	}
	var out []*Issue
	for _, id := range x.order {
		issue := x.see(id, j.cfg.Now())
		if slices.Contains(fresh, id) {
			issue = j.byRef[id]
		}
		if issue != nil {
			out = append(out, issue)
		}
	}
	return out
}

// see is the newest version that the index may know; what is older is forgotten.
func (x *index) see(id string, now time.Time) *Issue {
	list := x.versions[id]
	newest := -1
	for i, v := range list {
		if v.at.Add(x.lag).After(now) || x.frozen && v.seq > x.fence {
			break
		}
		newest = i
	}
	if newest < 0 {
		return nil
	}
	x.versions[id] = list[newest:]
	return list[newest].issue
}

// flicker leaves out of a search what it found for the first time before. The
// pages of one search leave out the same. The caller holds mu.
func (j *Jira) flicker(found []*Issue, fresh []string, first bool) []*Issue {
	if !j.cfg.Flicker {
		return found
	}
	x := &j.index
	if first {
		clear(x.missing)
		for _, issue := range found {
			version := issue.ID + " " + issue.Updated.String()
			x.found[version]++
			x.missing[issue.ID] = x.found[version] == 2
		}
	}
	return slices.DeleteFunc(slices.Clone(found), func(i *Issue) bool { return x.missing[i.ID] && !slices.Contains(fresh, i.ID) })
}
