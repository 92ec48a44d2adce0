/** The common parts of the clients of Spring. Not part of the API. */
@NullMarked
package dev.evertoken.spring.internal;

import org.jspecify.annotations.NullMarked;
