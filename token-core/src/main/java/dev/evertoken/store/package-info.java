/**
 * The stores that need nothing but this library, the stored format, and the journal.
 *
 * <p>{@link dev.evertoken.store.InMemoryTokenStore} is the reference, {@link
 * dev.evertoken.store.FileTokenStore} the default of an embedded application, {@link
 * dev.evertoken.store.TieredTokenStore} a chain of stores for the time when one does not answer, {@link
 * dev.evertoken.store.RecordCodec} the format in which every store may keep a record, and {@link
 * dev.evertoken.store.Journal} the place where an answer waits until it is saved.
 */
@NullMarked
package dev.evertoken.store;

import org.jspecify.annotations.NullMarked;
