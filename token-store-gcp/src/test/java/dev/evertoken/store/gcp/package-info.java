/** The store over the real client and a fake of the service that is strict, stale, throttled, hanging or down. */
@NullMarked
package dev.evertoken.store.gcp;

import org.jspecify.annotations.NullMarked;
