package dev.evertoken.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;

class H2ChangeStampTest extends StampContracts {

    @Override
    HikariDataSource emptyDatabase() {
        return Postgres.pool(H2.empty(), 8);
    }
}
