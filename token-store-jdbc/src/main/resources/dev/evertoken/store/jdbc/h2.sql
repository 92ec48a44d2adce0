-- The table of Evertoken for H2 2.2 and later. Another name is fine; tell the store.

CREATE TABLE IF NOT EXISTS evertoken_tokens (
    id           binary(32)   NOT NULL PRIMARY KEY, -- SHA-256 of namespace, registration and account
    scope        binary(32)   NOT NULL,             -- SHA-256 of namespace and registration
    namespace    varchar(64)  NOT NULL,
    registration varchar(512) NOT NULL,
    account      varchar(512) NOT NULL,
    revision     bigint       NOT NULL,             -- random, of the write that stands here
    due_at       bigint,                            -- when a refresh is due, in milliseconds since 1970; null if never
    record       varbinary(1048576) NOT NULL,       -- the record in its stored format, JSON
    digest       binary(32)   NOT NULL,             -- SHA-256 of the record
    spent        varbinary(4096),                   -- tokens mapped to columns only: what they had before
    set_aside    varbinary(1048576)                 -- a record that could not be read and was replaced
);

CREATE INDEX IF NOT EXISTS evertoken_tokens_due ON evertoken_tokens (scope, due_at, id);
