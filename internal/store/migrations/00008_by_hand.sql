-- What people have sent to a provider about an issue while escalat was in mode shadow, as
-- far as it is needed to compare: no text, and nobody's name.

-- +goose Up
CREATE TABLE by_hand (
    message_id TEXT    NOT NULL,
    provider   TEXT    NOT NULL,
    issue_key  TEXT    NOT NULL,
    domain     TEXT    NOT NULL,
    sent_at    BIGINT  NOT NULL,
    answer     BOOLEAN NOT NULL,
    PRIMARY KEY (message_id, provider, issue_key)
);
CREATE INDEX by_hand_sent ON by_hand (sent_at);

-- +goose Down
DROP TABLE by_hand;
