/** Adds tokens to the requests of an OkHttp client: {@link dev.evertoken.okhttp.TokenInterceptor}. */
@NullMarked
package dev.evertoken.okhttp;

import org.jspecify.annotations.NullMarked;
