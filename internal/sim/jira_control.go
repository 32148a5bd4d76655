package sim

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// maxControl bounds the body of a control call, in bytes.
const maxControl = 64 << 20

// controlRoutes adds Jira's part of the control API.
func (j *Jira) controlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /sim/issues", func(w http.ResponseWriter, _ *http.Request) {
		j.mu.Lock()
		defer j.mu.Unlock()
		writeJSON(w, http.StatusOK, append([]*Issue{}, j.issues...))
	})
	mux.HandleFunc("POST /sim/issues", j.controlCreate)
	mux.HandleFunc("GET /sim/issues/{issue}", j.controlIssue)
	mux.HandleFunc("PATCH /sim/issues/{issue}", func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			User   string            `json:"user"`
			Fields map[string]string `json:"fields"`
		}
		if readControl(w, r, &body) {
			answer(w, struct{}{}, j.Edit(body.User, r.PathValue("issue"), body.Fields))
		}
	})
	mux.HandleFunc("POST /sim/issues/{issue}/labels", j.controlLabels)
	mux.HandleFunc("GET /sim/issues/{issue}/comments", func(w http.ResponseWriter, r *http.Request) {
		issue, err := j.Issue(r.PathValue("issue"))
		answer(w, issue.Comments, err)
	})
	mux.HandleFunc("POST /sim/issues/{issue}/comments", j.controlComment)
	mux.HandleFunc("GET /sim/issues/{issue}/attachments", func(w http.ResponseWriter, r *http.Request) {
		issue, err := j.Issue(r.PathValue("issue"))
		answer(w, issue.Attachments, err)
	})
	mux.HandleFunc("POST /sim/issues/{issue}/attachments", j.controlAttach)
	mux.HandleFunc("GET /sim/attachments/{id}", func(w http.ResponseWriter, r *http.Request) {
		j.serveFile(w, r, r.PathValue("id"))
	})
	mux.HandleFunc("GET /sim/requests", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, append([]Request{}, j.Requests()...))
	})
	mux.HandleFunc("GET /sim/snapshot", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(j.Snapshot())
	})
	j.actRoutes(mux)
	j.peopleRoutes(mux)
	j.hookRoutes(mux)
	faultRoutes(mux, "/sim/faults", &j.faults)
}

func (j *Jira) controlCreate(w http.ResponseWriter, r *http.Request) {
	var body struct {
		User        string   `json:"user"`
		Project     string   `json:"project"`
		Summary     string   `json:"summary"`
		Description string   `json:"description"`
		Labels      []string `json:"labels"`
	}
	if !readControl(w, r, &body) {
		return
	}
	setDefault(&body.Project, j.cfg.Projects[0])
	id, key := j.CreateIssue(body.User, body.Project, body.Summary, body.Description)
	for _, l := range body.Labels {
		if err := j.AddLabel(body.User, key, l); err != nil {
			answer(w, nil, err)
			return
		}
	}
	answer(w, map[string]string{"id": id, "key": key}, nil)
}

func (j *Jira) controlLabels(w http.ResponseWriter, r *http.Request) {
	var body struct {
		User   string   `json:"user"`
		Add    []string `json:"add"`
		Remove []string `json:"remove"`
	}
	if !readControl(w, r, &body) {
		return
	}
	answer(w, struct{}{}, j.write(r.PathValue("issue"), func(issue *Issue) error {
		j.changed(issue, body.User, issue.relabel(body.Add, body.Remove))
		return nil
	}))
}

func (j *Jira) controlComment(w http.ResponseWriter, r *http.Request) {
	var body struct {
		User       string      `json:"user"`
		Body       string      `json:"body"`
		Visibility *Visibility `json:"visibility"`
		Internal   bool        `json:"internal"`
	}
	if !readControl(w, r, &body) {
		return
	}
	if body.Internal {
		id, err := j.AddInternalComment(body.User, r.PathValue("issue"), body.Body)
		answer(w, map[string]string{"id": id}, err)
		return
	}
	id, err := j.AddRestrictedComment(body.User, r.PathValue("issue"), body.Body, body.Visibility)
	answer(w, map[string]string{"id": id}, err)
}

// controlAttach adds files: one as JSON, or those of a form, as curl -F sends them.
func (j *Jira) controlAttach(w http.ResponseWriter, r *http.Request) {
	var body struct {
		User    string `json:"user"`
		Name    string `json:"name"`
		Type    string `json:"type"`
		Content []byte `json:"content"`
	}
	if isForm(r) {
		form, ok := readForm(w, r, "user")
		if !ok {
			return
		}
		answerAttached(w, j, r.PathValue("issue"), form.values["user"], form.files)
		return
	}
	if readControl(w, r, &body) {
		answerAttached(w, j, r.PathValue("issue"), body.User, []File{{body.Name, body.Type, body.Content}})
	}
}

// answerAttached attaches files and answers with the id of the last one.
func answerAttached(w http.ResponseWriter, j *Jira, key, user string, files []File) {
	id, err := "", error(nil)
	for _, f := range files {
		if id, err = j.AddAttachment(user, key, f.Name, f.Type, f.Content); err != nil {
			break
		}
	}
	if err == nil && id == "" {
		err = errors.New("the form has no part named file")
	}
	answer(w, map[string]string{"id": id}, err)
}

// faultRoutes adds the control of one book of faults.
func faultRoutes(mux *http.ServeMux, path string, book *faultBook) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Method string `json:"method"`
			Path   string `json:"path"`
			Fault  Fault  `json:"fault"`
		}
		if readControl(w, r, &body) {
			book.arm(body.Method, body.Path, body.Fault)
			answer(w, struct{}{}, nil)
		}
	})
	mux.HandleFunc("DELETE "+path, func(w http.ResponseWriter, _ *http.Request) {
		book.clear()
		answer(w, struct{}{}, nil)
	})
}

// readControl reads the body of a control call; it answers itself when the
// body is no good. An unknown member is refused, so that a misspelt one shows.
func readControl(w http.ResponseWriter, r *http.Request, v any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControl))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil && !errors.Is(err, io.EOF) {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return false
	}
	return true
}

// answer ends a control call.
func answer(w http.ResponseWriter, v any, err error) {
	switch {
	case errors.Is(err, ErrUnknown):
		writeJSON(w, http.StatusNotFound, map[string]string{"error": err.Error()})
	case err != nil:
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
	default:
		writeJSON(w, http.StatusOK, v)
	}
}
