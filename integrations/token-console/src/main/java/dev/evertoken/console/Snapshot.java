package dev.evertoken.console;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All accounts as they were read from the store at one moment, for all viewers. Immutable.
 *
 * @param at when the reading began
 * @param rows the accounts that need attention first, then by registration and account
 * @param counts the number of accounts in each state
 * @param complete false if the store has more accounts than the console keeps
 */
record Snapshot(Instant at, List<Row> rows, Map<ConnectionState, Integer> counts, boolean complete) {

    private static final Comparator<Row> BY_ATTENTION = Comparator.comparing(
                    (Row row) -> PlainWords.attention(row.status().state()))
            .thenComparing(Row.BY_NAME);

    static Snapshot of(Instant at, List<Row> unordered, boolean complete) {
        List<Row> rows = new ArrayList<>(unordered);
        rows.sort(BY_ATTENTION);
        Map<ConnectionState, Integer> counts = new EnumMap<>(ConnectionState.class);
        rows.forEach(row -> counts.merge(row.status().state(), 1, Integer::sum));
        return new Snapshot(at, rows, counts, complete);
    }

    /** Returns this snapshot with a newer status of an account; empty if the account is gone. */
    Snapshot with(TokenKey key, Optional<AccountStatus> status) {
        List<Row> changed = new ArrayList<>(rows);
        changed.removeIf(row -> row.status().key().equals(key));
        status.map(Row::of).ifPresent(changed::add);
        return of(at, changed, complete);
    }

    Optional<AccountStatus> find(TokenKey key) {
        return rows.stream()
                .map(Row::status)
                .filter(status -> status.key().equals(key))
                .findFirst();
    }

    /** Returns the accounts whose tokens are derived from an account's. */
    List<AccountStatus> derivedFrom(TokenKey key) {
        return rows.stream()
                .map(Row::status)
                .filter(status -> status.parent().filter(key::equals).isPresent())
                .toList();
    }
}
