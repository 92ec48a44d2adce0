-- The table of Evertoken for PostgreSQL 11 and later. The name can be changed in the options of the store.
-- A row with an empty namespace has a change stamp, in the column revision; it belongs to no account.

CREATE TABLE IF NOT EXISTS evertoken_tokens (
    id           bytea        NOT NULL PRIMARY KEY, -- SHA-256 of namespace, registration and account
    scope        bytea        NOT NULL,             -- SHA-256 of namespace and registration
    namespace    varchar(64)  NOT NULL,
    registration varchar(512) NOT NULL,
    account      varchar(512) NOT NULL,
    revision     bigint       NOT NULL,             -- random, of the last write
    due_at       bigint,                            -- due time of the next refresh in milliseconds since 1970; null if never
    record       bytea        NOT NULL,             -- the record in its stored format, JSON
    digest       bytea        NOT NULL,             -- SHA-256 of the record
    spent        bytea,                             -- digests of previous tokens, with mapped columns only
    set_aside    bytea                              -- an unreadable record that was replaced
) WITH (fillfactor = 70);

CREATE INDEX IF NOT EXISTS evertoken_tokens_due ON evertoken_tokens (scope, due_at, id) WHERE due_at IS NOT NULL;
