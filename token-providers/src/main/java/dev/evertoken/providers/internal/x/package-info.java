/** X, by OAuth 2.0 and OAuth 1.0a. */
@NullMarked
package dev.evertoken.providers.internal.x;

import org.jspecify.annotations.NullMarked;
