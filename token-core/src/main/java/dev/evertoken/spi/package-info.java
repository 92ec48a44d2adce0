/**
 * The extension points for applications: the refresh policy, the clock and the event listener. Stores are in
 * {@code spi.store} and providers in {@code spi.provider}; adapters to HTTP clients use {@code spi.http}.
 *
 * <p>{@link dev.evertoken.spi.RefreshPolicy} decides when a token is refreshed, {@link dev.evertoken.spi.Timekeeper} is
 * the only source of time, {@link dev.evertoken.spi.TokenListener} receives events. No type of an HTTP or JSON library
 * appears here.
 */
@NullMarked
package dev.evertoken.spi;

import org.jspecify.annotations.NullMarked;
