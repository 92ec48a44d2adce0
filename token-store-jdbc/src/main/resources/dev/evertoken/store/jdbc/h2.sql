-- The table of Evertoken for H2 2.2 and later. The name can be changed in the options of the store.
-- A row with an empty namespace has a change stamp, in the column revision; it belongs to no account.

CREATE TABLE IF NOT EXISTS evertoken_tokens (
    id           binary(32)   NOT NULL PRIMARY KEY, -- SHA-256 of namespace, registration and account
    scope        binary(32)   NOT NULL,             -- SHA-256 of namespace and registration
    namespace    varchar(64)  NOT NULL,
    registration varchar(512) NOT NULL,
    account      varchar(512) NOT NULL,
    revision     bigint       NOT NULL,             -- random, of the last write
    due_at       bigint,                            -- due time of the next refresh in milliseconds since 1970; null if never
    record       varbinary(1048576) NOT NULL,       -- the record in its stored format, JSON
    digest       binary(32)   NOT NULL,             -- SHA-256 of the record
    spent        varbinary(4096),                   -- digests of previous tokens, with mapped columns only
    set_aside    varbinary(1048576)                 -- an unreadable record that was replaced
);

CREATE INDEX IF NOT EXISTS evertoken_tokens_due ON evertoken_tokens (scope, due_at, id);
