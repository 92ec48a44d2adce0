package dev.evertoken.store.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Creates a table of this module, and checks that it exists with all its columns. Thread-safe. */
final class Schema {

    private final Database database;
    private final Dialect dialect;
    private final Kind kind;
    private final String table;

    /** The tables of this module, each with its schema files. */
    enum Kind {
        TOKENS(
                "",
                "evertoken_tokens",
                "id, scope, namespace, registration, account, revision, due_at, record, digest, spent, set_aside"),
        OUTBOX(
                "outbox-",
                "evertoken_outbox",
                "position, scope, id, line, namespace, destination, registration, account, kind, collapse_key, payload,"
                        + " created_at, available_at, attempts, lease_id");

        private final String prefix;
        /** The name of the table in the files; the names of its indexes begin with it. */
        private final String table;

        private final String columns;

        Kind(String prefix, String table, String columns) {
            this.prefix = prefix;
            this.table = table;
            this.columns = columns;
        }
    }

    Schema(Database database, Dialect dialect, Kind kind, String table) {
        this.database = database;
        this.dialect = dialect;
        this.kind = kind;
        this.table = table;
    }

    /** Creates the table. If two processes do so at the same time, one may fail; its second attempt finds the table. */
    void create() throws SQLException {
        try {
            database.transaction(this::create);
        } catch (SQLException e) {
            database.transaction(this::create);
        }
    }

    /** Selects every column without reading a row, to check that they exist. */
    boolean check(Connection connection) throws SQLException {
        String sql = "SELECT " + kind.columns + " FROM " + table + " WHERE 1 = 0";
        try (PreparedStatement statement = database.prepare(connection, sql)) {
            return statement.execute();
        }
    }

    private boolean create(Connection connection) throws SQLException {
        for (String sql : statements()) {
            try (PreparedStatement statement = database.prepare(connection, sql)) {
                statement.execute();
            }
        }
        return true;
    }

    private List<String> statements() {
        String withoutSchema = table.substring(table.indexOf('.') + 1);
        String withoutComments = text().replaceAll("(?m)--.*$", "");
        return Arrays.stream(withoutComments
                        .replace(kind.table + "_", withoutSchema + "_")
                        .replaceAll("\\b" + kind.table + "\\b", table)
                        .split(";", -1))
                .map(String::strip)
                .filter(sql -> !sql.isEmpty())
                .toList();
    }

    private String text() {
        String name = kind.prefix + dialect.schemaFile();
        try (InputStream file = Schema.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("the schema file " + name + " is not in this jar");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
