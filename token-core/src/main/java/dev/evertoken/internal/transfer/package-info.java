/** Copies and moves accounts between stores. */
@NullMarked
package dev.evertoken.internal.transfer;

import org.jspecify.annotations.NullMarked;
