package dev.evertoken.store.jdbc;

import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreFact.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a database reports about whether it accepts and keeps writes, and who may read the table. A property that this
 * user may not read is left out. Immutable.
 *
 * @param dialect the database product
 * @param table the store's table
 */
record DatabaseFacts(Dialect dialect, String table) {

    List<StoreFact> of(Connection connection) throws SQLException {
        List<StoreFact> facts = new ArrayList<>();
        boolean readOnly = connection.isReadOnly();
        facts.add(new StoreFact(
                Topic.PERMISSIONS,
                table,
                !readOnly,
                readOnly ? "the connection is read-only" : "the connection accepts writes"));
        switch (dialect) {
            case POSTGRESQL -> ofPostgres(connection, facts);
            case MYSQL -> flush(connection, facts);
            case H2 -> memory(connection, facts);
        }
        return facts;
    }

    private void ofPostgres(Connection connection, List<StoreFact> facts) throws SQLException {
        if (one(connection, "SELECT pg_is_in_recovery()").startsWith("t")) {
            facts.add(StoreFact.bad(Topic.PERMISSIONS, table, "the server is a read-only standby"));
        }
        String commit = one(connection, "SELECT current_setting('synchronous_commit')");
        facts.add(new StoreFact(Topic.PERSISTENCE, table, !commit.equals("off"), "synchronous_commit is " + commit));
        String granted = one(
                connection,
                "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC'"
                        + " AND table_name = '" + table.replace("'", "''") + "'");
        if (!granted.equals("0")) {
            facts.add(StoreFact.bad(
                    Topic.PERMISSIONS, table, "every user of the database has a right on the table; revoke it"));
        }
    }

    private void flush(Connection connection, List<StoreFact> facts) throws SQLException {
        String flush = one(connection, "SELECT @@innodb_flush_log_at_trx_commit");
        facts.add(new StoreFact(
                Topic.PERSISTENCE, table, flush.equals("1"), "innodb_flush_log_at_trx_commit is " + flush));
    }

    private void memory(Connection connection, List<StoreFact> facts) throws SQLException {
        boolean inMemory = connection.getMetaData().getURL().contains(":mem:");
        facts.add(new StoreFact(
                Topic.PERSISTENCE,
                table,
                !inMemory,
                inMemory ? "the database is in memory" : "the database is in a file"));
    }

    private static String one(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }
}
