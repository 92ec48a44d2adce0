/** Adds tokens to the requests of {@code WebClient}: {@link dev.evertoken.spring.reactive.TokenExchangeFilter}. */
@NullMarked
package dev.evertoken.spring.reactive;

import org.jspecify.annotations.NullMarked;
