/**
 * The words: what a token, an account, a grant and a failure are. Values only; nothing here does I/O
 * or knows an HTTP or JSON library.
 *
 * <p>Start at {@link dev.evertoken.model.TokenKey} (whose tokens), {@link
 * dev.evertoken.model.TokenSet} (what a provider gave), {@link dev.evertoken.spi.store.TokenRecord} (what a
 * store keeps) and {@link dev.evertoken.model.TokenException} (what to do when there is no token).
 */
@NullMarked
package dev.evertoken.model;

import org.jspecify.annotations.NullMarked;
