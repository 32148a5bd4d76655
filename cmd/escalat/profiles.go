package main

import (
	"io/fs"
	"os"

	"escalat/internal/config"
	"escalat/mapping"
)

// loadConfig loads the profiles first, because each brings variables of its
// own. A wrong profile is a wrong configuration.
func loadConfig(environ []string) (config.Config, []mapping.Profile, error) {
	profiles, err := loadProfiles(environ)
	if err != nil {
		return config.Config{}, nil, err
	}
	ids := make([]string, len(profiles))
	for i := range profiles {
		ids[i] = profiles[i].ID
	}
	cfg, err := config.Load(environ, ids)
	if err != nil {
		return cfg, nil, err
	}
	profiles, err = cfg.Bind(profiles)
	return cfg, profiles, err
}

// loadProfiles loads the built-in profiles and those of the folder that the
// environment names.
func loadProfiles(environ []string) ([]mapping.Profile, error) {
	sources := []fs.FS{mapping.Embedded()}
	dir := config.ProfilesDir(environ)
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		sources = append(sources, os.DirFS(dir))
	} // else config.Load says what is wrong with the folder
	profiles, err := mapping.Load(sources...)
	if err != nil {
		problem := config.Problem{Name: config.Prefix + "PROFILES_DIR", What: "cannot be used: " + err.Error()}
		return nil, &config.Error{Problems: []config.Problem{problem}}
	}
	return profiles, nil
}
