package sim

import (
	"fmt"
	"net/http"
	"strings"
)

// controlIssue shows an issue: complete as JSON, and as {key}.txt what people would
// look at, its markup as it was written.
func (j *Jira) controlIssue(w http.ResponseWriter, r *http.Request) {
	key, asText := strings.CutSuffix(r.PathValue("issue"), ".txt")
	issue, err := j.Issue(key)
	if err != nil || !asText {
		answer(w, issue, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(issueText(issue)))
}

func issueText(issue Issue) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\nStatus: %s\nLabels: %s\n", issue.Key, issue.Summary, issue.Status, strings.Join(issue.Labels, ", "))
	for _, l := range issue.RemoteLinks {
		fmt.Fprintf(&b, "Link: %s → %s\n", l.Title, l.URL)
	}
	for _, a := range issue.Attachments {
		fmt.Fprintf(&b, "Attached by %s: %s (%d bytes, /sim/attachments/%s)\n", a.Author, a.Name, a.Size, a.ID)
	}
	fmt.Fprintf(&b, "\n%s\n", strings.TrimRight(issue.Description, "\n"))
	for _, c := range issue.Comments {
		fmt.Fprintf(&b, "\n--- %s, %s\n%s\n", c.Author, c.Created.Format("2006-01-02 15:04:05"), strings.TrimRight(c.Body, "\n"))
	}
	return b.String()
}
