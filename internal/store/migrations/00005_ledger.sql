-- What a decision about a mail must know of those before it: the bytes, the sender, the
-- profile that judged them, what keeps a mail in quarantine, and a person's word that it
-- shall go on. case_rev and planned say what the decision did.

-- +goose Up
ALTER TABLE mails ADD COLUMN hash TEXT NOT NULL DEFAULT '';
ALTER TABLE mails ADD COLUMN sender TEXT NOT NULL DEFAULT '';
ALTER TABLE mails ADD COLUMN provider TEXT NOT NULL DEFAULT '';
ALTER TABLE mails ADD COLUMN gate TEXT NOT NULL DEFAULT '';
ALTER TABLE mails ADD COLUMN decided_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mails ADD COLUMN released TEXT NOT NULL DEFAULT '';
ALTER TABLE mails ADD COLUMN case_rev BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mails ADD COLUMN planned TEXT NOT NULL DEFAULT '';
UPDATE mails SET decided_at = stored_at WHERE outcome <> '';
-- What was quarantined before gates had names.
UPDATE mails SET gate = CASE
    WHEN reason IN ('names several cases', 'names a case that is not known', 'names a notice that is not known',
        'no identity of ours, from a provider') THEN 'case'
    WHEN reason = 'sender not named by the profile' THEN 'sender'
    ELSE 'unproved' END
    WHERE outcome = 'quarantined';
CREATE INDEX mails_outcome ON mails (outcome, stored_at);
CREATE INDEX mails_hash ON mails (hash) WHERE hash <> '';
CREATE INDEX mails_case ON mails (case_id) WHERE case_id <> '';
CREATE INDEX mails_told ON mails (decided_at, case_id, sender)
    WHERE outcome IN ('posted', 'acknowledgement', 'out-of-office', 'bounce');
CREATE INDEX mails_kept ON mails (decided_at) WHERE blob <> '' AND outcome <> '';

-- How many mails were ever put into the ledger: the outcomes and what is undecided must
-- add up to it.
INSERT INTO cursors (name, value) SELECT 'mails seen', CAST(COUNT(*) AS TEXT) FROM mails;

-- Which cases a Message-ID belongs to, ours or the provider's. None is ever taken off.
CREATE TABLE threads (
    provider   TEXT NOT NULL,
    message_id TEXT NOT NULL,
    case_id    TEXT NOT NULL REFERENCES cases (id),
    PRIMARY KEY (provider, message_id, case_id)
);
CREATE INDEX threads_message_id ON threads (message_id);

-- +goose Down
DROP TABLE threads;
DELETE FROM cursors WHERE name = 'mails seen';
DROP INDEX mails_kept;
DROP INDEX mails_told;
DROP INDEX mails_case;
DROP INDEX mails_hash;
DROP INDEX mails_outcome;
ALTER TABLE mails DROP COLUMN planned;
ALTER TABLE mails DROP COLUMN case_rev;
ALTER TABLE mails DROP COLUMN released;
ALTER TABLE mails DROP COLUMN decided_at;
ALTER TABLE mails DROP COLUMN gate;
ALTER TABLE mails DROP COLUMN provider;
ALTER TABLE mails DROP COLUMN sender;
ALTER TABLE mails DROP COLUMN hash;
