package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Calls the database and translates failures; messages name the operation and the table. Thread-safe.
 *
 * @param database the source of connections
 * @param table the store's table, for messages
 */
record JdbcClient(Database database, String table) {

    /** Runs a single statement that reads. */
    <T> T read(String failure, Optional<TokenKey> key, Database.Work<T> work) {
        return translated(failure, key, () -> database.read(work));
    }

    /** Runs a single statement that writes. */
    <T> T write(String failure, Optional<TokenKey> key, Database.Work<T> work) {
        return translated(failure, key, () -> database.write(work));
    }

    /** Runs several statements in one transaction. */
    <T> T transaction(String failure, Optional<TokenKey> key, Database.Work<T> work) {
        return translated(failure, key, () -> database.transaction(work));
    }

    /** @throws TokenStoreException for any exception of the driver */
    <T> T translated(String failure, Optional<TokenKey> key, Call<T> call) {
        try {
            return call.make();
        } catch (SQLException e) {
            var exception = SqlErrors.about(failure + " table " + table, e);
            key.ifPresent(exception::key);
            throw exception.build();
        }
    }

    interface Call<T> {
        T make() throws SQLException;
    }
}
