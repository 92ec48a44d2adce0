/**
 * Sends the connections of an engine to another service: {@link dev.evertoken.mirror.Mirror}. {@code docs/mirror.md}
 * describes the requests.
 */
@NullMarked
package dev.evertoken.mirror;

import org.jspecify.annotations.NullMarked;
