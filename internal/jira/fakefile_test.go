package jira

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

func (f *fakeJira) file(a *fakeFile) map[string]any {
	content := a.Content
	if content == "" {
		content = fmt.Sprintf("%s/jira/secure/attachment/%d/%s", f.server.URL, a.ID, url.PathEscape(a.Name))
	}
	return map[string]any{
		"id": strconv.Itoa(a.ID), "filename": a.Name, "size": len(a.Data), "mimeType": a.Type,
		"author": f.user(a.Author), "created": wireTime(a.Created), "content": content,
	}
}

func (f *fakeJira) fileInfo(w http.ResponseWriter, id string) {
	for _, a := range f.files {
		if strconv.Itoa(a.ID) == id {
			f.json(w, 200, f.file(a))
			return
		}
	}
	f.refuse(w, 404, "The attachment with id '"+id+"' does not exist")
}

func (f *fakeJira) content(w http.ResponseWriter, id string) {
	for _, a := range f.files {
		if strconv.Itoa(a.ID) == id {
			w.Header().Set("Content-Type", a.Type)
			_, _ = w.Write(a.Data)
			return
		}
	}
	f.refuse(w, 404, "not there")
}

func (f *fakeJira) attach(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Atlassian-Token") != "no-check" {
		f.refuse(w, 403, "XSRF check failed")
		return
	}
	form, err := r.MultipartReader()
	if err != nil {
		f.refuse(w, 400, err.Error())
		return
	}
	part, err := form.NextPart()
	if err != nil || part.FormName() != "file" {
		f.refuse(w, 400, "no part named file")
		return
	}
	data, err := io.ReadAll(part)
	if err != nil {
		panic(http.ErrAbortHandler) // cut off: nothing is kept
	}
	if _, err := form.NextPart(); err != io.EOF {
		panic(http.ErrAbortHandler)
	}
	if int64(len(data)) > f.uploadLimit {
		f.refuse(w, map[Flavour]int{Cloud: 413, DataCenter: 404}[f.flavour], "The file exceeds its maximum permitted size.")
		return
	}
	a := &fakeFile{ID: 30000 + len(f.files), Name: part.FileName(), Type: part.Header.Get("Content-Type"), Data: data, Author: "escalat", Created: f.now}
	f.files = append(f.files, a)
	f.json(w, 200, []any{f.file(a)})
}

func (f *fakeJira) search(w http.ResponseWriter, r *http.Request, cloud bool) {
	if cloud != (f.flavour == Cloud) {
		f.refuse(w, map[bool]int{false: 410, true: 404}[cloud], "The requested API has been removed.")
		return
	}
	var q struct {
		JQL           string   `json:"jql"`
		Fields        []string `json:"fields"`
		MaxResults    int      `json:"maxResults"`
		StartAt       *int     `json:"startAt"`
		NextPageToken string   `json:"nextPageToken"`
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil || q.JQL != f.jql ||
		!slices.Equal(q.Fields[:2], []string{"labels", "updated"}) || cloud == (q.StartAt != nil) {
		f.refuse(w, 400, "Invalid request payload: "+q.JQL)
		return
	}
	start := 0
	if q.StartAt != nil {
		start = *q.StartAt
	} else if q.NextPageToken != "" {
		start, _ = strconv.Atoi(strings.TrimPrefix(q.NextPageToken, "page-"))
	}
	end := min(f.hits, start+min(q.MaxResults, f.searchCap))
	issues := []any{}
	for n := start; n < end; n++ {
		fields := map[string]any{"labels": []string{"l"}, "updated": wireTime(f.now)}
		if slices.Contains(q.Fields, "summary") {
			fields["summary"] = "resum"
		}
		issues = append(issues, map[string]any{"id": strconv.Itoa(10000 + n), "key": fmt.Sprintf("SUP-%d", n), "fields": fields})
	}
	out := map[string]any{"issues": issues}
	switch {
	case !cloud && f.noTotal:
		out["startAt"], out["maxResults"] = start, q.MaxResults
	case !cloud:
		out["total"], out["startAt"], out["maxResults"] = f.hits, start, q.MaxResults
	case end < f.hits:
		out["nextPageToken"] = fmt.Sprintf("page-%d", end)
	}
	f.json(w, 200, out)
}
