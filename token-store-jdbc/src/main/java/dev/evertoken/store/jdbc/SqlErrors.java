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

/**
 * Translates failed database calls into exceptions, as refused if waiting does not help.
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
        READ_ONLY(Problem.STORE_REFUSED, "the database, the connection or the transaction is read-only", false),
        FULL(Problem.STORE_REFUSED, "the database has no space left", false),
        MISFIT(Problem.STORE_REFUSED, "a value does not fit its column; compare the table with its schema", false),
        SLOW(Problem.STORE_UNAVAILABLE, "the operation timed out", false),
        BUSY(Problem.STORE_UNAVAILABLE, "another transaction or too many connections prevent it", false),
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
            Map.entry("57014", Kind.SLOW),
            Map.entry("HYT00", Kind.SLOW),
            Map.entry("55P03", Kind.BUSY),
            Map.entry("57P01", Kind.GONE),
            Map.entry("57P02", Kind.GONE),
            Map.entry("57P03", Kind.GONE),
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

    /** MySQL and MariaDB distinguish some errors by code only. */
    private static final Map<Integer, Kind> MYSQL_CODES = Map.of(
            1021, Kind.FULL,
            1114, Kind.FULL,
            1044, Kind.RIGHTS,
            1142, Kind.RIGHTS,
            1143, Kind.RIGHTS,
            1049, Kind.DATABASE,
            1205, Kind.BUSY,
            1290, Kind.READ_ONLY,
            1836, Kind.READ_ONLY);

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
        boolean generic = state.equals("42000") || state.equals("HY000");
        if (generic && MYSQL_CODES.containsKey(e.getErrorCode())) {
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
