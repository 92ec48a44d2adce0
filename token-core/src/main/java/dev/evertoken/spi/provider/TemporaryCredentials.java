package dev.evertoken.spi.provider;

import dev.evertoken.model.Secret;

/**
 * Credentials that a provider issues before the user is redirected to it (RFC 5849 section 2.1); the engine keeps them
 * until the user returns. Immutable.
 *
 * @param token identifies the authorization; part of the consent page's address and of the redirect
 * @param secret signs the exchange; never visible to the browser
 */
public record TemporaryCredentials(Secret token, Secret secret) {}
