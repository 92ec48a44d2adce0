package dev.evertoken.spring.config;

import dev.evertoken.TokensBuilder;

/**
 * Registers clients in another way than their properties say, such as those of mock providers in a test. The properties
 * of a replaced client need no client id. Implementations are thread-safe.
 */
public interface ClientReplacement {

    /** Returns whether clients of a provider are replaced. */
    boolean replaces(String providerId);

    /** Registers a client under a registration id. */
    void register(TokensBuilder builder, String registration, String providerId);
}
