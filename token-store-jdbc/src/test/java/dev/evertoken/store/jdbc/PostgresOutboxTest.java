package dev.evertoken.store.jdbc;

import javax.sql.DataSource;

class PostgresOutboxTest extends OutboxContracts {

    @Override
    DataSource emptyDatabase() {
        return Postgres.emptySchema();
    }
}
