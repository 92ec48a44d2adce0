/** Parts that the packages of this module share; not a part of its API. */
@NullMarked
package dev.evertoken.outbox.internal;

import org.jspecify.annotations.NullMarked;
