/** Delivers events to listeners, and limits repeated log lines. */
@NullMarked
package dev.evertoken.internal.event;

import org.jspecify.annotations.NullMarked;
