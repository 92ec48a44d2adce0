package dev.evertoken.store.jdbc;

import dev.evertoken.testing.BackgroundRefreshContract;
import dev.evertoken.testing.StoreFixture;
import java.nio.file.Path;
import org.postgresql.ds.PGSimpleDataSource;

/** Four processes with background refresh that share one PostgreSQL. */
class ManyBackgroundsTest extends BackgroundRefreshContract {

    @Override
    protected Class<? extends StoreFixture> fixture() {
        return PostgresStoreFixture.class;
    }

    @Override
    protected String location(Path temporary) {
        PGSimpleDataSource schema = Postgres.emptySchema();
        JdbcTokenStore.open(schema, "any", JdbcOptions.defaults().createTableIfMissing());
        return PostgresStoreFixture.location(Postgres.port(), schema.getCurrentSchema());
    }
}
