package jira

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
)

// edit changes the issue by verbs, and knows no others.
func (f *fakeJira) edit(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Update map[string][]map[string]string `json:"update"`
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil || len(body.Update) != 1 {
		f.refuse(w, 400, "Invalid request payload.")
		return
	}
	for field, verbs := range body.Update {
		for _, verb := range verbs {
			for name, value := range verb {
				switch {
				case name == "add" && field == "labels":
					if !slices.Contains(f.labels, value) {
						f.labels = append(f.labels, value)
					}
				case name == "remove" && field == "labels":
					f.labels = slices.DeleteFunc(f.labels, func(l string) bool { return l == value })
				case name == "set" && customID.MatchString(field):
					f.custom = map[string]any{field: value}
				default:
					f.refuse(w, 400, "Field '"+field+"' cannot be "+name)
					return
				}
			}
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

// link keeps one link for each global id.
func (f *fakeJira) link(w http.ResponseWriter, r *http.Request) {
	var l wireLink
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil || l.Object.Title == "" || l.Object.URL == "" {
		f.refuse(w, 400, "'title' is required.")
		return
	}
	code := http.StatusOK
	f.links = slices.DeleteFunc(f.links, func(old wireLink) bool { return old.GlobalID == l.GlobalID })
	if f.flavour == Cloud && len(f.links) == 0 {
		code = http.StatusCreated
	}
	f.links = append(f.links, l)
	f.json(w, code, map[string]any{"id": 10000, "self": f.server.URL + "/jira/rest/api/2/issue/SUP-7/remotelink/10000"})
}

// userProperty is of our own account alone.
func (f *fakeJira) userProperty(w http.ResponseWriter, r *http.Request, key string) {
	q := r.URL.Query()
	if f.flavour == Cloud && q.Get("accountId") != "557058:escalat" || f.flavour == DataCenter && q.Get("userKey") != "JIRAUSER-escalat" {
		f.refuse(w, 403, "Not yours.")
		return
	}
	if r.Method == http.MethodGet {
		if value, ok := f.properties[key]; ok {
			f.json(w, 200, map[string]any{"key": key, "value": value})
			return
		}
		f.refuse(w, 404, "The property with key '"+key+"' does not exist.")
		return
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil || !json.Valid(raw) {
		f.refuse(w, 400, "no JSON")
		return
	}
	code := http.StatusCreated
	if _, ok := f.properties[key]; ok {
		code = http.StatusOK
	}
	f.properties[key] = raw
	w.WriteHeader(code)
}
