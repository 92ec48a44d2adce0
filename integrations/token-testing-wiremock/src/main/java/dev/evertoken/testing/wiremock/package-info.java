/**
 * Mock providers inside a WireMock server of the test: {@link dev.evertoken.testing.wiremock.WireMockProviders}.
 * {@code docs/testing.md} shows how they are used.
 */
@NullMarked
package dev.evertoken.testing.wiremock;

import org.jspecify.annotations.NullMarked;
