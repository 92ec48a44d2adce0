package dev.evertoken.outbox;

import dev.evertoken.spi.outbox.Backlog;

/**
 * The result of {@link OutboxDelivery#deliverOnce}. Immutable.
 *
 * @param delivered the number of messages that were delivered
 * @param failed the number of attempts that failed
 * @param dropped the number of messages that were given up
 * @param backlog the messages that wait
 */
public record DeliveryReport(int delivered, int failed, int dropped, Backlog backlog) {}
