/** Reads and writes the stored format. */
@NullMarked
package dev.evertoken.internal.store.json;

import org.jspecify.annotations.NullMarked;
