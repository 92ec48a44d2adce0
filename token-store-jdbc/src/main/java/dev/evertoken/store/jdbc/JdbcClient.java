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
 * @param missing how to add the table if it does not exist, for messages
 */
record JdbcClient(Database database, String table, String missing) {

    /** Returns a client of a table of this module. */
    static JdbcClient ofOwnTable(Database database, String table) {
        return new JdbcClient(
                database,
                table,
                "set createTableIfMissing() in the options of the store, or create it under this name with the schema"
                        + " file of this module");
    }

    /** Returns a client of a table of the application. */
    static JdbcClient ofApplicationTable(Database database, String table) {
        return new JdbcClient(database, table, "it is a table of the application, named by TokenColumns.of");
    }

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

    /**
     * Creates the table if that is requested, and checks it.
     *
     * @throws TokenStoreException if the database cannot be reached or the table is unsuitable
     */
    void prepare(Schema schema, JdbcOptions options) {
        if (options.createIfMissing()) {
            translated("the schema cannot be created:", Optional.empty(), () -> {
                schema.create();
                return true;
            });
        }
        read("the store cannot be opened on", Optional.empty(), schema::check);
    }

    /** @throws TokenStoreException for any exception of the driver */
    <T> T translated(String failure, Optional<TokenKey> key, Call<T> call) {
        try {
            return call.make();
        } catch (SQLException e) {
            var exception = SqlErrors.about(failure + " table " + table, missing, e);
            key.ifPresent(exception::key);
            throw exception.build();
        }
    }

    interface Call<T> {
        T make() throws SQLException;
    }
}
