package dev.evertoken.store.jdbc;

import javax.sql.DataSource;

class H2TokenStoreTest extends JdbcContracts {

    @Override
    DataSource emptyDatabase() {
        return Postgres.pool(H2.empty(), 8);
    }
}
