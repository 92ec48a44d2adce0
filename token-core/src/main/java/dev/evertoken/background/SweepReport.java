package dev.evertoken.background;

import java.time.Duration;
import java.util.Optional;

/**
 * The result of a background refresh. Immutable.
 *
 * @param refreshed accounts with new tokens
 * @param notDue accounts that were not due by their record, although the index listed them
 * @param elsewhere accounts that another process is refreshing
 * @param failed accounts whose refresh failed; they are due again later
 * @param needReconnect accounts whose grant turned out to be invalid
 * @param unreadable accounts whose record cannot be read
 * @param idle accounts that were left alone because this process does not use them
 * @param warned connections for which a warning of their end was published
 * @param audited accounts that the audit has read
 * @param storeFailures calls to the store that failed
 * @param moreDue whether accounts are left that are due; run again soon
 * @param oldestOverdue how long the account that has waited longest has been due; empty if none waits
 */
public record SweepReport(
        int refreshed,
        int notDue,
        int elsewhere,
        int failed,
        int needReconnect,
        int unreadable,
        int idle,
        int warned,
        int audited,
        int storeFailures,
        boolean moreDue,
        Optional<Duration> oldestOverdue) {}
