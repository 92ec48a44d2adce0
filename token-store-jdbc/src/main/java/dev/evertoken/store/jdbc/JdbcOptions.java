package dev.evertoken.store.jdbc;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The options of a JDBC store or outbox. Immutable.
 *
 * @param dialect the SQL dialect; empty to detect it from the database
 * @param table the store's table, with the name of its schema if required
 * @param createIfMissing whether to create a missing table, which requires the permission to do so
 * @param statementTimeout the timeout of a statement, 1 second to 5 minutes; waiting for a connection is limited by the
 *     pool's own setting. If the database does not respond, PostgreSQL's driver also waits for the cancellation of the
 *     statement, for up to its {@code cancelSignalTimeout}, 10 seconds by default
 */
public record JdbcOptions(Optional<Dialect> dialect, String table, boolean createIfMissing, Duration statementTimeout) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
    private static final Pattern QUALIFIED = Pattern.compile(NAME + "(\\." + NAME + ")?");
    private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(5);

    public JdbcOptions {
        requireTable(table);
        if (statementTimeout.compareTo(MIN_TIMEOUT) < 0 || statementTimeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "statementTimeout " + statementTimeout + " is not within " + MIN_TIMEOUT + " and " + MAX_TIMEOUT);
        }
    }

    /** Returns the defaults: detected dialect, table {@code evertoken_tokens}, not created if missing, 5 seconds. */
    public static JdbcOptions defaults() {
        return new JdbcOptions(Optional.empty(), "evertoken_tokens", false, Duration.ofSeconds(5));
    }

    /** Returns the defaults of a {@link JdbcOutbox}: those of a store, with the table {@code evertoken_outbox}. */
    public static JdbcOptions outbox() {
        return defaults().withTable("evertoken_outbox");
    }

    /** Returns these options with a fixed dialect. */
    public JdbcOptions withDialect(Dialect known) {
        return new JdbcOptions(Optional.of(known), table, createIfMissing, statementTimeout);
    }

    /** Returns these options with another table. */
    public JdbcOptions withTable(String name) {
        return new JdbcOptions(dialect, name, createIfMissing, statementTimeout);
    }

    /** Returns these options with a table that is created if missing. */
    public JdbcOptions createTableIfMissing() {
        return new JdbcOptions(dialect, table, true, statementTimeout);
    }

    /** Returns these options with another timeout; databases round it up to whole seconds. */
    public JdbcOptions withStatementTimeout(Duration timeout) {
        return new JdbcOptions(dialect, table, createIfMissing, timeout);
    }

    /** @throws IllegalArgumentException if the name is not plain, since names are inserted into statements unquoted */
    static String requireTable(String name) {
        return require("table", QUALIFIED, name);
    }

    /** @throws IllegalArgumentException if the name is not plain */
    static String requireColumn(String name) {
        return require("column", NAME, name);
    }

    private static String require(String kind, Pattern pattern, String name) {
        if (!pattern.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    kind + " name \"" + name + "\" is not made of letters, digits and underscores");
        }
        return name;
    }
}
