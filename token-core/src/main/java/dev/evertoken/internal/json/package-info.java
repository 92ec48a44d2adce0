/**
 * Reads and writes JSON (RFC 8259), for all modules. It is the lowest layer and uses no other package, so that
 * exceptions of {@code model} can be written too. No other package uses a JSON library or escapes a string.
 */
@NullMarked
package dev.evertoken.internal.json;

import org.jspecify.annotations.NullMarked;
