/**
 * A chain of stores: {@link dev.evertoken.store.tiered.TieredTokenStore} writes to one authority and keeps copies in
 * other stores for outages of the authority.
 */
@NullMarked
package dev.evertoken.store.tiered;

import org.jspecify.annotations.NullMarked;
