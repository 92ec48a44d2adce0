/**
 * Delivers the messages of an {@link dev.evertoken.spi.outbox.Outbox} to a {@link dev.evertoken.outbox.Destination},
 * and has outboxes for one process: {@link dev.evertoken.outbox.FileOutbox} and {@link
 * dev.evertoken.outbox.InMemoryOutbox}.
 */
@NullMarked
package dev.evertoken.outbox;

import org.jspecify.annotations.NullMarked;
