/**
 * The providers: {@link dev.evertoken.providers.Google}, {@link dev.evertoken.providers.Strava}, {@link
 * dev.evertoken.providers.LinkedIn}, {@link dev.evertoken.providers.X} and more, and any RFC 6749 server through {@link dev.evertoken.providers.OAuth2Provider}.
 *
 * <p>One call goes {@link dev.evertoken.providers.internal.oauth2.OAuth2Refresher} → {@code TokenEndpoint} (the one hardened POST) →
 * {@code TokenResponse} if tokens came, else a dialect: a table of {@code TokenRule}s, first match wins.
 */
@NullMarked
package dev.evertoken.providers;

import org.jspecify.annotations.NullMarked;
