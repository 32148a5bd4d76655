package ovh

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"escalat/mapping"
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
					out[p.Name] = values
				}
			}
		}
	}
	if len(out) == 0 {
		return nil, errors.New("read the description of the tickets: it names no values")
	}
	return out, nil
}

// Check returns what of the ways in which the profile files its forms OVHcloud does not
// take: a line each, in the profile's order. A parameter that it does not list takes
// anything.
func Check(enums map[string][]string, p *mapping.Profile) []string {
	var wrong []string
	check := func(form, where string, f mapping.Filing) {
		for _, v := range [][2]string{
			{"type", f.Type}, {"category", f.Category}, {"subcategory", f.Subcategory}, {"product", f.Product}, {"impact", f.Impact}, {"urgency", f.Urgency},
		} {
			values := enums[v[0]]
			if v[1] != "" && len(values) > 0 && !slices.Contains(values, v[1]) {
				wrong = append(wrong, fmt.Sprintf("form %s%s: %s %q is none of %s", form, where, v[0], v[1], strings.Join(values, ", ")))
			}
		}
	}
	for _, form := range p.Forms {
		check(form.ID, "", form.Filing)
		for _, field := range slices.Sorted(maps.Keys(form.Filing.Choices)) {
			for _, option := range slices.Sorted(maps.Keys(form.Filing.Choices[field])) {
				check(form.ID, ", "+field+" "+option, form.Filing.Choices[field][option])
			}
		}
	}
	return wrong
}
