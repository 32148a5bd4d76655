package sim

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// RemoteLink is a link of an issue to something outside of Jira. What was not
// sent is empty, also where it stood before.
type RemoteLink struct {
	ID           int64           `json:"id"`
	GlobalID     string          `json:"globalId,omitempty"`
	Relationship string          `json:"relationship,omitempty"`
	Application  json.RawMessage `json:"application,omitempty"`
	Object       json.RawMessage `json:"object"`
	// Title, URL and Summary are those of the object.
	Title   string    `json:"title"`
	URL     string    `json:"url"`
	Summary string    `json:"summary,omitempty"`
	Updated time.Time `json:"updated"`
}

// RemoteLinks returns the issue's remote links, oldest first; none for an
// unknown issue.
func (j *Jira) RemoteLinks(ref string) []RemoteLink {
	j.mu.Lock()
	defer j.mu.Unlock()
	issue := j.byRef[ref]
	if issue == nil {
		return nil
	}
	out := make([]RemoteLink, len(issue.RemoteLinks))
	for i, l := range issue.RemoteLinks {
		out[i] = *l
	}
	return out
}

// linkRoutes adds what is about remote links.
func (j *Jira) linkRoutes(mux *http.ServeMux) {
	const path = "/rest/api/2/issue/{issue}/remotelink"
	mux.HandleFunc("GET "+path, j.listRemoteLinks)
	mux.HandleFunc("POST "+path, j.postRemoteLink)
	mux.HandleFunc("DELETE "+path, func(w http.ResponseWriter, r *http.Request) {
		global := r.URL.Query().Get("globalId")
		if global == "" {
			refuse(w, http.StatusBadRequest, "The globalId query parameter is required.")
			return
		}
		j.deleteRemoteLink(w, r, func(l *RemoteLink) bool { return l.GlobalID == global })
	})
	mux.HandleFunc("GET "+path+"/{id}", func(w http.ResponseWriter, r *http.Request) {
		j.withIssue(w, r, func(issue *Issue) {
			i := slices.IndexFunc(issue.RemoteLinks, func(l *RemoteLink) bool { return l.named(r.PathValue("id")) })
			if i < 0 {
				noRemoteLink(w)
				return
			}
			writeJSON(w, http.StatusOK, j.shape(issue, j.remoteLinkJSON(r, issue, issue.RemoteLinks[i])))
		})
	})
	mux.HandleFunc("PUT "+path+"/{id}", j.putRemoteLink)
	mux.HandleFunc("DELETE "+path+"/{id}", func(w http.ResponseWriter, r *http.Request) {
		j.deleteRemoteLink(w, r, func(l *RemoteLink) bool { return l.named(r.PathValue("id")) })
	})
}

func noRemoteLink(w http.ResponseWriter) {
	refuse(w, http.StatusNotFound, "No Link Found for the given id or global id")
}

func (l *RemoteLink) named(id string) bool { return strconv.FormatInt(l.ID, 10) == id }

// remoteLinkBody is a remote link as it is sent.
type remoteLinkBody struct {
	GlobalID     string          `json:"globalId"`
	Relationship string          `json:"relationship"`
	Application  json.RawMessage `json:"application"`
	Object       json.RawMessage `json:"object"`
}

// read checks the body; it complains of a field.
func (b remoteLinkBody) read() (link RemoteLink, field, complaint string) {
	var object struct {
		URL, Title, Summary string
		Icon, Status        map[string]any
	}
	if b.Object == nil || json.Unmarshal(b.Object, &object) != nil {
		return link, "object", "'object' is required."
	}
	at, err := url.Parse(object.URL)
	switch {
	case object.Title == "":
		return link, "title", "'title' is required."
	case tooLong(object.Title, 255):
		return link, "title", "'title' must not be longer than 255 characters."
	case object.URL == "":
		return link, "url", "'url' is required."
	case err != nil || at.Scheme == "" || utf8.RuneCountInString(object.URL) > 2000:
		return link, "url", "The supplied URL is not valid: it must be an absolute URL."
	case tooLong(b.GlobalID, 255):
		return link, "globalId", "'globalId' must not be longer than 255 characters."
	case tooLong(b.Relationship, 255):
		return link, "relationship", "'relationship' must not be longer than 255 characters."
	}
	return RemoteLink{
		GlobalID: b.GlobalID, Relationship: b.Relationship, Application: b.Application, Object: b.Object,
		Title: object.Title, URL: object.URL, Summary: object.Summary,
	}, "", ""
}

func (j *Jira) readRemoteLink(w http.ResponseWriter, r *http.Request) (RemoteLink, bool) {
	var body remoteLinkBody
	if !readJSON(w, r, &body, false) {
		return RemoteLink{}, false
	}
	link, field, complaint := body.read()
	if complaint != "" {
		refuseField(w, field, complaint)
		return link, false
	}
	return link, true
}

func (j *Jira) listRemoteLinks(w http.ResponseWriter, r *http.Request) {
	j.withIssue(w, r, func(issue *Issue) {
		global := r.URL.Query().Get("globalId")
		list := []any{}
		for _, l := range issue.RemoteLinks {
			switch {
			case global == "":
				list = append(list, j.shape(issue, j.remoteLinkJSON(r, issue, l)))
			case l.GlobalID == global: // then it is no list
				writeJSON(w, http.StatusOK, j.shape(issue, j.remoteLinkJSON(r, issue, l)))
				return
			}
		}
		if global != "" {
			noRemoteLink(w)
			return
		}
		writeJSON(w, http.StatusOK, list)
	})
}

// postRemoteLink makes a link, or replaces the one of that global id.
func (j *Jira) postRemoteLink(w http.ResponseWriter, r *http.Request) {
	link, ok := j.readRemoteLink(w, r)
	if !ok {
		return
	}
	j.withIssue(w, r, func(issue *Issue) {
		i := slices.IndexFunc(issue.RemoteLinks, func(l *RemoteLink) bool { return link.GlobalID != "" && l.GlobalID == link.GlobalID })
		if i >= 0 {
			link.ID = issue.RemoteLinks[i].ID
			j.setRemoteLink(issue, i, &link)
			writeJSON(w, http.StatusOK, j.remoteLinkName(r, issue, &link))
			return
		}
		if full(w, j.cfg.PerIssue.RemoteLinks, len(issue.RemoteLinks), 1, "remote links") {
			return
		}
		j.nextID++
		link.ID = j.nextID
		j.setRemoteLink(issue, len(issue.RemoteLinks), &link)
		writeJSON(w, http.StatusCreated, j.remoteLinkName(r, issue, &link))
	})
}

func (j *Jira) putRemoteLink(w http.ResponseWriter, r *http.Request) {
	link, ok := j.readRemoteLink(w, r)
	if !ok {
		return
	}
	j.withIssue(w, r, func(issue *Issue) {
		i := slices.IndexFunc(issue.RemoteLinks, func(l *RemoteLink) bool { return l.named(r.PathValue("id")) })
		if i < 0 {
			noRemoteLink(w)
			return
		}
		link.ID = issue.RemoteLinks[i].ID
		j.setRemoteLink(issue, i, &link)
		empty(w, http.StatusNoContent)
	})
}

// setRemoteLink puts a link at a place of the list, and into the change log.
func (j *Jira) setRemoteLink(issue *Issue, i int, link *RemoteLink) {
	item := ChangeItem{Field: "RemoteIssueLink", To: remoteLinkText(link)}
	list := slices.Clone(issue.RemoteLinks)
	if i < len(list) {
		item.From = remoteLinkText(list[i])
		list[i] = link
	} else {
		list = append(list, link)
	}
	link.Updated = j.cfg.Now()
	issue.RemoteLinks = list
	j.changed(issue, j.cfg.Account, []ChangeItem{item})
}

func remoteLinkText(link *RemoteLink) string {
	return `This issue links to "` + link.Title + ` (Web Link)"`
}

func (j *Jira) deleteRemoteLink(w http.ResponseWriter, r *http.Request, is func(*RemoteLink) bool) {
	j.withIssue(w, r, func(issue *Issue) {
		i := slices.IndexFunc(issue.RemoteLinks, is)
		if i < 0 {
			noRemoteLink(w)
			return
		}
		gone := issue.RemoteLinks[i]
		issue.RemoteLinks = slices.Delete(slices.Clone(issue.RemoteLinks), i, i+1)
		j.changed(issue, j.cfg.Account, []ChangeItem{{Field: "RemoteIssueLink", From: remoteLinkText(gone)}})
		empty(w, http.StatusNoContent)
	})
}

func (j *Jira) remoteLinkURL(r *http.Request, issue *Issue, link *RemoteLink) string {
	return j.base(r) + "/rest/api/2/issue/" + issue.ID + "/remotelink/" + strconv.FormatInt(link.ID, 10)
}

func (j *Jira) remoteLinkName(r *http.Request, issue *Issue, link *RemoteLink) map[string]any {
	return map[string]any{"id": link.ID, "self": j.remoteLinkURL(r, issue, link)}
}

func (j *Jira) remoteLinkJSON(r *http.Request, issue *Issue, link *RemoteLink) map[string]any {
	out := j.remoteLinkName(r, issue, link)
	out["object"] = link.Object
	out["application"] = map[string]any{}
	if link.Application != nil {
		out["application"] = link.Application
	}
	if link.GlobalID != "" {
		out["globalId"] = link.GlobalID
	}
	if link.Relationship != "" {
		out["relationship"] = link.Relationship
	}
	return out
}

// full refuses what would be more than an issue may have, and reports whether
// it did.
func full(w http.ResponseWriter, most, there, more int, what string) bool {
	if most == 0 || there+more <= most {
		return false
	}
	refuse(w, http.StatusRequestEntityTooLarge,
		"The issue has reached its limit of "+strconv.Itoa(most)+" "+what+".")
	return true
}
