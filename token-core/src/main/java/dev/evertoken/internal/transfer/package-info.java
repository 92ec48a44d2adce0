/** Copies and moves accounts between stores, and seals the records of a store again. */
@NullMarked
package dev.evertoken.internal.transfer;

import org.jspecify.annotations.NullMarked;
