-- The table of Evertoken for MySQL 8.0 and MariaDB 10.6 and later. The name can be changed in the options of the store.
-- A row with an empty namespace has a change stamp, in the column revision; it belongs to no account.

CREATE TABLE IF NOT EXISTS evertoken_tokens (
    id           binary(32)   NOT NULL PRIMARY KEY, -- SHA-256 of namespace, registration and account
    scope        binary(32)   NOT NULL,             -- SHA-256 of namespace and registration
    namespace    varchar(64)  NOT NULL,
    registration varchar(512) NOT NULL,
    account      varchar(512) NOT NULL,
    revision     bigint       NOT NULL,             -- random, of the last write
    due_at       bigint,                            -- due time of the next refresh in milliseconds since 1970; null if never
    record       longblob     NOT NULL,             -- the record in its stored format, JSON
    digest       binary(32)   NOT NULL,             -- SHA-256 of the record
    spent        varbinary(4096),                   -- digests of previous tokens, with mapped columns only
    set_aside    longblob,                          -- an unreadable record that was replaced
    INDEX evertoken_tokens_due (scope, due_at, id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
