/** The generic provider against a third-party authorization server: Spring Authorization Server, started by tests. */
@NullMarked
package dev.evertoken.springserver;

import org.jspecify.annotations.NullMarked;
