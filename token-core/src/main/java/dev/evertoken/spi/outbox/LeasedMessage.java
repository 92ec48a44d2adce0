package dev.evertoken.spi.outbox;

import java.time.Instant;

/**
 * A message that one process may deliver until its lease ends. Immutable.
 *
 * @param message the message
 * @param attempts how many attempts to deliver it have failed
 * @param leaseId a random id of the lease, of the characters of {@link OutboxMessage#id}
 * @param leaseUntil when the lease ends, by the clock of the process that has it
 */
public record LeasedMessage(OutboxMessage message, int attempts, String leaseId, Instant leaseUntil) {}
