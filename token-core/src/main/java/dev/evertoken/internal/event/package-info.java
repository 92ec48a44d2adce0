/** Delivers events to listeners, and logs the problems of accounts. */
@NullMarked
package dev.evertoken.internal.event;

import org.jspecify.annotations.NullMarked;
