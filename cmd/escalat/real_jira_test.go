package main

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"escalat/internal/peer"
)

// checkComments: each comment stands once, and says what the golden file says.
func (s *story) checkComments() {
	var shown []string
	keys := map[string]bool{}
	for _, c := range s.jira.Comments(s.key) {
		if c.Author != "escalat" {
			s.Errorf("a comment of %s", c.Author)
		}
		for _, p := range c.Properties {
			if p.Key != "escalat" {
				continue
			}
			if keys[string(p.Value)] {
				s.Errorf("two comments have the key %s", p.Value)
			}
			keys[string(p.Value)] = true
		}
		shown = append(shown, s.shownComment(c.Body))
	}
	if len(keys) != len(shown) {
		s.Errorf("%d comments have %d keys", len(shown), len(keys))
	}
	const rule = "\n\n----\n\n"
	name := "real/comments.golden"
	if !s.open {
		name = "real/comments-night.golden"
	}
	golden(s.T, name, strings.Join(shown, rule)+"\n")
}

const byCopy = "\n\nLa confirmació del servidor de correu es va perdre, però ens n’ha arribat la còpia: el correu va sortir."

var (
	dated  = regexp.MustCompile(`\d{1,2}/\d{1,2}/\d{4} a l[ae]s? \d{1,2}[.:]\d{2}[\x{a0} ]h( \(hora de Madrid, CES?T, UTC\+\d\))?`)
	closed = regexp.MustCompile(`De (19\x{a0}h a 18|7\x{a0}h a 6)\x{a0}h`)
)

// shownComment is a comment without what differs from run to run, and from one
// flavour and kill to another. What it leaves out it checks.
func (s *story) shownComment(body string) string {
	if strings.Contains(body, "enviat a ") {
		if strings.Contains(body, byCopy) != (s.kill == answerLost) && s.kill != mailSeen {
			s.Errorf("killed when %s:\n%s", s.kill, body)
		}
		body = strings.ReplaceAll(body, byCopy, "")
	}
	body = strings.ReplaceAll(body, s.jira.Mention(person), "[~"+person+"]")
	body = strings.ReplaceAll(body, s.notice.messageID, "(token)@"+peer.Domain)
	return timeless(body)
}

// timeless takes out of a text when it was written, and the hours that writeHours
// chose.
func timeless(s string) string {
	return dated.ReplaceAllString(closed.ReplaceAllString(s, "De H h a H h"), "D/M/AAAA a les H.MM h")
}

// checkFiles: each file of an accepted reply is there once, byte for byte.
func (s *story) checkFiles() {
	type file struct{ Author, Name, Type, Content string }
	var got []file
	for _, a := range s.jira.Attachments(s.key) {
		got = append(got, file{a.Author, a.Name, a.MIMEType, string(a.Content)})
	}
	want := []file{
		{"escalat", "captura.png", "image/png", s.screenshot()},
		{"escalat", "traza.txt", "text/plain", trace()},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("files (-want +got):\n%s", diff)
	}
}

// checkWrites: nothing was written to Jira but comments, files, the state label and
// the installation's claim, and the token was shown to nobody else.
func (s *story) checkWrites() {
	issue, err := s.jira.Issue(s.key)
	s.act(err)
	comments := "/rest/api/2/issue/" + issue.ID + "/comment"
	files := "/rest/api/2/issue/" + issue.ID + "/attachments"
	marks := []string{"/rest/api/2/issue/" + issue.ID, "/rest/api/2/user/properties/escalat"}
	count, cut := map[string]int{}, 0
	for _, r := range s.jira.Requests() {
		read := []string{"/rest/api/2/search", "/rest/api/2/search/jql", "/rest/api/2/comment/list"}
		if r.Method == http.MethodGet || slices.Contains(read, r.Path) {
			continue
		}
		marked := r.Method == http.MethodPut && slices.Contains(marks, r.Path)
		if !marked && (r.Method != http.MethodPost || r.Path != comments && r.Path != files) {
			s.Errorf("written: %s %s", r.Method, r.Path)
		}
		switch {
		case r.Status/100 == 2:
			count[r.Path]++
		case r.Status == 0 && r.Path == files: // an upload that the kill cut off
		case r.Status == http.StatusBadRequest && marked && cut == 0: // so may be one other body
			cut++
		default:
			s.Errorf("refused: %s %s: %d", r.Method, r.Path, r.Status)
		}
	}
	if count[comments] != len(issue.Comments) || count[files] != 2 {
		s.Errorf("writes: %s, but there are %d comments", fmt.Sprint(count), len(issue.Comments))
	}
	if !slices.Equal(issue.Labels, []string{label, "claranet-respost"}) {
		s.Errorf("labels %q", issue.Labels)
	}
	if n := s.jira.Leaked(); n != 0 {
		s.Errorf("the token was shown to the media host %d times", n)
	}
}

// checkLog: whatever was killed, nothing is an error; and nothing secret is
// said.
func (s *story) checkLog() {
	for _, l := range s.daemon.log.lines(0) {
		if l.Level == "" || l.Level == "ERROR" {
			s.Errorf("the log says: %+v", l)
		}
	}
	for _, secret := range []string{jiraToken, peer.Password, "contraseña", "reiniciado el nodo", "no poden registrar"} {
		if strings.Contains(s.daemon.log.text(), secret) {
			s.Errorf("the log tells %q", secret)
		}
	}
}
