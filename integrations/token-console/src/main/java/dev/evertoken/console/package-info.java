/**
 * A page over an engine for people: {@link dev.evertoken.console.Console} serves it from this process, and {@link
 * dev.evertoken.console.ConsoleHandler} lets an application serve it under a path of its own. {@code docs/console.md}
 * is the guide.
 */
@NullMarked
package dev.evertoken.console;

import org.jspecify.annotations.NullMarked;
