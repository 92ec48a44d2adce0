-- The outbox of Evertoken for PostgreSQL 11 and later. The name can be changed in the options of the outbox.

CREATE TABLE IF NOT EXISTS evertoken_outbox (
    position     bigint       NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- the order of the messages
    scope        bytea        NOT NULL,             -- SHA-256 of namespace and destination
    id           varchar(64)  NOT NULL,             -- the id of the message
    line         bytea        NOT NULL,             -- SHA-256 of namespace, destination, registration and account
    namespace    varchar(64)  NOT NULL,
    destination  varchar(64)  NOT NULL,
    registration varchar(512) NOT NULL,
    account      varchar(512) NOT NULL,
    kind         varchar(64)  NOT NULL,
    collapse_key varchar(64),                       -- a later message of the same line and key replaces this one
    payload      bytea        NOT NULL,             -- the content in UTF-8, without secrets
    created_at   bigint       NOT NULL,             -- in milliseconds since 1970
    available_at bigint       NOT NULL,             -- time of the next attempt or end of the lease, as created_at
    attempts     integer      NOT NULL,             -- attempts that have failed
    lease_id     varchar(64)                        -- the last lease; null if it has ended with a failed attempt
);

CREATE UNIQUE INDEX IF NOT EXISTS evertoken_outbox_id ON evertoken_outbox (scope, id);

CREATE INDEX IF NOT EXISTS evertoken_outbox_due ON evertoken_outbox (scope, available_at, position);

CREATE INDEX IF NOT EXISTS evertoken_outbox_line ON evertoken_outbox (line, position);
