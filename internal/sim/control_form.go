package sim

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// form is the body of a control call that brings files.
type form struct {
	values map[string]string
	files  []File
}

// isForm reports whether the body is a form, as curl -F sends it.
func isForm(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "multipart/form-data"
}

// readForm reads a form whose values have these names and whose files are called
// “file”; it answers itself when the body is no good. Another name is refused, so
// that a misspelt one shows.
func readForm(w http.ResponseWriter, r *http.Request, names ...string) (form, bool) {
	f, err := parseForm(w, r, names)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
	}
	return f, err == nil
}

func parseForm(w http.ResponseWriter, r *http.Request, names []string) (form, error) {
	f := form{values: map[string]string{}}
	r.Body = http.MaxBytesReader(w, r.Body, maxControl)
	if err := r.ParseMultipartForm(maxControl); err != nil {
		return f, err
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	for name, values := range r.MultipartForm.Value {
		if !slices.Contains(names, name) {
			return f, fmt.Errorf("unknown field %q: want %s, or file", name, strings.Join(names, ", "))
		}
		f.values[name] = values[0]
	}
	for name, files := range r.MultipartForm.File {
		if name != "file" {
			return f, fmt.Errorf("unknown field %q: files are called file", name)
		}
		for _, h := range files {
			opened, err := h.Open()
			if err != nil {
				return f, err
			}
			content, err := io.ReadAll(opened)
			_ = opened.Close()
			if err != nil {
				return f, err
			}
			f.files = append(f.files, File{Name: h.Filename, Type: h.Header.Get("Content-Type"), Content: content})
		}
	}
	return f, nil
}
