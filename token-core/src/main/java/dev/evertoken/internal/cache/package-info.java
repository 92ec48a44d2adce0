/** The last known token of each account in memory. */
@NullMarked
package dev.evertoken.internal.cache;

import org.jspecify.annotations.NullMarked;
