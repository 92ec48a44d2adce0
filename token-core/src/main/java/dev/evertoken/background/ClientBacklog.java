package dev.evertoken.background;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The work that a background refresh has left for a client. Immutable.
 *
 * @param registration the id under which the client is registered
 * @param waiting accounts that were found to be due and wait for their refresh; at most 1,000 are read ahead
 * @param running refreshes in progress
 * @param perMinute the rate of refreshes
 * @param perDay the daily quota, if there is one
 * @param oldestOverdue how long the account that has waited longest has been due; empty if none waits
 * @param startsIn how long until the next refresh may start, because of the rate, the quota or a provider that fails;
 *     zero if it may start now
 */
public record ClientBacklog(
        String registration,
        int waiting,
        int running,
        int perMinute,
        OptionalLong perDay,
        Optional<Duration> oldestOverdue,
        Duration startsIn) {}
