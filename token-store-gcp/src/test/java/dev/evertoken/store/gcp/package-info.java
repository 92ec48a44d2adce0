/** The store over the real client, on a fake of the service: strict, late, throttled, hanging, down. */
@NullMarked
package dev.evertoken.store.gcp;

import org.jspecify.annotations.NullMarked;
