package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of a store's table, by its primary key. Thread-safe. */
final class KeyRows {

    private static final byte[] LOWEST_ID = new byte[32];

    private final Database database;
    private final String namespace;
    private final String page;

    KeyRows(Database database, String table, String namespace) {
        this.database = database;
        this.namespace = namespace;
        this.page = "SELECT id, namespace, registration, account FROM " + table
                + " WHERE namespace = ? AND id > ? ORDER BY id LIMIT " + KeyPages.LENGTH;
    }

    KeyPages.Page<byte[]> after(Connection connection, Optional<byte[]> end) throws SQLException {
        try (PreparedStatement statement = database.prepare(connection, page)) {
            statement.setString(1, namespace);
            statement.setBytes(2, end.orElse(LOWEST_ID));
            try (ResultSet result = statement.executeQuery()) {
                return page(result);
            }
        }
    }

    /** Compares namespaces again, since a collation may match a different one. */
    private KeyPages.Page<byte[]> page(ResultSet result) throws SQLException {
        List<TokenKey> keys = new ArrayList<>();
        Optional<byte[]> last = Optional.empty();
        int rows = 0;
        while (result.next()) {
            rows++;
            last = Optional.of(result.getBytes(1));
            if (result.getString(2).equals(namespace)) {
                keys.add(TokenKey.of(result.getString(3), result.getString(4)));
            }
        }
        return new KeyPages.Page<>(keys, rows < KeyPages.LENGTH ? Optional.empty() : last);
    }
}
