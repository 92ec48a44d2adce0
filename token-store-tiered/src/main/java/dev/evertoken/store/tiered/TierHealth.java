package dev.evertoken.store.tiered;

import java.time.Instant;

/**
 * How one store of a {@link TieredTokenStore} does. Immutable.
 *
 * @param name what it is called in the chain
 * @param up whether its last call was answered
 * @param since when that began, by the clock of the chain
 * @param detail why it is down, in one sentence; empty if it is up
 * @param behind accounts whose copy in it is known to be older than the authority's; zero for the authority
 */
public record TierHealth(String name, boolean up, Instant since, String detail, int behind) {}
