package dev.evertoken.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;

class PostgresChangeStampTest extends StampContracts {

    @Override
    HikariDataSource emptyDatabase() {
        return Postgres.pool(Postgres.emptySchema(), 8);
    }
}
