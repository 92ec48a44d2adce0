/**
 * Where messages to other systems wait until they are delivered: {@link dev.evertoken.spi.outbox.Outbox}. Mirrors and
 * webhooks write to it and deliver from it.
 */
@NullMarked
package dev.evertoken.spi.outbox;

import org.jspecify.annotations.NullMarked;
