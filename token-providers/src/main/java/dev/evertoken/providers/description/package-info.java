/** The parts of a {@link dev.evertoken.providers.ProviderDescription} that have members of their own. */
@NullMarked
package dev.evertoken.providers.description;

import org.jspecify.annotations.NullMarked;
