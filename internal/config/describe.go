package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Variable describes one variable.
type Variable struct {
	Name      string
	Group     string
	Doc       string // code stands between “ and ”
	Default   string // empty: none
	Otherwise string // what holds when it is not set and has no default
	Example   string
	Secret    bool // may also be given as …_FILE, and is never shown
	Required  string

	need     string
	min, max string
	path     []int // of the field, in Config or in Provider
	provider string
}

// names returns the names under which the variable may be set.
func (v Variable) names() []string {
	if v.Secret {
		return []string{v.Name, v.Name + fileSuffix}
	}
	return []string{v.Name}
}

// Describe returns every variable in the order of the reference. Those of the
// providers stand once for each profile id.
func Describe(profiles []string) []Variable { return variables(profiles) }

func variables(profiles []string) []Variable {
	vars := walk(reflect.TypeFor[Config](), Prefix, "", nil)
	for _, id := range slices.Sorted(slices.Values(profiles)) {
		group := walk(reflect.TypeFor[Provider](), providerPrefix(id), "Providers", nil)
		for i := range group {
			group[i].provider = id
		}
		vars = append(vars, group...)
	}
	return vars
}

// providerPrefix begins the variables of a profile.
func providerPrefix(id string) string {
	return Prefix + strings.ToUpper(strings.ReplaceAll(id, "-", "_")) + "_"
}

// walk reads the tags of t in the order of its fields.
func walk(t reflect.Type, prefix, group string, path []int) []Variable {
	var vars []Variable
	for i := range t.NumField() {
		f := t.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("env"), ",")
		here := append(slices.Clone(path), i)
		if g := f.Tag.Get("group"); g != "" {
			vars = append(vars, walk(f.Type, prefix+strings.TrimPrefix(options, "prefix="), g, here)...)
			continue
		}
		if key == "" {
			continue
		}
		v := Variable{
			Name: prefix + key, Group: group, Doc: f.Tag.Get("doc"), Otherwise: f.Tag.Get("otherwise"),
			Example: f.Tag.Get("example"), Secret: isSecret(f.Type), need: f.Tag.Get("need"),
			min: f.Tag.Get("min"), max: f.Tag.Get("max"), path: here,
		}
		v.Default, _ = strings.CutPrefix(options, "default=")
		v.Required = needs(v.need).text
		vars = append(vars, v)
	}
	return vars
}

func isSecret(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[Secret](), reflect.TypeFor[Keys](), reflect.TypeFor[Database](), reflect.TypeFor[Webhook]():
		return true
	}
	return false
}

// Reference returns every variable as Markdown, one table for each group.
func Reference() string {
	const anyProvider = "<provider>"
	var b strings.Builder
	group := ""
	for _, v := range variables([]string{anyProvider}) {
		if v.Group != group {
			group = v.Group
			fmt.Fprintf(&b, "\n**%s**\n\n| variable | what it does | default | example |\n|---|---|---|---|\n", group)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", v.heading(), v.sentence(), v.otherwise(), code(v.Example))
	}
	b.WriteString("\nA variable marked *secret* can be given as a file instead: the same name with `_FILE` at the end" +
		" holds the path. `<PROVIDER>` is the id of a profile in capital letters, with `_` for `-`: `ESCALAT_CLARANET_TO`.\n")
	return strings.TrimPrefix(b.String(), "\n")
}

func (v Variable) heading() string {
	if v.Secret {
		return code(v.Name) + " *secret*"
	}
	return code(v.Name)
}

func (v Variable) sentence() string {
	s := marked(v.Doc)
	if v.min != "" {
		s += fmt.Sprintf(" From %s to %s.", v.min, v.max)
	}
	if v.Required != "" {
		s += " **Required " + marked(v.Required) + ".**"
	}
	return s
}

func (v Variable) otherwise() string {
	if v.Default != "" {
		return code(v.Default)
	}
	return marked(v.Otherwise)
}

func code(s string) string { return "`" + s + "`" }

// marked turns the quotes of a tag into Markdown.
func marked(s string) string {
	return strings.NewReplacer("“", "`", "”", "`").Replace(s)
}

// Setting is a variable with its value in effect.
type Setting struct {
	Name   string
	Value  string // *** for a secret
	Source string // environment, file, default or unset
}

// Effective returns every variable with the value in effect, in the order of
// the reference. Secrets are masked.
func (c Config) Effective() []Setting { return slices.Clone(c.settings) }

func settings(s *source, vars []Variable, cfg *Config) []Setting {
	list := make([]Setting, 0, len(vars))
	for _, v := range vars {
		list = append(list, Setting{v.Name, display(v.field(cfg)), v.origin(s)})
	}
	return list
}

func (v Variable) origin(s *source) string {
	switch {
	case s.files[v.Name]:
		return "file"
	case s.has(v.Name) && !s.refused[v.Name]:
		return "environment"
	case v.Default != "" || v.Otherwise != "":
		return "default"
	}
	return "unset"
}

// field returns the variable's value in cfg.
func (v Variable) field(cfg *Config) reflect.Value {
	if v.provider != "" {
		return reflect.ValueOf(cfg.Providers[v.provider]).FieldByIndex(v.path)
	}
	return reflect.ValueOf(cfg).Elem().FieldByIndex(v.path)
}

// display writes a value as the variable would be written.
func display(f reflect.Value) string {
	switch x := f.Interface().(type) {
	case Secret:
		if x.IsZero() {
			return ""
		}
	case Keys:
		if x.IsZero() {
			return ""
		}
	case Mailbox:
		return x.String()
	case Webhook:
		return x.String()
	case LinkTypes:
		return x.String()
	case Colleagues:
		return x.String()
	case time.Duration:
		return short(x)
	}
	if f.Kind() == reflect.Slice {
		parts := make([]string, f.Len())
		for i := range parts {
			parts[i] = fmt.Sprint(f.Index(i).Interface())
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(f.Interface())
}

// short writes 2m rather than 2m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
