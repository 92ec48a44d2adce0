package dev.evertoken.internal.transfer;

import dev.evertoken.spi.store.TokenStore;

/**
 * The direction of a transfer. Immutable.
 *
 * @param other the store other than the one of this {@code Tokens}
 * @param importing true if {@code other} is the source
 */
public record TransferDirection(TokenStore other, boolean importing) {}
