/**
 * What an adapter to an HTTP client uses: {@link dev.evertoken.spi.http.RequestAuthorizer} supplies and signs with the
 * tokens of one account, {@link dev.evertoken.spi.http.ResponseDecider} decides what to do about a response. No type of an
 * HTTP client appears here.
 */
@NullMarked
package dev.evertoken.spi.http;

import org.jspecify.annotations.NullMarked;
