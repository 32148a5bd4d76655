package sim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const tooLongText = "The entered text is too long. It exceeds the allowed limit of 32,767 characters."

// commentRoutes adds what is about comments.
func (j *Jira) commentRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /rest/api/2/issue/{issue}/comment", j.listComments)
	mux.HandleFunc("POST /rest/api/2/issue/{issue}/comment", j.postComment)
	mux.HandleFunc("GET /rest/api/2/issue/{issue}/comment/{id}", j.getComment)
	mux.HandleFunc("PUT /rest/api/2/issue/{issue}/comment/{id}", j.putComment)
	if j.cfg.Cloud {
		mux.HandleFunc("POST /rest/api/2/comment/list", j.commentsByID)
	}
	j.propertyRoutes(mux, "/rest/api/2/comment/{id}/properties", func(r *http.Request) *[]Property {
		if c := j.findComment(r.PathValue("id")); c != nil && j.sees(j.comments[c.ID]) {
			return &c.Properties
		}
		return nil
	})
}

// findComment returns the comment of that id, or nil. The caller holds mu.
func (j *Jira) findComment(id string) *Comment {
	issue := j.comments[id]
	if issue == nil {
		return nil
	}
	i := slices.IndexFunc(issue.Comments, func(c *Comment) bool { return c.ID == id })
	return issue.Comments[i]
}

// newComment is the body of a posted comment.
type newComment struct {
	Body       string          `json:"body"`
	Visibility json.RawMessage `json:"visibility"`
	Properties []Property      `json:"properties"`
	Public     *bool           `json:"jsdPublic"`
	// Author and UpdateAuthor cannot be chosen; Cloud refuses them.
	Author       json.RawMessage `json:"author"`
	UpdateAuthor json.RawMessage `json:"updateAuthor"`
}

// check returns what is wrong with the comment: a field (or "") and a message.
func (n newComment) check(cloud bool) (field, message string) {
	visibility := n.visibility()
	switch {
	case cloud && (n.Author != nil || n.UpdateAuthor != nil),
		cloud && n.Visibility != nil && string(n.Visibility) != "null" && visibility == nil:
		return "", invalidPayload
	case strings.TrimSpace(n.Body) == "":
		return "comment", "Comment body can not be empty!"
	case tooLong(n.Body, maxCommentLength):
		return "comment", tooLongText
	}
	for _, p := range n.Properties {
		if !validProperty(p) {
			return "", invalidPayload
		}
	}
	return "", ""
}

// visibility returns the restriction, or nil where none is named.
func (n newComment) visibility() *Visibility {
	var v Visibility
	if n.Visibility == nil || json.Unmarshal(n.Visibility, &v) != nil || v.Type == "" || v.Value == "" {
		return nil
	}
	return &v
}

// readComment reads and checks a comment; it answers itself when it is no good.
func (j *Jira) readComment(w http.ResponseWriter, r *http.Request) (newComment, bool) {
	var n newComment
	if !readJSON(w, r, &n, j.cfg.Cloud) {
		return n, false
	}
	field, message := n.check(j.cfg.Cloud)
	switch {
	case message == "":
		return n, true
	case field == "":
		refuse(w, http.StatusBadRequest, message)
	default:
		refuseField(w, field, message)
	}
	return n, false
}

func (j *Jira) postComment(w http.ResponseWriter, r *http.Request) {
	n, ok := j.readComment(w, r)
	if !ok {
		return
	}
	j.withIssue(w, r, func(issue *Issue) {
		if full(w, j.cfg.PerIssue.Comments, len(issue.Comments), 1, "comments") {
			return
		}
		c := j.comment(issue, &Comment{
			Author: j.cfg.Account, Body: n.Body, Visibility: n.visibility(), Properties: n.Properties,
		})
		writeJSON(w, http.StatusCreated, j.shape(issue, j.commentJSON(r, issue, c, expands(r, "properties"))))
	})
}

func (j *Jira) putComment(w http.ResponseWriter, r *http.Request) {
	n, ok := j.readComment(w, r)
	if !ok {
		return
	}
	j.withComment(w, r, func(issue *Issue, c *Comment) {
		if c.Author != j.cfg.Account {
			refuse(w, http.StatusBadRequest, "You do not have the permission to edit this comment.")
			return
		}
		j.recomment(issue, c, j.cfg.Account, n.Body)
		for _, p := range n.Properties {
			setProperty(&c.Properties, p)
		}
		writeJSON(w, http.StatusOK, j.shape(issue, j.commentJSON(r, issue, c, expands(r, "properties"))))
	})
}

func (j *Jira) getComment(w http.ResponseWriter, r *http.Request) {
	j.withComment(w, r, func(issue *Issue, c *Comment) {
		writeJSON(w, http.StatusOK, j.shape(issue, j.commentJSON(r, issue, c, expands(r, "properties") && !j.cfg.HideProperties)))
	})
}

func (j *Jira) listComments(w http.ResponseWriter, r *http.Request) {
	page := 50
	if j.cfg.Cloud {
		page = 100
	}
	start, size, ok := paging(w, r, page)
	if !ok {
		return
	}
	if j.cfg.Cloud {
		size = min(size, 100)
	}
	order := r.URL.Query().Get("orderBy")
	if !slices.Contains([]string{"", "created", "+created", " created", "-created"}, order) {
		refuse(w, http.StatusBadRequest, "The orderBy parameter is not valid: "+order)
		return
	}
	j.withIssue(w, r, func(issue *Issue) {
		list := slices.Clone(issue.Comments)
		if order == "-created" {
			slices.Reverse(list)
		}
		withProperties := expands(r, "properties") && !j.cfg.HideProperties
		out := []map[string]any{}
		for _, c := range cut(list, start, size) {
			out = append(out, j.commentJSON(r, issue, c, withProperties))
		}
		writeJSON(w, http.StatusOK, j.shape(issue, map[string]any{
			"startAt": start, "maxResults": size, "total": len(list), "comments": out,
		}))
	})
}

// commentsByID is Cloud's way to read comments with their properties.
func (j *Jira) commentsByID(w http.ResponseWriter, r *http.Request) {
	var body struct {
		IDs []int64 `json:"ids"`
	}
	if !readJSON(w, r, &body, true) {
		return
	}
	if len(body.IDs) == 0 || len(body.IDs) > 1000 {
		refuse(w, http.StatusBadRequest, "The number of ids must be between 1 and 1000.")
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	out := []any{}
	for _, n := range body.IDs {
		id := strconv.FormatInt(n, 10)
		if c := j.findComment(id); c != nil && j.sees(j.comments[id]) {
			out = append(out, j.shape(j.comments[id], j.commentJSON(r, j.comments[id], c, expands(r, "properties"))))
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"isLast": true, "maxResults": 1048576, "startAt": 0, "total": len(out), "values": out,
	})
}

// withComment runs f on the comment that the path names, under mu.
func (j *Jira) withComment(w http.ResponseWriter, r *http.Request, f func(*Issue, *Comment)) {
	j.withIssue(w, r, func(issue *Issue) {
		i := slices.IndexFunc(issue.Comments, func(c *Comment) bool { return c.ID == r.PathValue("id") })
		if i < 0 {
			refuse(w, http.StatusNotFound, "Can not find a comment for the id: "+r.PathValue("id")+".")
			return
		}
		f(issue, issue.Comments[i])
	})
}

// commentJSON shows a comment.
func (j *Jira) commentJSON(r *http.Request, issue *Issue, c *Comment, properties bool) map[string]any {
	author := j.userJSON(r, j.user(c.Author))
	editor := author
	if c.Editor != "" {
		editor = j.userJSON(r, j.user(c.Editor))
	}
	out := map[string]any{
		"self":   j.base(r) + "/rest/api/2/issue/" + issue.ID + "/comment/" + c.ID,
		"id":     c.ID,
		"author": author, "updateAuthor": editor,
		"body":    c.Body,
		"created": j.wire(c.Created), "updated": j.wire(c.Updated),
	}
	if c.Visibility != nil {
		out["visibility"] = c.Visibility
	}
	if j.cfg.Cloud {
		out["jsdPublic"] = !j.internal(issue, c)
	}
	if properties {
		out["properties"] = append([]Property{}, c.Properties...)
	}
	return out
}

// internal reports whether the customers of a service desk do not see a
// comment. Data Center shows it only in the property that makes it so.
func (j *Jira) internal(issue *Issue, c *Comment) bool {
	project, _, _ := strings.Cut(issue.Key, "-")
	i := indexProperty(c.Properties, "sd.public.comment")
	if i < 0 || !slices.Contains(j.cfg.ServiceDesks, project) {
		return false
	}
	var value struct {
		Internal bool `json:"internal"`
	}
	return json.Unmarshal(c.Properties[i].Value, &value) == nil && value.Internal
}

// expands reports whether the request asks for that expansion.
func expands(r *http.Request, what string) bool {
	return slices.Contains(splitList(r.URL.Query()["expand"]), what)
}

// expandsIn reports the same of a list in a body.
func expandsIn(list, what string) bool { return slices.Contains(splitList([]string{list}), what) }

// splitList takes a list that may be repeated, or joined by commas.
func splitList(values []string) []string {
	var out []string
	for _, v := range values {
		for s := range strings.SplitSeq(v, ",") {
			if s = strings.TrimSpace(s); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// paging reads startAt and maxResults; it answers itself when they are no good.
func paging(w http.ResponseWriter, r *http.Request, standard int) (start, size int, ok bool) {
	size = standard
	for name, to := range map[string]*int{"startAt": &start, "maxResults": &size} {
		text := r.URL.Query().Get(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			refuse(w, http.StatusBadRequest, "The value of "+name+" is not valid: "+text)
			return 0, 0, false
		}
		*to = n
	}
	return start, size, true
}

// cut returns a page of a list.
func cut[T any](list []T, start, size int) []T {
	start = min(start, len(list))
	return list[start:min(start+size, len(list))]
}
