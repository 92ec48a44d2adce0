/** Google and YouTube. */
@NullMarked
package dev.evertoken.providers.internal.google;

import org.jspecify.annotations.NullMarked;
