package dev.evertoken.internal.record;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The marks that checks of a token write to its record. They apply to one generation of the tokens and are visible to
 * all processes. Thread-safe.
 */
public final class CheckMarks {

    /** The time of the first of two refusals that together mark a token. The token is still in use. */
    private static final String REFUSED = "token-refused";

    /** The time of the first refusal since the token last worked. */
    private static final String REFUSED_SINCE = "token-refused-since";

    /** The time of the last refusal of a token that checks have marked as invalid. */
    private static final String INVALID = "token-invalid";

    private CheckMarks() {}

    /**
     * Returns the time of the first of two refusals that together mark a token; empty if there was none, or if the
     * token is already marked.
     */
    public static Optional<Instant> firstRefusal(TokenRecord record) {
        return isMarked(record) ? Optional.empty() : mark(record, REFUSED);
    }

    /** Returns the time since which the provider has refused a token that is in use; empty if it has not refused it. */
    public static Optional<Instant> refusedSince(TokenRecord record) {
        return isMarked(record) ? Optional.empty() : mark(record, REFUSED_SINCE);
    }

    /** Returns the time of the last refusal of a token that checks have marked as invalid; empty otherwise. */
    public static Optional<Instant> lastRefusal(TokenRecord record) {
        return isMarked(record) ? mark(record, INVALID) : Optional.empty();
    }

    /** Returns whether a check has left a mark in the record. */
    public static boolean areIn(TokenRecord record) {
        return firstRefusal(record).isPresent() || lastRefusal(record).isPresent();
    }

    /** Returns the marks of a record after a first refusal. */
    public static Map<String, Instant> refused(TokenRecord record, Instant now) {
        Map<String, Instant> marks = with(record, REFUSED, now);
        marks.put(REFUSED_SINCE, refusedSince(record).orElse(now));
        return marks;
    }

    /** Returns the marks of a record whose token is invalid. */
    public static Map<String, Instant> invalid(TokenRecord record, Instant now) {
        return with(record, INVALID, now);
    }

    /** Returns the marks of a record without those of checks. */
    public static Map<String, Instant> without(TokenRecord record) {
        return record.marks().isEmpty() ? record.marks() : others(record);
    }

    private static Map<String, Instant> others(TokenRecord record) {
        Map<String, Instant> others = new TreeMap<>(record.marks());
        others.remove(REFUSED);
        others.remove(REFUSED_SINCE);
        others.remove(INVALID);
        return others;
    }

    private static Map<String, Instant> with(TokenRecord record, String name, Instant now) {
        Map<String, Instant> marks = others(record);
        marks.put(name, now);
        return marks;
    }

    private static boolean isMarked(TokenRecord record) {
        return record.health().state() == ConnectionState.NEEDS_REAUTH;
    }

    private static Optional<Instant> mark(TokenRecord record, String name) {
        return Optional.ofNullable(record.marks().get(name));
    }
}
