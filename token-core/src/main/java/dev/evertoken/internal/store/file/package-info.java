/** Files of the file store: names, locks, folders, and writes that survive a power failure. */
@NullMarked
package dev.evertoken.internal.store.file;

import org.jspecify.annotations.NullMarked;
