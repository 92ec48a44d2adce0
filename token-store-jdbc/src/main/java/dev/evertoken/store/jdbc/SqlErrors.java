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
 * Says what a failed database call means for the store: refused where waiting does not help.
 *
 * <p>Only of a connection that was not made are the driver's own words repeated, without what may be a password: they
 * name the host, the user and the database that were tried. Stateless.
 */
final class SqlErrors {

    private static final int DEEPEST = 20;
    private static final int LONGEST_WORDS = 200;

    /** What can be wrong. */
    private enum Kind {
        CREDENTIALS(Problem.STORE_REFUSED, "the database refuses the user or the password", true),
        DATABASE(Problem.STORE_REFUSED, "there is no such database", true),
        SCHEMA(Problem.STORE_REFUSED, "there is no such schema", false),
        TABLE(Problem.STORE_REFUSED, "the table is not there; create it, see the schema files of this module", false),
        COLUMN(Problem.STORE_REFUSED, "the table lacks a column; compare it with the schema files", false),
        RIGHTS(Problem.STORE_REFUSED, "the database user lacks the right to do so", false),
        READ_ONLY(Problem.STORE_REFUSED, "the database, the connection or the transaction is read-only", false),
        FULL(Problem.STORE_REFUSED, "the database has no space left", false),
        MISFIT(Problem.STORE_REFUSED, "a value does not fit its column; compare the table with its schema", false),
        SLOW(Problem.STORE_UNAVAILABLE, "it was not done in time", false),
        BUSY(Problem.STORE_UNAVAILABLE, "another transaction or too many connections stand in the way", false),
        GONE(Problem.STORE_UNAVAILABLE, "the connection could not be made or was lost", true),
        OTHER(Problem.STORE_UNAVAILABLE, "the database failed", false);

        private final Problem problem;
        private final String sentence;
        private final boolean harmless;

        Kind(Problem problem, String sentence, boolean harmless) {
            this.problem = problem;
            this.sentence = sentence;
            this.harmless = harmless;
        }
    }

    /** By whole SQLSTATE; what begins with 9 is H2's own. */
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

    /** By the first two characters, the class of the standard. */
    private static final Map<String, Kind> CLASSES = Map.of(
            "08", Kind.GONE,
            "22", Kind.MISFIT,
            "23", Kind.MISFIT,
            "28", Kind.CREDENTIALS,
            "40", Kind.BUSY,
            "42", Kind.MISFIT,
            "53", Kind.BUSY);

    /** MySQL and MariaDB tell some things by code alone. */
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

    /** @param what was being done, in a few words without a full stop */
    static TokenException.Builder about(String what, SQLException e) {
        List<SQLException> all = chain(e);
        SQLException telling = all.stream()
                .filter(one -> kind(one) != Kind.OTHER)
                .reduce((first, second) -> kind(first) == Kind.GONE ? second : first)
                .orElse(e);
        Kind kind = kind(telling);
        String words = kind.harmless ? words(telling) : "";
        return TokenException.about(kind.problem)
                .detail(what + ": " + kind.sentence + words + " (SQLSTATE " + telling.getSQLState() + ")")
                .cause(new SqlFailure(telling));
    }

    private static Kind kind(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        boolean vague = state.equals("42000") || state.equals("HY000");
        if (vague && MYSQL_CODES.containsKey(e.getErrorCode())) {
            return MYSQL_CODES.getOrDefault(e.getErrorCode(), Kind.OTHER);
        }
        if (e instanceof SQLTimeoutException) {
            return Kind.SLOW;
        }
        return Optional.ofNullable(STATES.get(state))
                .or(() -> Optional.ofNullable(CLASSES.get(state.substring(0, Math.min(2, state.length())))))
                .orElse(e instanceof SQLTransientConnectionException ? Kind.GONE : Kind.OTHER);
    }

    /** Pools wrap what the driver said; drivers chain. */
    private static List<SQLException> chain(SQLException e) {
        List<SQLException> all = new ArrayList<>();
        Throwable at = e;
        while (at != null && all.size() < DEEPEST) {
            if (at instanceof SQLException sql) {
                all.add(sql);
            }
            Throwable cause = at.getCause();
            at = cause == null && at instanceof SQLException sql ? sql.getNextException() : cause;
        }
        return all;
    }

    private static String words(SQLException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        String safe = withoutPasswords(message.lines().findFirst().orElse(""));
        return safe.isBlank() ? "" : ": " + safe.substring(0, Math.min(LONGEST_WORDS, safe.length()));
    }

    /** Returns a text without what follows the address in a URL, without its user part, and without named passwords. */
    static String withoutPasswords(String text) {
        return text.replaceAll("(?i)(jdbc:[^\\s?;]*)[?;][^\\s]*", "$1")
                .replaceAll("//[^/@\\s]*@", "//")
                .replaceAll("(?i)((password|passwd|pwd|secret|token)\\s*[=:]\\s*)\\S+", "$1…")
                .strip();
    }
}
