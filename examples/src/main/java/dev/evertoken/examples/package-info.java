/**
 * Example programs to run and to copy from: start with {@link
 * dev.evertoken.examples.Quickstart}.
 */
@NullMarked
package dev.evertoken.examples;

import org.jspecify.annotations.NullMarked;
