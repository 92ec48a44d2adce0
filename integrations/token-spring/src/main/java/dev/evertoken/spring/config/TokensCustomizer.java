package dev.evertoken.spring.config;

import dev.evertoken.TokensBuilder;

/**
 * Changes the builder of the {@code Tokens} bean after the properties and beans were applied to it, for settings that
 * have no property. Beans of this type are called in their order, once at the start. Implementations are thread-safe.
 */
@FunctionalInterface
public interface TokensCustomizer {

    void customize(TokensBuilder builder);
}
