-- One text for SQLite and PostgreSQL. Times are Unix milliseconds; 0 is none.

-- +goose Up
CREATE TABLE cases (
    id       TEXT    NOT NULL PRIMARY KEY,
    issue_id TEXT    NOT NULL,
    provider TEXT    NOT NULL,
    ordinal  BIGINT  NOT NULL,
    state    TEXT    NOT NULL,
    rev      BIGINT  NOT NULL,
    due_at   BIGINT  NOT NULL,
    body     TEXT    NOT NULL,
    UNIQUE (issue_id, provider, ordinal)
);
CREATE INDEX cases_due ON cases (due_at) WHERE due_at > 0;

CREATE TABLE effects (
    case_id      TEXT   NOT NULL REFERENCES cases (id),
    id           BIGINT NOT NULL,
    target       TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    key          TEXT   NOT NULL UNIQUE,
    body         TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    tries        BIGINT NOT NULL,
    sends        BIGINT NOT NULL,
    planned_at   BIGINT NOT NULL,
    not_before   BIGINT NOT NULL,
    attempted_at BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL,
    owner        TEXT   NOT NULL,
    result       TEXT   NOT NULL,
    PRIMARY KEY (case_id, id)
);
CREATE INDEX effects_open ON effects (case_id, target, id)
    WHERE state IN ('planned', 'started', 'unknown');

-- A look is the wish that an issue be read and decided upon: pending while
-- asked is greater than done.
CREATE TABLE looks (
    issue_id   TEXT   NOT NULL PRIMARY KEY,
    asked      BIGINT NOT NULL,
    done       BIGINT NOT NULL,
    asked_at   BIGINT NOT NULL,
    tries      BIGINT NOT NULL,
    fails      BIGINT NOT NULL,
    not_before BIGINT NOT NULL
);
CREATE INDEX looks_pending ON looks (asked_at) WHERE asked > done;

CREATE TABLE mails (
    folder      TEXT   NOT NULL,
    uidvalidity BIGINT NOT NULL,
    uid         BIGINT NOT NULL,
    message_id  TEXT   NOT NULL,
    blob        TEXT   NOT NULL,
    size        BIGINT NOT NULL,
    arrived_at  BIGINT NOT NULL,
    stored_at   BIGINT NOT NULL,
    tries       BIGINT NOT NULL,
    crashes     BIGINT NOT NULL,
    not_before  BIGINT NOT NULL,
    outcome     TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    case_id     TEXT   NOT NULL,
    PRIMARY KEY (folder, uidvalidity, uid)
);
CREATE INDEX mails_undecided ON mails (stored_at) WHERE outcome = '';
CREATE INDEX mails_message_id ON mails (message_id);

-- Row n = -1 heads a blob; its chunks follow from 0. A blob that no committed
-- row refers to is not kept and is swept.
CREATE TABLE blobs (
    id   TEXT    NOT NULL,
    n    BIGINT  NOT NULL,
    data BYTEA   NOT NULL,
    at   BIGINT  NOT NULL,
    kept BOOLEAN NOT NULL,
    PRIMARY KEY (id, n)
);
CREATE INDEX blobs_loose ON blobs (at) WHERE n = -1 AND NOT kept;

CREATE TABLE cursors (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE leases (
    name  TEXT   NOT NULL PRIMARY KEY,
    owner TEXT   NOT NULL,
    epoch BIGINT NOT NULL
);

CREATE TABLE audit (
    case_id TEXT   NOT NULL,
    rev     BIGINT NOT NULL,
    n       BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    stage   TEXT   NOT NULL,
    action  TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    PRIMARY KEY (case_id, rev, n)
);

-- +goose Down
DROP TABLE audit;
DROP TABLE leases;
DROP TABLE cursors;
DROP TABLE blobs;
DROP TABLE mails;
DROP TABLE looks;
DROP TABLE effects;
DROP TABLE cases;
