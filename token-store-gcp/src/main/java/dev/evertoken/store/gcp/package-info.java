/**
 * A token store in Google Cloud Secret Manager: {@link dev.evertoken.store.gcp.GcpSecretStore}, opened from a location
 * or over a client of the application.
 */
@NullMarked
package dev.evertoken.store.gcp;

import org.jspecify.annotations.NullMarked;
