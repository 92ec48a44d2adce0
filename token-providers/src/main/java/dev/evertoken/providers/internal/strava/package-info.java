/** Strava. */
@NullMarked
package dev.evertoken.providers.internal.strava;

import org.jspecify.annotations.NullMarked;
