/**
 * What you plug in: stores, providers, policies, listeners, time. No HTTP or JSON library shows here.
 *
 * <p>{@link dev.evertoken.spi.TokenStore} keeps records, {@link dev.evertoken.spi.Provider} describes an
 * authorization server and its {@link dev.evertoken.spi.Refresher}, {@link
 * dev.evertoken.spi.RefreshPolicy} decides when, {@link dev.evertoken.spi.Timekeeper} is the one seam of
 * time.
 */
@NullMarked
package dev.evertoken.spi;

import org.jspecify.annotations.NullMarked;
