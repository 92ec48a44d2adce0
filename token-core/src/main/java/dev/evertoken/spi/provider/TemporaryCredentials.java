package dev.evertoken.spi.provider;

import dev.evertoken.model.Secret;

/**
 * What a provider gives before a person is sent to it (RFC 5849 section 2.1); the engine keeps it until the redirect.
 * Immutable.
 *
 * @param token names the authorization: it is in the address of the consent page and comes back with the redirect
 * @param secret signs the exchange; the browser never sees it
 */
public record TemporaryCredentials(Secret token, Secret secret) {}
