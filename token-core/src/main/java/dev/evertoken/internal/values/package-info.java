/** Immutable collections that the values of the library are made of. */
@NullMarked
package dev.evertoken.internal.values;

import org.jspecify.annotations.NullMarked;
