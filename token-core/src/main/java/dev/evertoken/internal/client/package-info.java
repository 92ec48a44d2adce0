/** Registered clients: their settings, health, back-off, signing, and the exceptions about their accounts. */
@NullMarked
package dev.evertoken.internal.client;

import org.jspecify.annotations.NullMarked;
