package main

import (
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/internal/config"
	"escalat/mapping"
)

// previewConfig is the configuration with which a notice is composed. What of it is not
// set has an example in its place: a preview wants no installation. Which variables
// those are is told by the provider's id. Nothing else of the environment is judged but
// the variables of these names.
func previewConfig(environ []string, profiles []mapping.Profile, also ...string) (config.Config, map[string][]string, error) {
	const from, keys = config.Prefix + "MAIL_FROM", config.Prefix + "TOKEN_KEYS"
	kept := []string{ // what a daemon needs and a preview does not
		config.Prefix + "INSTANCE=preview", config.Prefix + "JIRA_URL=https://jira.example", config.Prefix + "JIRA_TOKEN=preview",
		config.Prefix + "SMTP_ADDR=smtp.example:587", config.Prefix + "IMAP_ADDR=imap.example:993",
		config.Prefix + "IMAP_USERNAME=preview", config.Prefix + "IMAP_PASSWORD=preview",
	}
	set := map[string]string{}
	mine := map[string]bool{keys: true, keys + "_FILE": true}
	for _, name := range []string{"MODE", "REDIRECT_TO", "TIMEZONE", "TEAM", "PROFILES_DIR"} {
		mine[config.Prefix+name] = true
	}
	for _, name := range also {
		mine[name] = true
	}
	for i := range profiles {
		for _, name := range []string{"TO", "CHANNEL", "ACCOUNT", "HOLIDAYS"} {
			mine[ofProvider(profiles[i].ID, name)] = true
		}
	}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if (mine[name] || strings.HasPrefix(name, config.Prefix+"MAIL_") || strings.HasPrefix(name, config.Prefix+"TRANSLATE_") || strings.HasPrefix(name, config.Prefix+"GUARD_")) && set[name] == "" && strings.TrimSpace(value) != "" {
			kept, set[name] = append(kept, line), value
		}
	}
	var missing []string
	example := func(name, value string) bool {
		if set[name] != "" {
			return false
		}
		kept = append(kept, name+"="+value)
		return true
	}
	if example(from, "Suport AOC <escalat@aoc.example>") {
		missing = append(missing, from)
	}
	if set[keys+"_FILE"] == "" && example(keys, newKey(1)) {
		missing = append(missing, keys)
	}
	example(config.Prefix+"MAIL_AUTHSERV_ID", "mx.example")
	ids, invented := make([]string, len(profiles)), map[string][]string{}
	for i := range profiles {
		id := profiles[i].ID
		ids[i], invented[id] = id, missing
		needed, value := ofProvider(id, "TO"), "desk@"+id+".example"
		if by := firstOf(set[ofProvider(id, "CHANNEL")], profiles[i].Channel, string(bridge.ByMail)); by != string(bridge.ByMail) {
			needed, value = ofProvider(id, "ACCOUNT"), "client-exemple"
		}
		example(ofProvider(id, "API_TOKEN"), "preview") // nothing is asked of the API
		if example(needed, value) {
			invented[id] = append(slices.Clip(missing), needed)
		}
	}
	cfg, err := config.Load(kept, ids)
	return cfg, invented, err
}

// firstOf is the first that says something.
func firstOf(values ...string) string {
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			return v
		}
	}
	return ""
}

// ofProvider is the name of a provider's variable.
func ofProvider(provider, name string) string {
	return strings.TrimSuffix(config.FieldsVariable(provider), "FIELDS") + name
}
