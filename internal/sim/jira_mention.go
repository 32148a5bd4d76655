package sim

import (
	"regexp"
	"slices"
	"strings"
)

// comment adds a comment.
func (j *Jira) comment(issue *Issue, c *Comment) *Comment {
	c.ID = j.id()
	c.Created = j.cfg.Now()
	c.Updated = c.Created
	c.Body = j.stored(c.Body)
	c.Mentions = j.mentions(c.Body)
	issue.Comments = append(issue.Comments, c)
	issue.Updated = c.Created
	j.comments[c.ID] = issue
	j.touch(issue)
	j.tell(event{name: "comment_created", kind: "issue_commented", issue: issue, user: c.Author, comment: c})
	return c
}

var mentionMarkup = regexp.MustCompile(`\[~([^\]\s]{1,255})\]`)

// mentions returns the users whom a text addresses. Preformatted text
// addresses nobody.
func (j *Jira) mentions(body string) []string {
	var names []string
	for i, part := range strings.Split(body, "{noformat}") {
		if i%2 == 1 {
			continue
		}
		for _, m := range mentionMarkup.FindAllStringSubmatch(part, -1) {
			for _, u := range j.users {
				if j.mention(u) == "[~"+m[1]+"]" && !slices.Contains(names, u.Name) {
					names = append(names, u.Name)
				}
			}
		}
	}
	return names
}

// Display returns the text as a person sees its mentions: instead of the markup
// stands the user's name. A mention of nobody stays as it is.
func (j *Jira) Display(text string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return mentionMarkup.ReplaceAllStringFunc(text, func(markup string) string {
		for _, u := range j.users {
			if j.mention(u) == markup {
				return u.DisplayName
			}
		}
		return markup
	})
}
