-- The case whose notice another issue shares.

-- +goose Up
ALTER TABLE cases ADD COLUMN leader TEXT NOT NULL DEFAULT '';
CREATE INDEX cases_leader ON cases (leader) WHERE leader <> '';

-- +goose Down
DROP INDEX cases_leader;
ALTER TABLE cases DROP COLUMN leader;
