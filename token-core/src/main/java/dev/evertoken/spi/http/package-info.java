/**
 * The interface for adapters to HTTP clients: {@link dev.evertoken.spi.http.RequestAuthorizer} supplies the tokens of
 * one account and signs with them, {@link dev.evertoken.spi.http.ResponseDecider} decides how to handle a response. No
 * type of an HTTP client appears here.
 */
@NullMarked
package dev.evertoken.spi.http;

import org.jspecify.annotations.NullMarked;
