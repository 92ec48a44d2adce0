/** Immutable collections that the values of the library are made of, and values that are created on demand. */
@NullMarked
package dev.evertoken.internal.values;

import org.jspecify.annotations.NullMarked;
