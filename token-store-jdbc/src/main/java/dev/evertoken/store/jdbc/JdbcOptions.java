package dev.evertoken.store.jdbc;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a store uses its database. Immutable.
 *
 * @param dialect empty to ask the database
 * @param table the store's own table, with its schema's name before it where it needs one
 * @param createIfMissing whether the table is made if it is not there; it takes the right to make one
 * @param statementTimeout after which a statement is given up, 1 second to 5 minutes; what waits for a connection is
 *     bounded by the pool's own setting. Of a database that hears nothing, PostgreSQL's driver waits for the statement to
 *     be cancelled too, for up to its {@code cancelSignalTimeout}, 10 seconds unless the URL says otherwise
 */
public record JdbcOptions(Optional<Dialect> dialect, String table, boolean createIfMissing, Duration statementTimeout) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
    private static final Pattern QUALIFIED = Pattern.compile(NAME + "(\\." + NAME + ")?");
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    public JdbcOptions {
        requireTable(table);
        if (statementTimeout.compareTo(SHORTEST) < 0 || statementTimeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "statementTimeout " + statementTimeout + " is not within " + SHORTEST + " and " + LONGEST);
        }
    }

    /** Returns: ask the database for its dialect, table {@code evertoken_tokens}, make none, 5 seconds. */
    public static JdbcOptions defaults() {
        return new JdbcOptions(Optional.empty(), "evertoken_tokens", false, Duration.ofSeconds(5));
    }

    /** Returns these options with a dialect that is not asked for. */
    public JdbcOptions withDialect(Dialect known) {
        return new JdbcOptions(Optional.of(known), table, createIfMissing, statementTimeout);
    }

    /** Returns these options with another table. */
    public JdbcOptions withTable(String name) {
        return new JdbcOptions(dialect, name, createIfMissing, statementTimeout);
    }

    /** Returns these options with a table that is made if it is not there. */
    public JdbcOptions createTableIfMissing() {
        return new JdbcOptions(dialect, table, true, statementTimeout);
    }

    /** Returns these options with another time-out; the database counts in whole seconds. */
    public JdbcOptions withStatementTimeout(Duration longest) {
        return new JdbcOptions(dialect, table, createIfMissing, longest);
    }

    /** @throws IllegalArgumentException if it is no plain name: names are put into statements as they are */
    static String requireTable(String name) {
        return require("table", QUALIFIED, name);
    }

    /** @throws IllegalArgumentException if it is no plain name */
    static String requireColumn(String name) {
        return require("column", NAME, name);
    }

    private static String require(String what, Pattern pattern, String name) {
        if (!pattern.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what + " name \"" + name + "\" is not made of letters, digits and underscores");
        }
        return name;
    }
}
