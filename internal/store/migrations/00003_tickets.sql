-- Which cases know a ticket number of the provider, in capitals. The case's own list
-- is what counts; this finds the case.

-- +goose Up
CREATE TABLE tickets (
    provider TEXT NOT NULL,
    number   TEXT NOT NULL,
    case_id  TEXT NOT NULL REFERENCES cases (id),
    PRIMARY KEY (provider, number, case_id)
);

-- +goose Down
DROP TABLE tickets;
