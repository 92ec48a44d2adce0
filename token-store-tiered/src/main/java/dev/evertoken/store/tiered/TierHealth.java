package dev.evertoken.store.tiered;

import java.time.Instant;

/**
 * The state of one store of a {@link TieredTokenStore}. Immutable.
 *
 * @param name the name of the store in the chain
 * @param up whether the last call to the store was answered
 * @param since the start of this state, by the chain's clock
 * @param detail the reason for an outage, in one sentence; empty if the store is up
 * @param behind the number of accounts whose copy is known to be older than the authority's; zero for the authority
 */
public record TierHealth(String name, boolean up, Instant since, String detail, int behind) {}
