package dev.evertoken.store.jdbc;

import javax.sql.DataSource;

class PostgresColumnTokenStoreTest extends ColumnContracts {

    @Override
    DataSource emptyDatabase() {
        return Postgres.emptySchema();
    }
}
