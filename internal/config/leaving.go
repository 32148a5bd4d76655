package config

import (
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/sentence"
)

// Guard says what becomes of what is private in what would leave.
type Guard struct {
	Treat Treatments `env:"TREAT" otherwise:"all is masked, and files with it are withheld" doc:"What becomes of what is private in texts and files that would leave: “sort=treatment”, separated by semicolons. The sorts: “password”, “key” (a private key), “token”, “connection” (a connection string with its password), “identity” (DNI, NIE), “account” (IBAN), “social” (number of the social security), “card”, “health” (CIP) and “person” (a person of a register). The treatments: “mask” (masked in texts; files are withheld), “stop” (what would bring it waits for a person, also at night) and “allow”." example:"card=stop; identity=allow"`
}

// Treatment says what becomes of what is private.
type Treatment string

// The treatments.
const (
	TreatMask  Treatment = "mask"
	TreatStop  Treatment = "stop"
	TreatAllow Treatment = "allow"
)

// UnmarshalText refuses every other word.
func (t *Treatment) UnmarshalText(text []byte) error {
	return word(t, text, TreatMask, TreatStop, TreatAllow)
}

// Treatments are those that differ from the usual one.
type Treatments map[bridge.Private]Treatment

// UnmarshalText reads “sort=treatment” separated by semicolons.
func (t *Treatments) UnmarshalText(text []byte) error {
	treat := Treatments{}
	for pair := range strings.SplitSeq(string(text), ";") {
		name, how, ok := strings.Cut(pair, "=")
		kind := bridge.Private(strings.ToLower(strings.TrimSpace(name)))
		if strings.TrimSpace(pair) == "" {
			continue // a semicolon at the end
		}
		var treatment Treatment
		switch {
		case !ok || strings.TrimSpace(how) == "":
			return invalid("has the part %s, which is not “sort=treatment”", quote(strings.TrimSpace(pair)))
		case !slices.Contains(bridge.Privates(), kind):
			return invalid("has the sort %s, but the sorts are: %s", quote(string(kind)), sorts())
		case treat[kind] != "":
			return invalid("names the sort %s twice", quote(string(kind)))
		}
		if err := treatment.UnmarshalText([]byte(strings.TrimSpace(how))); err != nil {
			return err
		}
		treat[kind] = treatment
	}
	*t = treat
	return nil
}

// String writes it as UnmarshalText reads it.
func (t Treatments) String() string {
	var parts []string
	for _, kind := range bridge.Privates() {
		if how := t[kind]; how != "" {
			parts = append(parts, string(kind)+"="+string(how))
		}
	}
	return strings.Join(parts, "; ")
}

func sorts() string {
	var names []string
	for _, kind := range bridge.Privates() {
		names = append(names, string(kind))
	}
	return strings.Join(names, ", ")
}

// Translate says who translates for the providers what the team writes.
type Translate struct {
	With     Translator    `env:"WITH,default=auto" doc:"Who translates Catalan into Spanish: “apertium”, on this machine; “libretranslate” or “deepl”, services that get the texts without what is private in them; “none”. “auto” is Apertium where it is installed, else none. Without a translator, and while it is away, texts go as they were written, and the team is told." example:"apertium"`
	URL      Endpoint      `env:"URL" need:"libretranslate" otherwise:"DeepL's own" doc:"Address of the service: of LibreTranslate without “/translate”, of DeepL without “/v2”." example:"https://traductor.example.cat"`
	Key      Secret        `env:"API_KEY" need:"deepl" otherwise:"none is sent" doc:"Key of the service." example:"<key>"`
	CAs      CAs           `env:"CA_FILE" otherwise:"the system's certificates" doc:"PEM file of further authorities to trust." example:"/etc/escalat/ca.pem"`
	Glossary Glossary      `env:"GLOSSARY" otherwise:"the program's own and the profiles'" doc:"YAML file with words that stay as they are (“keep”) and words with a translation of their own (“terms”), for what the team writes about." example:"/etc/escalat/glossary.yaml"`
	Timeout  time.Duration `env:"TIMEOUT,default=20s" min:"1s" max:"5m" doc:"How long a translation may take; then the texts go as they were written." example:"20s"`
	Parallel Count         `env:"PARALLEL,default=2" min:"1" max:"16" doc:"Most translations at once. Each takes about 200 MB of memory with Apertium, and is begun when it is needed." example:"4"`
}

// Translator says who translates.
type Translator string

// The translators.
const (
	TranslateAuto  Translator = "auto"
	TranslateNone  Translator = "none"
	Apertium       Translator = "apertium"
	LibreTranslate Translator = "libretranslate"
	DeepL          Translator = "deepl"
)

// UnmarshalText refuses every other word.
func (t *Translator) UnmarshalText(text []byte) error {
	return word(t, text, TranslateAuto, TranslateNone, Apertium, LibreTranslate, DeepL)
}

// Remote reports whether it is a service that gets the texts.
func (t Translator) Remote() bool { return t == LibreTranslate || t == DeepL }

// translateNeeds are the needs of a service.
func translateNeeds(name string) (need, bool) {
	switch name {
	case "libretranslate":
		return need{"with the translator “libretranslate”", func(c *Config, _ *source) bool { return c.Translate.With == LibreTranslate }}, true
	case "deepl":
		return need{"with the translator “deepl”", func(c *Config, _ *source) bool { return c.Translate.With == DeepL }}, true
	}
	return need{}, false
}

// checkTranslate refuses what nobody would ask.
func (c *Config) checkTranslate(s *source) {
	const name = Prefix + "TRANSLATE_"
	if c.Translate.With.Remote() || s.refused[name+"WITH"] {
		return
	}
	for _, one := range []string{"URL", "API_KEY"} {
		if s.has(name + one) {
			s.add(name+"WITH", "is %s, but %s is set, which only a service has; name “libretranslate” or “deepl”, or take that away", quote(string(c.Translate.With)), name+one)
			return
		}
	}
}

// Glossary is a file of words for translations.
type Glossary struct {
	file string
	yaml []byte
}

// YAML returns what the file says, as sentence.NewGlossary reads it; nil: there is none.
func (g Glossary) YAML() []byte { return g.yaml }

// String returns the name of the file.
func (g Glossary) String() string { return g.file }

// UnmarshalText reads the file and refuses one that is no glossary.
func (g *Glossary) UnmarshalText(text []byte) error {
	name := string(text)
	yaml, err := readFile(name, maxFile)
	if err != nil {
		return err
	}
	if _, err := sentence.NewGlossary(yaml); err != nil {
		return invalid("is %s, which is no glossary: %v", quote(name), err)
	}
	*g = Glossary{file: name, yaml: yaml}
	return nil
}
