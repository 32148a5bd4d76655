-- The case whose notice another issue shares, the key under which people know the
-- issue, and what is asked often of many cases.

-- +goose Up
ALTER TABLE cases ADD COLUMN leader TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN issue_key TEXT NOT NULL DEFAULT '';
CREATE INDEX cases_leader ON cases (leader) WHERE leader <> '';
CREATE INDEX cases_issue_key ON cases (issue_key);
CREATE INDEX cases_standing ON cases (provider, state);
CREATE INDEX cases_open ON cases (id) WHERE state NOT IN ('withdrawn', 'closed');

-- +goose Down
DROP INDEX cases_open;
DROP INDEX cases_standing;
DROP INDEX cases_issue_key;
DROP INDEX cases_leader;
ALTER TABLE cases DROP COLUMN issue_key;
ALTER TABLE cases DROP COLUMN leader;
