/** The one that is in order. */
@NullMarked
package dev.evertoken.architecture.offenders.marked;

import org.jspecify.annotations.NullMarked;
