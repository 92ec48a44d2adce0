/** The journal, which keeps a provider's response on this host until it is saved in the store. */
@NullMarked
package dev.evertoken.internal.store.journal;

import org.jspecify.annotations.NullMarked;
