/**
 * The providers: {@link dev.evertoken.providers.Google}, {@link dev.evertoken.providers.Strava}, {@link
 * dev.evertoken.providers.LinkedIn}, {@link dev.evertoken.providers.X} and more, and any RFC 6749 server through {@link
 * dev.evertoken.providers.OAuth2Provider}.
 *
 * <p>A refresh passes from {@link dev.evertoken.providers.internal.oauth2.OAuth2Refresher} to {@code TokenEndpoint},
 * which sends one POST without retries or redirects. {@code TokenResponseParser} reads the tokens of the response.
 * Without tokens, a dialect judges the response: a table of {@code TokenRule}s in which the first match decides.
 */
@NullMarked
package dev.evertoken.providers;

import org.jspecify.annotations.NullMarked;
