/**
 * The value types of the library: tokens, accounts, grants and failures. Nothing here performs I/O or depends on an
 * HTTP or JSON library.
 *
 * <p>Start with {@link dev.evertoken.model.TokenKey}, which identifies an account,
 * {@link dev.evertoken.model.TokenSet}, the tokens of one provider response,
 * {@link dev.evertoken.spi.store.TokenRecord}, the stored form of an account, and
 * {@link dev.evertoken.model.TokenException}, which is thrown if there is no usable token.
 */
@NullMarked
package dev.evertoken.model;

import org.jspecify.annotations.NullMarked;
