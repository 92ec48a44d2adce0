/** What the example applications need besides the library: settings from variables, a database, servers to try with. */
@NullMarked
package dev.evertoken.examples.setup;

import org.jspecify.annotations.NullMarked;
