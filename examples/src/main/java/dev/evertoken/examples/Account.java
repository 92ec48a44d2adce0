package dev.evertoken.examples;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.Ledger;
import dev.evertoken.testing.MockProvider;

/** One account of the quickstart and the mock provider that knows it. Immutable. */
record Account(MockProvider provider, String name) {

    TokenKey key() {
        return TokenKey.of(provider.id(), name);
    }

    Ledger ledger() {
        return provider.ledger();
    }

    /** Gives consent now, by the provider's clock, and returns the tokens. */
    TokenSet consent() {
        return provider.consent(name);
    }

    /** Returns the newest generation of refresh tokens that the provider has issued. */
    long newestGeneration() {
        return ledger().entries().stream()
                .filter(entry ->
                        entry.kind() == Ledger.Kind.ISSUED && entry.account().equals(name))
                .mapToLong(Ledger.Entry::generation)
                .max()
                .orElse(0);
    }

    /** Tells whether the person took the consent back. */
    boolean isRevoked() {
        return ledger().entries().stream()
                .anyMatch(entry ->
                        entry.kind() == Ledger.Kind.REVOKED && entry.account().equals(name));
    }

    @Override
    public String toString() {
        return key().toString();
    }
}
