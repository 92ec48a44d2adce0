package dev.evertoken.store.jdbc;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Translates failed database calls into exceptions. A failure that waiting does not end is reported as refused. A state
 * that an operator or time may end, such as a failover, a full disk or a conflict, is reported as unavailable.
 *
 * <p>Messages of the driver may contain row values, so they are quoted only for failed connections, without anything
 * that may be a password. They name the host, the user and the database. Stateless. Thread-safe.
 */
final class SqlErrors {

    private static final int MAX_DEPTH = 20;
    private static final int MAX_MESSAGE_LENGTH = 200;

    /** The kinds of failures. */
    private enum Kind {
        CREDENTIALS(Problem.STORE_REFUSED, "the database refuses the user or the password", true),
        DATABASE(Problem.STORE_REFUSED, "the database does not exist", true),
        SCHEMA(Problem.STORE_REFUSED, "the schema does not exist", false),
        TABLE(Problem.STORE_REFUSED, "the table does not exist", false),
        COLUMN(Problem.STORE_REFUSED, "the table lacks a column; compare it with the schema files", false),
        RIGHTS(Problem.STORE_REFUSED, "the database user lacks the required permission", false),
        MISFIT(Problem.STORE_REFUSED, "a value does not fit its column; compare the table with its schema", false),
        READ_ONLY(
                Problem.STORE_UNAVAILABLE,
                "the database accepts no writes: the server, the connection or the transaction is read-only, such as"
                        + " after a failover",
                false),
        FULL(Problem.STORE_UNAVAILABLE, "the database accepts no writes: it has no disk space left", false),
        MEMORY(Problem.STORE_UNAVAILABLE, "the database has no memory left", false),
        CONNECTIONS(Problem.STORE_UNAVAILABLE, "the database accepts no further connections", false),
        SLOW(Problem.STORE_UNAVAILABLE, "the operation timed out", false),
        BUSY(Problem.STORE_UNAVAILABLE, "other transactions prevent it", false),
        STARTING(Problem.STORE_UNAVAILABLE, "the database is starting, stopping or recovering", false),
        GONE(Problem.STORE_UNAVAILABLE, "the connection could not be made or was lost", true),
        OTHER(Problem.STORE_UNAVAILABLE, "the database failed", false);

        private final Problem problem;
        private final String sentence;
        private final boolean showsMessage;

        Kind(Problem problem, String sentence, boolean showsMessage) {
            this.problem = problem;
            this.sentence = sentence;
            this.showsMessage = showsMessage;
        }
    }

    /** By the whole SQLSTATE; states that begin with 9 are those of H2. */
    private static final Map<String, Kind> STATES = Map.ofEntries(
            Map.entry("28P01", Kind.CREDENTIALS),
            Map.entry("3D000", Kind.DATABASE),
            Map.entry("90146", Kind.DATABASE),
            Map.entry("90149", Kind.DATABASE),
            Map.entry("3F000", Kind.SCHEMA),
            Map.entry("90079", Kind.SCHEMA),
            Map.entry("42P01", Kind.TABLE),
            Map.entry("42S02", Kind.TABLE),
            Map.entry("42S03", Kind.TABLE),
            Map.entry("42S04", Kind.TABLE),
            Map.entry("42703", Kind.COLUMN),
            Map.entry("42S22", Kind.COLUMN),
            Map.entry("42501", Kind.RIGHTS),
            Map.entry("90096", Kind.RIGHTS),
            Map.entry("25006", Kind.READ_ONLY),
            Map.entry("90097", Kind.READ_ONLY),
            Map.entry("53100", Kind.FULL),
            Map.entry("90100", Kind.FULL),
            Map.entry("53200", Kind.MEMORY),
            Map.entry("90108", Kind.MEMORY),
            Map.entry("53300", Kind.CONNECTIONS),
            Map.entry("90020", Kind.BUSY),
            Map.entry("90131", Kind.BUSY),
            Map.entry("57014", Kind.SLOW),
            Map.entry("HYT00", Kind.SLOW),
            Map.entry("55P03", Kind.BUSY),
            Map.entry("57P01", Kind.GONE),
            Map.entry("57P02", Kind.GONE),
            Map.entry("57P03", Kind.STARTING),
            Map.entry("90067", Kind.GONE),
            Map.entry("90098", Kind.GONE),
            Map.entry("90121", Kind.GONE));

    /** By the first two characters, the class of the SQL standard. */
    private static final Map<String, Kind> CLASSES = Map.of(
            "08", Kind.GONE,
            "22", Kind.MISFIT,
            "23", Kind.MISFIT,
            "28", Kind.CREDENTIALS,
            "40", Kind.BUSY,
            "42", Kind.MISFIT,
            "53", Kind.BUSY);

    /** The states under which MySQL and MariaDB report errors that only their codes distinguish. */
    private static final Set<String> COLLECTIVE_STATES = Set.of("42000", "HY000", "08004");

    private static final Map<Integer, Kind> MYSQL_CODES = Map.ofEntries(
            Map.entry(1021, Kind.FULL),
            Map.entry(1114, Kind.FULL),
            Map.entry(3675, Kind.FULL),
            Map.entry(1037, Kind.MEMORY),
            Map.entry(1041, Kind.MEMORY),
            Map.entry(1040, Kind.CONNECTIONS),
            Map.entry(1203, Kind.CONNECTIONS),
            Map.entry(1226, Kind.CONNECTIONS),
            Map.entry(1053, Kind.STARTING),
            Map.entry(1044, Kind.RIGHTS),
            Map.entry(1142, Kind.RIGHTS),
            Map.entry(1143, Kind.RIGHTS),
            Map.entry(1049, Kind.DATABASE),
            Map.entry(1205, Kind.BUSY),
            Map.entry(1213, Kind.BUSY),
            Map.entry(1290, Kind.READ_ONLY),
            Map.entry(1836, Kind.READ_ONLY));

    private SqlErrors() {}

    /**
     * @param failure the failed operation in a few words, without a full stop
     * @param missingTable how to add the table if it does not exist, without a full stop
     */
    static TokenException.Builder about(String failure, String missingTable, SQLException e) {
        List<SQLException> all = chain(e);
        SQLException significant = all.stream()
                .filter(exception -> kind(exception) != Kind.OTHER)
                .reduce((first, second) -> kind(first) == Kind.GONE ? second : first)
                .orElse(e);
        Kind kind = kind(significant);
        String message = kind.showsMessage ? message(significant) : kind == Kind.TABLE ? "; " + missingTable : "";
        return TokenException.about(kind.problem)
                .detail(failure + ": " + kind.sentence + message + " (SQLSTATE " + significant.getSQLState() + ")")
                .cause(new SqlFailure(significant));
    }

    private static Kind kind(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (COLLECTIVE_STATES.contains(state) && MYSQL_CODES.containsKey(e.getErrorCode())) {
            return MYSQL_CODES.getOrDefault(e.getErrorCode(), Kind.OTHER);
        }
        if (e instanceof SQLTimeoutException) {
            return Kind.SLOW;
        }
        return Optional.ofNullable(STATES.get(state))
                .or(() -> Optional.ofNullable(CLASSES.get(state.substring(0, Math.min(2, state.length())))))
                .orElse(e instanceof SQLTransientConnectionException ? Kind.GONE : Kind.OTHER);
    }

    /** Returns the exception and its causes, since pools wrap the driver's exceptions and drivers chain them. */
    private static List<SQLException> chain(SQLException e) {
        List<SQLException> all = new ArrayList<>();
        Throwable at = e;
        while (at != null && all.size() < MAX_DEPTH) {
            if (at instanceof SQLException sql) {
                all.add(sql);
            }
            Throwable cause = at.getCause();
            at = cause == null && at instanceof SQLException sql ? sql.getNextException() : cause;
        }
        return all;
    }

    private static String message(SQLException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        String safe = withoutPasswords(message.lines().findFirst().orElse(""));
        return safe.isBlank() ? "" : ": " + safe.substring(0, Math.min(MAX_MESSAGE_LENGTH, safe.length()));
    }

    /** Returns a text without the parameters and the user part of URLs and without named passwords. */
    static String withoutPasswords(String text) {
        return text.replaceAll("(?i)(jdbc:[^\\s?;]*)[?;][^\\s]*", "$1")
                .replaceAll("//[^/@\\s]*@", "//")
                .replaceAll("(?i)((password|passwd|pwd|secret|token)\\s*[=:]\\s*)\\S+", "$1…")
                .strip();
    }
}
