/** Delivers events to listeners, and logs what an operator needs to know about accounts. */
@NullMarked
package dev.evertoken.internal.event;

import org.jspecify.annotations.NullMarked;
