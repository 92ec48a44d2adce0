/** Adds tokens to requests of {@code java.net.http}: {@link dev.evertoken.jdkhttp.TokenHttpClient}. */
@NullMarked
package dev.evertoken.jdkhttp;

import org.jspecify.annotations.NullMarked;
