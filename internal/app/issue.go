package app

import (
	"context"
	"log/slog"
	"maps"
	"slices"

	"escalat/bridge"
	"escalat/internal/config"
	"escalat/internal/jira"
	"escalat/mapping"
)

// ReadIssue reads one issue from Jira, by its key or id, without writing
// anything.
func ReadIssue(ctx context.Context, cfg config.Jira, profiles []mapping.Profile, key string) (bridge.Issue, error) {
	tracker, err := OpenJira(ctx, cfg, profiles)
	if err != nil {
		return bridge.Issue{}, err
	}
	defer tracker.Close()
	return tracker.Issue(ctx, key)
}

// JiraFields are the custom fields of Jira that the profiles name, each once.
func JiraFields(profiles []mapping.Profile) []string {
	names := map[string]bool{}
	for i := range profiles {
		for _, name := range profiles[i].Jira {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func newTracker(cfg config.Config, profiles []mapping.Profile, readOnly bool, log *slog.Logger) (*jira.Client, error) {
	var shown []string
	for i := range profiles {
		env := cfg.Providers[profiles[i].ID]
		for _, f := range []string{env.ReferenceField, env.TurnField} {
			if f != "" {
				shown = append(shown, f)
			}
		}
	}
	c := cfg.Jira
	return jira.New(jira.Config{
		URL: string(c.URL), User: c.User, Token: c.Token.Reveal(), RootCAs: c.CAs.Pool(),
		Projects: projects(c.Projects), Fields: JiraFields(profiles), ReferenceFields: shown,
		Groups: c.Groups, Roles: c.Roles, DuplicateLinks: c.DuplicateLinks, ReadOnly: readOnly, Logger: log,
	})
}

// bind finds the custom fields, groups, roles and statuses that the configuration names. What
// means none, or several, is a wrong configuration and stops the start; a Jira that
// is merely away does not: they are then found before the first issue is read.
func bind(ctx context.Context, tracker *jira.Client, cfg config.Config, profiles []mapping.Profile, log *slog.Logger) error {
	if err := tracker.CheckMembership(ctx); bridge.IsPermanent(err) {
		return &config.Error{Problems: []config.Problem{{Name: config.Prefix + "JIRA_GROUPS", What: "or ESCALAT_JIRA_ROLES cannot be used: " + err.Error()}}}
	} else if err != nil {
		log.WarnContext(ctx, "groups and roles of Jira could not be read yet", "err", err)
	}
	err := tracker.CheckStatuses(ctx, slices.Sorted(maps.Values(cfg.Jira.Transitions)))
	if bridge.IsPermanent(err) {
		return &config.Error{Problems: []config.Problem{{Name: config.Prefix + "JIRA_TRANSITIONS", What: "cannot be used: " + err.Error()}}}
	} else if err != nil {
		log.WarnContext(ctx, "the statuses of Jira could not be read yet", "err", err)
	}
	err = tracker.Bind(ctx)
	if err == nil {
		return nil
	}
	if !bridge.IsPermanent(err) {
		log.WarnContext(ctx, "custom fields of Jira could not be found yet", "err", err)
		return nil
	}
	var problems []config.Problem
	for i := range profiles {
		if p := &profiles[i]; len(p.Jira) > 0 {
			problems = append(problems, config.Problem{Name: config.FieldsVariable(p.ID), What: "or its profile names fields that cannot be used: " + err.Error()})
		}
	}
	return &config.Error{Problems: problems}
}
