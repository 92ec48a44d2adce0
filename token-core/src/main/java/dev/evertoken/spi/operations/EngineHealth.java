package dev.evertoken.spi.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The health of an engine as data, returned by {@code Tokens.health()}: cheap enough for a probe every second.
 *
 * <p>Immutable. It is made from memory, without a call of the store or of a provider. {@link #backlog} needs such
 * calls: they run
 * in the background, at most once in ten seconds, and only if the health is requested.
 *
 * @param at the time of this health
 * @param store whether the store works, from its last calls
 * @param clients the health of every registered client as this process knows it, ordered by registration
 * @param unsavedAccounts the number of accounts whose newest tokens this process has not saved in the store yet; it
 *     keeps trying
 * @param droppedEvents the number of events that listeners of this process missed because they block
 * @param backlog the figures that were read in the background; empty until it has been read for the first time
 */
public record EngineHealth(
        Instant at,
        StoreHealth store,
        List<ClientStatus> clients,
        int unsavedAccounts,
        long droppedEvents,
        Optional<Backlog> backlog) {

    /**
     * Returns how long the account that is due for the longest time has been due, over all registrations; zero if none
     * is due. Empty if the store has no {@link dev.evertoken.spi.store.DueIndex}, or if the index has not been read.
     */
    public Optional<Duration> oldestOverdue() {
        return backlog.flatMap(read -> read.oldestOverdue(at));
    }

    /**
     * Whether the store works, from the calls of this process: without calls, a failure stays visible. Immutable.
     *
     * @param failingSince since when no call has succeeded; empty if the last call succeeded
     * @param failing the operations whose last call failed, in alphabetical order; for example only {@code save} while
     *     a database is read-only
     */
    public record StoreHealth(Optional<Instant> failingSince, List<FailingOperation> failing) {

        /** Returns whether the last call of the store succeeded. */
        public boolean isUp() {
            return failingSince.isEmpty();
        }
    }

    /**
     * An operation of the store whose last call failed. Immutable.
     *
     * @param operation the operation, such as {@code save}
     * @param since when it first failed without a success since
     * @param detail the reason of the first failure in one sentence without secrets; it may name an account
     */
    public record FailingOperation(String operation, Instant since, String detail) {}

    /**
     * The figures that were read from the store and from the journal of this host in the background. Immutable.
     *
     * @param readAt when it was read
     * @param oldestDue for each registration that has indexed accounts, when the earliest one is due; that may be in
     *     the future. Empty if the store has no index of due accounts, or if it failed
     * @param unsavedOnHost the number of accounts whose newest tokens are in this process or in the journal of this
     *     host, but not in the store; empty if the journal cannot be read
     * @param indexed whether the store has an index of due accounts, and it was read
     */
    public record Backlog(Instant readAt, Map<String, Instant> oldestDue, OptionalInt unsavedOnHost, boolean indexed) {

        /**
         * Returns how long the account that is due for the longest time has been due; zero if none is due at {@code
         * now}, empty if there is no index.
         */
        public Optional<Duration> oldestOverdue(Instant now) {
            if (!indexed) {
                return Optional.empty();
            }
            return Optional.of(oldestDue.values().stream()
                    .map(due -> overdue(due, now))
                    .reduce(Duration.ZERO, (one, other) -> one.compareTo(other) >= 0 ? one : other));
        }

        /** Like {@link #oldestOverdue(Instant)}, for the accounts of one registration. */
        public Optional<Duration> oldestOverdue(String registration, Instant now) {
            Instant due = oldestDue.get(registration);
            return indexed ? Optional.of(due == null ? Duration.ZERO : overdue(due, now)) : Optional.empty();
        }

        private static Duration overdue(Instant due, Instant now) {
            return due.isBefore(now) ? Duration.between(due, now) : Duration.ZERO;
        }
    }
}
