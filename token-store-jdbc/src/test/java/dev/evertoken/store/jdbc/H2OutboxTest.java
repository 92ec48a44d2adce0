package dev.evertoken.store.jdbc;

import javax.sql.DataSource;

class H2OutboxTest extends OutboxContracts {

    @Override
    DataSource emptyDatabase() {
        return H2.empty();
    }
}
