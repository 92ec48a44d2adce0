package dev.evertoken.store.jdbc;

import javax.sql.DataSource;

class H2ColumnTokenStoreTest extends ColumnContracts {

    @Override
    DataSource emptyDatabase() {
        return H2.empty();
    }
}
