package sim

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"unicode/utf8"
)

const (
	maxPropertyKey   = 255    // characters
	maxPropertyValue = 32_768 // characters of JSON
)

// propertyRoutes adds the entity properties of one kind of thing. Find returns
// the thing's list, or nil where there is no such thing; it is called under mu.
func (j *Jira) propertyRoutes(mux *http.ServeMux, path string, find func(*http.Request) *[]Property) {
	with := func(f func(http.ResponseWriter, *http.Request, *[]Property)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			j.mu.Lock()
			defer j.mu.Unlock()
			list := find(r)
			if list == nil {
				refuse(w, http.StatusNotFound, "The entity does not exist or you do not have permission to see it.")
				return
			}
			f(w, r, list)
		}
	}
	mux.HandleFunc("GET "+path, with(func(w http.ResponseWriter, r *http.Request, list *[]Property) {
		keys := []map[string]string{}
		for _, p := range *list {
			keys = append(keys, map[string]string{"self": j.base(r) + r.URL.Path + "/" + p.Key, "key": p.Key})
		}
		writeJSON(w, http.StatusOK, map[string]any{"keys": keys})
	}))
	mux.HandleFunc("GET "+path+"/{property}", with(getProperty))
	mux.HandleFunc("PUT "+path+"/{property}", with(putProperty))
	mux.HandleFunc("DELETE "+path+"/{property}", with(deleteProperty))
}

func getProperty(w http.ResponseWriter, r *http.Request, list *[]Property) {
	i := indexProperty(*list, r.PathValue("property"))
	if i < 0 {
		refuse(w, http.StatusNotFound, "The property with key '"+r.PathValue("property")+"' does not exist.")
		return
	}
	writeJSON(w, http.StatusOK, (*list)[i])
}

func putProperty(w http.ResponseWriter, r *http.Request, list *[]Property) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	p := Property{Key: r.PathValue("property"), Value: raw}
	if err != nil || !validProperty(p) {
		refuse(w, http.StatusBadRequest, "The property value is not valid.")
		return
	}
	status := http.StatusCreated
	if setProperty(list, p) {
		status = http.StatusOK
	}
	empty(w, status)
}

// setProperty puts a property into the list, and reports whether it was there.
func setProperty(list *[]Property, p Property) bool {
	if i := indexProperty(*list, p.Key); i >= 0 {
		*list = slices.Clone(*list)
		(*list)[i] = p
		return true
	}
	*list = append(slices.Clip(*list), p)
	return false
}

func deleteProperty(w http.ResponseWriter, r *http.Request, list *[]Property) {
	i := indexProperty(*list, r.PathValue("property"))
	if i < 0 {
		refuse(w, http.StatusNotFound, "The property with key '"+r.PathValue("property")+"' does not exist.")
		return
	}
	*list = slices.Delete(slices.Clone(*list), i, i+1)
	empty(w, http.StatusNoContent)
}

func indexProperty(list []Property, key string) int {
	return slices.IndexFunc(list, func(p Property) bool { return p.Key == key })
}

func validProperty(p Property) bool {
	return p.Key != "" && utf8.RuneCountInString(p.Key) <= maxPropertyKey &&
		json.Valid(p.Value) && utf8.RuneCount(p.Value) <= maxPropertyValue
}
