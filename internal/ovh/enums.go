package ovh

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"escalat/mapping"
	"escalat/mapping/spelling"
)

// Enums reads what OVHcloud takes at present for the parameters of a new ticket: values by
// the parameter's name (type, category, subcategory, product, impact, urgency). No login
// is needed for that.
func (c *Client) Enums(ctx context.Context) (map[string][]string, error) {
	var got struct {
		APIs []struct {
			Path       string `json:"path"`
			Operations []struct {
				Method     string `json:"httpMethod"`
				Parameters []struct {
					Name string `json:"name"`
					Type string `json:"dataType"`
				} `json:"parameters"`
			} `json:"operations"`
		} `json:"apis"`
		Models map[string]struct {
			Enum []string `json:"enum"`
		} `json:"models"`
	}
	if err := c.call(ctx, http.MethodGet, "/support.json", nil, &got, false); err != nil {
		return nil, fmt.Errorf("read the description of the tickets: %w", err)
	}
	out := map[string][]string{}
	for _, api := range got.APIs {
		for _, o := range api.Operations {
			if api.Path != root+"/create" || o.Method != http.MethodPost {
				continue
			}
			for _, p := range o.Parameters {
				if values := got.Models[p.Type].Enum; len(values) > 0 {
					out[p.Name] = bounded(values)
				}
			}
		}
	}
	if len(out) == 0 {
		return nil, errors.New("read the description of the tickets: it names no values")
	}
	return out, nil
}

// maxValues bounds the values of a parameter.
const maxValues = 500

// bounded are the values that are words of a length to be shown.
func bounded(values []string) []string {
	values = slices.DeleteFunc(values, func(v string) bool { return v == "" || len(v) > maxWord || oneLine(v) != v })
	return values[:min(len(values), maxValues)]
}

// Unknown is a value of a profile that OVHcloud does not know.
type Unknown struct {
	At    string // its place in the profile: forms[incidencia].filing.category
	Value string
	// Nearest is the one of Known that is written most like it.
	Nearest string
	Known   []string
}

// Check returns what of the ways in which the profile files its forms OVHcloud does not
// take, in the profile's order. A parameter that it does not list takes anything.
func Check(enums map[string][]string, p *mapping.Profile) []Unknown {
	var wrong []Unknown
	check := func(at string, f mapping.Filing) {
		for _, v := range [][2]string{
			{"type", f.Type}, {"category", f.Category}, {"subcategory", f.Subcategory}, {"product", f.Product}, {"impact", f.Impact}, {"urgency", f.Urgency},
		} {
			values := enums[v[0]]
			if v[1] != "" && len(values) > 0 && !slices.Contains(values, v[1]) {
				wrong = append(wrong, Unknown{At: at + "." + v[0], Value: v[1], Nearest: nearest(values, v[1]), Known: values})
			}
		}
	}
	for _, form := range p.Forms {
		at := "forms[" + form.ID + "].filing"
		check(at, form.Filing)
		for _, field := range slices.Sorted(maps.Keys(form.Filing.Choices)) {
			for _, option := range slices.Sorted(maps.Keys(form.Filing.Choices[field])) {
				check(at+".choices."+field+"."+option, form.Filing.Choices[field][option])
			}
		}
	}
	return wrong
}

// nearest is the one of the values that is written most like the word, the first of several.
func nearest(values []string, word string) string {
	return slices.MinFunc(values, func(a, b string) int {
		return cmp.Compare(spelling.Distance(a, word), spelling.Distance(b, word))
	})
}
