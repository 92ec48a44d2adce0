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

/** Creates a store's table, and checks that it exists with all its columns. Thread-safe. */
final class Schema {

    private final Database database;
    private final Dialect dialect;
    private final String table;

    Schema(Database database, Dialect dialect, String table) {
        this.database = database;
        this.dialect = dialect;
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
        String sql = "SELECT id, scope, namespace, registration, account, revision, due_at, record, digest, spent,"
                + " set_aside FROM " + table + " WHERE 1 = 0";
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
        String index = table.substring(table.indexOf('.') + 1) + "_due";
        String withoutComments = text().replaceAll("(?m)--.*$", "");
        return Arrays.stream(withoutComments
                        .replace("evertoken_tokens_due", index)
                        .replace("evertoken_tokens", table)
                        .split(";", -1))
                .map(String::strip)
                .filter(sql -> !sql.isEmpty())
                .toList();
    }

    private String text() {
        try (InputStream file = Schema.class.getResourceAsStream(dialect.schemaFile())) {
            if (file == null) {
                throw new IllegalStateException("the schema file " + dialect.schemaFile() + " is not in this jar");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
