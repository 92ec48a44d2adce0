/**
 * A loopback fake of the service, as strict as the service and with stale reads where it permits them: {@link
 * dev.evertoken.store.gcp.fake.FakeSecretManager}.
 */
@NullMarked
package dev.evertoken.store.gcp.fake;

import org.jspecify.annotations.NullMarked;
