package dev.evertoken.store.jdbc;

import javax.sql.DataSource;

class PostgresTokenStoreTest extends JdbcContracts {

    @Override
    DataSource emptyDatabase() {
        return Postgres.pool(Postgres.emptySchema(), 8);
    }
}
