/** Converts tokens to records and back: sealing, lifetimes, ownership, and the store with its failures observed. */
@NullMarked
package dev.evertoken.internal.record;

import org.jspecify.annotations.NullMarked;
