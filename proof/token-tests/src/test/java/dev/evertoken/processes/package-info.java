/** Real processes over one folder: started, frozen and killed, with a provider that records all requests. */
@NullMarked
package dev.evertoken.processes;

import org.jspecify.annotations.NullMarked;
