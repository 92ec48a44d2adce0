/**
 * The stores that need no further library, and the stored format.
 *
 * <p>{@link dev.evertoken.store.InMemoryTokenStore} is the reference implementation,
 * {@link dev.evertoken.store.FileTokenStore} is the default for an embedded application,
 * {@link dev.evertoken.store.StoreOnDemand} opens a store on its first call, and
 * {@link dev.evertoken.store.RecordCodec} encodes records for stores that keep bytes.
 */
@NullMarked
package dev.evertoken.store;

import org.jspecify.annotations.NullMarked;
