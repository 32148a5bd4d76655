-- again: a person wants the mail fetched once more, whose bytes are not here. Its row
-- stays until the mailbox gives another one.

-- +goose Up
ALTER TABLE mails ADD COLUMN again BOOLEAN NOT NULL DEFAULT FALSE;
DROP INDEX mails_told;
CREATE INDEX mails_told ON mails (decided_at, outcome) WHERE planned <> '';

-- +goose Down
DROP INDEX mails_told;
CREATE INDEX mails_told ON mails (decided_at, case_id, sender)
    WHERE outcome IN ('posted', 'acknowledgement', 'out-of-office', 'bounce');
ALTER TABLE mails DROP COLUMN again;
