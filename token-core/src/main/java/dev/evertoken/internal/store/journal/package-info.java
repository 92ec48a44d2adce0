/** The journal, which keeps a provider's response on this host until the store has it. */
@NullMarked
package dev.evertoken.internal.store.journal;

import org.jspecify.annotations.NullMarked;
