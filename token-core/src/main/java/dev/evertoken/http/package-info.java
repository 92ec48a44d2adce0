/**
 * What the wrappers of all HTTP clients decide alike: whether a request gets a token and what a refusal means. No type
 * of any client is seen here.
 */
@NullMarked
package dev.evertoken.http;

import org.jspecify.annotations.NullMarked;
