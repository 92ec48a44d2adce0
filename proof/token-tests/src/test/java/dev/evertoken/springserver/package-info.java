/** The generic provider against an authorization server that others wrote: Spring's, started here. */
@NullMarked
package dev.evertoken.springserver;

import org.jspecify.annotations.NullMarked;
