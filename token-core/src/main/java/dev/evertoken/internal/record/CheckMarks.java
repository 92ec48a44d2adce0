package dev.evertoken.internal.record;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The marks that checks of a token at its provider leave in its record. They concern one generation of the tokens, and
 * all processes see them. Thread-safe.
 */
public final class CheckMarks {

    /** When the provider refused the token for the first of two times that count together. It is still in use. */
    private static final String REFUSED = "token-refused";

    /** When the provider refused the token for the first time at all, with no success since then. */
    private static final String REFUSED_SINCE = "token-refused-since";

    /** When the provider last refused a token that is marked as invalid because of checks. */
    private static final String INVALID = "token-invalid";

    private CheckMarks() {}

    /**
     * Returns when the provider refused the token for the first of two times that count together; empty if it has not,
     * or if the token is no longer in use.
     */
    public static Optional<Instant> firstRefusal(TokenRecord record) {
        return isMarked(record) ? Optional.empty() : mark(record, REFUSED);
    }

    /** Returns since when the provider refuses a token that is in use; empty if it does not. */
    public static Optional<Instant> refusedSince(TokenRecord record) {
        return isMarked(record) ? Optional.empty() : mark(record, REFUSED_SINCE);
    }

    /** Returns when the provider last refused a token that is marked as invalid because of checks; empty otherwise. */
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
        Map<String, Instant> others = new TreeMap<>(record.marks());
        others.remove(REFUSED);
        others.remove(REFUSED_SINCE);
        others.remove(INVALID);
        return others;
    }

    private static Map<String, Instant> with(TokenRecord record, String name, Instant now) {
        Map<String, Instant> marks = without(record);
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
