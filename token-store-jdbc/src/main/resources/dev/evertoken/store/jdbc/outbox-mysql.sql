-- The outbox of Evertoken for MySQL 8.0 and MariaDB 10.6 and later. The name can be changed in the options of the outbox.

CREATE TABLE IF NOT EXISTS evertoken_outbox (
    position     bigint       NOT NULL AUTO_INCREMENT PRIMARY KEY, -- the order of the messages
    scope        binary(32)   NOT NULL,             -- SHA-256 of namespace and destination
    id           varchar(64)  NOT NULL,             -- the id of the message
    line         binary(32)   NOT NULL,             -- SHA-256 of namespace, destination, registration and account
    namespace    varchar(64)  NOT NULL,
    destination  varchar(64)  NOT NULL,
    registration varchar(512) NOT NULL,
    account      varchar(512) NOT NULL,
    kind         varchar(64)  NOT NULL,
    collapse_key varchar(64),                       -- a later message of the same line and key replaces this one
    payload      mediumblob   NOT NULL,             -- the content in UTF-8, without secrets
    created_at   bigint       NOT NULL,             -- in milliseconds since 1970
    available_at bigint       NOT NULL,             -- time of the next attempt or end of the lease, as created_at
    attempts     integer      NOT NULL,             -- attempts that have failed
    lease_id     varchar(64),                       -- the last lease; null if it has ended with a failed attempt
    UNIQUE INDEX evertoken_outbox_id (scope, id),
    INDEX evertoken_outbox_due (scope, available_at, position),
    INDEX evertoken_outbox_line (line, position)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
