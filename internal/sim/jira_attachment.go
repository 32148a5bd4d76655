package sim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Attachment is a file of an issue.
type Attachment struct {
	ID       string    `json:"id"`
	Author   string    `json:"author"`
	Name     string    `json:"name"`
	MIMEType string    `json:"mimeType"`
	Size     int64     `json:"size"` // bytes
	SHA256   string    `json:"sha256"`
	Created  time.Time `json:"created"`
	Content  []byte    `json:"-"`

	issue *Issue
}

// attachmentRoutes adds what is about attachments.
func (j *Jira) attachmentRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /rest/api/2/issue/{issue}/attachments", j.postAttachments)
	mux.HandleFunc("GET /rest/api/2/attachment/meta", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"enabled": !j.cfg.NoAttachments, "uploadLimit": j.cfg.UploadLimit})
	})
	mux.HandleFunc("GET /rest/api/2/attachment/{id}", func(w http.ResponseWriter, r *http.Request) {
		j.mu.Lock()
		defer j.mu.Unlock()
		a := j.files[r.PathValue("id")]
		if a == nil || !j.sees(a.issue) {
			j.noAttachment(w, r)
			return
		}
		out := j.attachmentJSON(r, a)
		if n, err := strconv.ParseInt(a.ID, 10, 64); err == nil && j.cfg.Cloud {
			out["id"] = n // a text everywhere else
		}
		writeJSON(w, http.StatusOK, out)
	})
	if j.cfg.Cloud {
		mux.HandleFunc("GET /rest/api/2/attachment/content/{id}", j.getContent)
		return
	}
	mux.HandleFunc("GET /secure/attachment/{id}/{name...}", func(w http.ResponseWriter, r *http.Request) {
		if hides(r.URL.EscapedPath()) {
			http.Error(w, "HTTP Status 400 – Bad Request", http.StatusBadRequest)
			return
		}
		if !j.readable(r.PathValue("id")) {
			j.noAttachment(w, r)
			return
		}
		j.serveFile(w, r, r.PathValue("id"))
	})
}

// hides reports whether a path has an encoded slash or backslash: the server that Data
// Center runs in refuses those before Jira sees them.
func hides(escaped string) bool {
	escaped = strings.ToLower(escaped)
	return strings.Contains(escaped, "%2f") || strings.Contains(escaped, "%5c")
}

func (j *Jira) noAttachment(w http.ResponseWriter, r *http.Request) {
	refuse(w, http.StatusNotFound, "The attachment with id '"+r.PathValue("id")+"' does not exist")
}

// attach adds a file. The caller holds mu.
func (j *Jira) attach(issue *Issue, user, name, mimeType string, content []byte) *Attachment {
	if mimeType == "" {
		mimeType = "application/octet-stream"
	}
	sum := sha256.Sum256(content)
	a := &Attachment{
		ID: j.id(), Author: j.user(user).Name, Name: name, MIMEType: mimeType, Size: int64(len(content)),
		SHA256: hex.EncodeToString(sum[:]), Created: j.cfg.Now(), Content: content,
		issue: issue,
	}
	issue.Attachments = append(issue.Attachments, a)
	j.files[a.ID] = a
	j.changed(issue, user, []ChangeItem{{Field: "Attachment", To: name}})
	return a
}

// upload is one file of an upload.
type upload struct {
	name, mimeType string
	content        []byte
}

// maxFiles is how many files one request may bring on Cloud.
const maxFiles = 60

var errTooLarge = errors.New("attachment too large")

// badName is the name of a file that Jira refuses.
type badName string

// Error implements error.
func (n badName) Error() string {
	if tooLong(string(n), maxFileName) {
		return "The file name is longer than 255 characters."
	}
	return "The file name '" + string(n) + `' is empty or holds one of the characters \ / : * ? " < > |`
}

// checkName refuses what Jira refuses.
func checkName(name string) error {
	if name == "" || tooLong(name, maxFileName) || strings.ContainsAny(name, `\/:*?"<>|`) {
		return badName(name)
	}
	return nil
}

func (j *Jira) postAttachments(w http.ResponseWriter, r *http.Request) {
	if token := r.Header.Get("X-Atlassian-Token"); token != "no-check" && token != "nocheck" {
		http.Error(w, "XSRF check failed", http.StatusForbidden)
		return
	}
	if j.cfg.NoAttachments {
		refuse(w, http.StatusForbidden, "Attachments are disabled.")
		return
	}
	files, err := j.readUploads(r)
	switch {
	case j.cfg.Cloud && len(files) > maxFiles:
		refuse(w, http.StatusRequestEntityTooLarge, "No more than 60 files can be attached at once.")
		return
	case errors.Is(err, errTooLarge):
		status := http.StatusNotFound // Data Center says so, strange as it is
		if j.cfg.Cloud {
			status = http.StatusRequestEntityTooLarge
		}
		refuse(w, status, "The attachment exceeds the maximum configured size.")
		return
	case errors.As(err, new(badName)):
		refuse(w, http.StatusBadRequest, err.Error())
		return
	case err != nil || len(files) == 0:
		refuse(w, http.StatusBadRequest, "The request body is not a multipart form with parts named file.")
		return
	}
	j.withIssue(w, r, func(issue *Issue) {
		if full(w, j.cfg.PerIssue.Attachments, len(issue.Attachments), len(files), "attachments") {
			return
		}
		out := []any{}
		for _, f := range files {
			out = append(out, j.attachmentJSON(r, j.attach(issue, j.cfg.Account, f.name, f.mimeType, f.content)))
		}
		writeJSON(w, http.StatusOK, out)
	})
}

// readUploads reads the parts named file.
func (j *Jira) readUploads(r *http.Request) ([]upload, error) {
	mr, err := r.MultipartReader()
	if err != nil {
		return nil, fmt.Errorf("read upload: %w", err)
	}
	var files []upload
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read upload: %w", err)
		}
		file, err := j.readUpload(part)
		if err != nil {
			return nil, err
		}
		if part.FormName() != "file" {
			continue
		}
		if err := checkName(file.name); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
}

func (j *Jira) readUpload(part *multipart.Part) (upload, error) {
	content, err := io.ReadAll(io.LimitReader(part, j.cfg.UploadLimit+1))
	if err != nil {
		return upload{}, fmt.Errorf("read uploaded file: %w", err)
	}
	if int64(len(content)) > j.cfg.UploadLimit {
		return upload{}, errTooLarge
	}
	// Not FileName, which takes the folders off.
	_, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	return upload{name: params["filename"], mimeType: part.Header.Get("Content-Type"), content: content}, nil
}

// getContent is Cloud's download: a redirect to the media host, unless the
// bytes are asked for at once.
func (j *Jira) getContent(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if !j.readable(id) {
		j.noAttachment(w, r)
		return
	}
	if r.URL.Query().Get("redirect") == "false" {
		j.serveFile(w, r, id)
		return
	}
	host := j.base(r)
	if j.media != nil {
		host = j.media.url
	}
	w.Header().Set("Location", host+"/media/"+id)
	w.WriteHeader(http.StatusSeeOther)
}

// readable reports whether the account may read that attachment.
func (j *Jira) readable(id string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	a := j.files[id]
	return a != nil && j.sees(a.issue)
}

// serveMedia is the media host: it wants no credentials, and counts them.
func (j *Jira) serveMedia(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
		j.mu.Lock()
		j.leaked++
		j.mu.Unlock()
		http.Error(w, "Only one auth mechanism allowed", http.StatusBadRequest)
		return
	}
	id, ok := strings.CutPrefix(r.URL.Path, "/media/")
	if !ok || r.Method != http.MethodGet {
		http.NotFound(w, r)
		return
	}
	j.serveFile(w, r, id)
}

// serveFile sends the bytes of an attachment; ranges are served.
func (j *Jira) serveFile(w http.ResponseWriter, r *http.Request, id string) {
	j.mu.Lock()
	a := j.files[id]
	j.mu.Unlock()
	if a == nil {
		refuse(w, http.StatusNotFound, "The attachment with id '"+id+"' does not exist")
		return
	}
	w.Header().Set("Content-Type", a.MIMEType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	http.ServeContent(w, r, "", a.Created, bytes.NewReader(a.Content))
}

// attachmentJSON shows an attachment.
func (j *Jira) attachmentJSON(r *http.Request, a *Attachment) map[string]any {
	base := j.base(r)
	content := base + "/secure/attachment/" + a.ID + "/" + url.PathEscape(a.Name)
	if j.cfg.Cloud {
		content = base + "/rest/api/2/attachment/content/" + a.ID
	}
	return map[string]any{
		"self": base + "/rest/api/2/attachment/" + a.ID, "id": a.ID, "filename": a.Name, "size": a.Size,
		"mimeType": a.MIMEType, "content": content, "created": j.wire(a.Created),
		"author": j.userJSON(r, j.user(a.Author)),
	}
}
