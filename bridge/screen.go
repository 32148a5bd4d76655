package bridge

import (
	"maps"
	"slices"
	"time"
)

// Screen is what an issue said before what is private in it was masked, and where that
// stands. It is never stored, told or logged.
type Screen struct {
	Bare Issue            // as Jira gave it
	Hits map[string][]Hit // by the text that holds them
}

// Screened is the issue with everything private in its texts masked: the summary, the
// description and its former versions, the fields, people's comments and the names of
// files. What find returns is of the text alone, so that one text is always masked in one
// way.
func (i Issue) Screened(find func(text string) []Hit) Issue {
	i.Screen = &Screen{Bare: i, Hits: map[string][]Hit{}}
	i.eachText(func(text string) string {
		if _, known := i.Screen.Hits[text]; !known && text != "" {
			if hits := find(text); len(hits) > 0 {
				i.Screen.Hits[text] = hits
			}
		}
		return text
	})
	return i.Allow(nil)
}

// Allow is the issue with what has those prints left as it was written. An issue that was
// not screened is as it is.
func (i Issue) Allow(prints []string) Issue {
	if i.Screen == nil {
		return i
	}
	out := i
	texts := i.Screen.Bare
	out.Summary, out.Description = texts.Summary, texts.Description
	out.Former, out.Fields, out.Comments, out.Attachments = texts.Former, texts.Fields, texts.Comments, texts.Attachments
	out.eachText(func(text string) string {
		hits, found := i.Screen.Hits[text]
		if !found {
			return text
		}
		return mask(text, hits, prints)
	})
	return out
}

// Prints are the prints of everything private in the issue's texts, each once and sorted.
func (i Issue) Prints() []string {
	if i.Screen == nil {
		return nil
	}
	var out []string
	for _, hits := range i.Screen.Hits {
		for _, h := range hits {
			out = append(out, h.Print)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// PrintsUntil are those in the texts as they stood at that time, as far as Jira tells: of the
// description the version of then, of comments, fields and files those that nobody has changed
// or added since. Jira does not tell when a summary was changed.
func (i Issue) PrintsUntil(at time.Time) []string {
	if i.Screen == nil {
		return nil
	}
	was := i.Screen.Bare
	description := was.Description
	for _, r := range slices.Backward(was.Former) {
		if r.Until.After(at) {
			description = r.Text
		}
	}
	texts := []string{was.Summary, description}
	for _, v := range was.Fields {
		if !v.At.After(at) {
			texts = append(texts, v.Markup)
		}
	}
	for _, c := range was.Comments {
		if !c.Own && !c.Updated.After(at) && !c.Created.After(at) {
			texts = append(texts, c.Body)
		}
	}
	for _, a := range was.Attachments {
		if !a.Created.After(at) {
			texts = append(texts, a.Name)
		}
	}
	var out []string
	for _, text := range texts {
		for _, h := range i.Screen.Hits[text] {
			out = append(out, h.Print)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// eachText changes the issue's texts that people write. It changes no slice or map in
// place.
func (i *Issue) eachText(change func(text string) string) {
	i.Summary, i.Description = change(i.Summary), change(i.Description)
	i.Former = slices.Clone(i.Former)
	for n := range i.Former {
		i.Former[n].Text = change(i.Former[n].Text)
	}
	i.Fields = maps.Clone(i.Fields)
	for id, v := range i.Fields {
		v.Markup = change(v.Markup)
		i.Fields[id] = v
	}
	i.Comments = slices.Clone(i.Comments)
	for n := range i.Comments {
		if c := &i.Comments[n]; !c.Own { // ours bring the provider's words to the team
			c.Body = change(c.Body)
		}
	}
	i.Attachments = slices.Clone(i.Attachments)
	for n := range i.Attachments {
		i.Attachments[n].Name = change(i.Attachments[n].Name)
	}
}
