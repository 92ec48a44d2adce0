/**
 * Adds tokens to the requests of {@code RestClient} and {@code RestTemplate}:
 * {@link dev.evertoken.spring.TokenRequestInterceptor}, with the account of a request from
 * {@link dev.evertoken.spring.TokenAttributes}. {@code docs/spring.md} shows the use.
 */
@NullMarked
package dev.evertoken.spring;

import org.jspecify.annotations.NullMarked;
