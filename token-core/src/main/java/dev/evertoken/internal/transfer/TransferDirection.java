package dev.evertoken.internal.transfer;

import dev.evertoken.spi.store.TokenStore;

/**
 * The direction of a transfer. Immutable.
 *
 * @param other the store that is not the one of these tokens
 * @param importing true if {@code other} is the source
 */
public record TransferDirection(TokenStore other, boolean importing) {}
