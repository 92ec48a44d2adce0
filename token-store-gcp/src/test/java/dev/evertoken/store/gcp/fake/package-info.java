/**
 * The service on loopback, strict where it is strict and late where it may be: {@link
 * dev.evertoken.store.gcp.fake.FakeSecretManager}.
 */
@NullMarked
package dev.evertoken.store.gcp.fake;

import org.jspecify.annotations.NullMarked;
