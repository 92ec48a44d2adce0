/** Real processes over one folder: started, frozen and killed, with a provider that remembers everything. */
@NullMarked
package dev.evertoken.processes;

import org.jspecify.annotations.NullMarked;
