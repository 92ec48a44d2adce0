/** What the clients of Spring have in common. Not part of the API. */
@NullMarked
package dev.evertoken.spring.internal;

import org.jspecify.annotations.NullMarked;
