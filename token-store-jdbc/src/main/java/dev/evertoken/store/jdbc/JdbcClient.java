package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Calls the database, and says of a failure what was tried on which table. Thread-safe.
 *
 * @param database where the connections come from
 * @param table the store's table, for the messages
 */
record JdbcClient(Database database, String table) {

    /** Reads with one statement. */
    <T> T read(String what, Optional<TokenKey> key, Database.Work<T> work) {
        return told(what, key, () -> database.read(work));
    }

    /** Writes with one statement. */
    <T> T write(String what, Optional<TokenKey> key, Database.Work<T> work) {
        return told(what, key, () -> database.write(work));
    }

    /** Does what are several statements, all or none of them. */
    <T> T transaction(String what, Optional<TokenKey> key, Database.Work<T> work) {
        return told(what, key, () -> database.transaction(work));
    }

    /** @throws TokenStoreException for whatever the driver threw */
    <T> T told(String what, Optional<TokenKey> key, Call<T> call) {
        try {
            return call.make();
        } catch (SQLException e) {
            var trouble = SqlErrors.about(what + " table " + table, e);
            key.ifPresent(trouble::key);
            throw trouble.build();
        }
    }

    interface Call<T> {
        T make() throws SQLException;
    }
}
