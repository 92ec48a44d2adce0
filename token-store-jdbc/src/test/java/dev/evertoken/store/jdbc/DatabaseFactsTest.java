package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreFact.Topic;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What a diagnosis learns from a database. */
class DatabaseFactsTest {

    @Test
    void aDatabaseInMemoryKeepsNothing() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:facts")) {
            assertThat(new DatabaseFacts(Dialect.H2, "evertoken_records").of(connection))
                    .containsExactly(
                            StoreFact.good(Topic.PERMISSIONS, "evertoken_records", "the connection accepts writes"),
                            StoreFact.bad(Topic.PERSISTENCE, "evertoken_records", "the database is in memory"));
        }
    }

    @Test
    void postgresReportsItsCommitsAndARightOfEveryUser() {
        PGSimpleDataSource source = Postgres.emptySchema();
        JdbcOptions options = JdbcOptions.defaults().createTableIfMissing();
        try (JdbcTokenStore store = JdbcTokenStore.open(source, "pool", options)) {
            // The server of the tests does not wait for its disk.
            assertThat(store.inspect())
                    .containsExactly(
                            StoreFact.good(Topic.PERMISSIONS, options.table(), "the connection accepts writes"),
                            StoreFact.bad(Topic.PERSISTENCE, options.table(), "synchronous_commit is off"));

            Postgres.execute(source, "GRANT SELECT ON " + options.table() + " TO PUBLIC");

            assertThat(store.inspect())
                    .contains(StoreFact.bad(
                            Topic.PERMISSIONS,
                            options.table(),
                            "every user of the database has a right on the table; revoke it"));
        }
    }
}
