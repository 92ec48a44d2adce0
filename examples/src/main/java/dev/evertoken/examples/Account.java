package dev.evertoken.examples;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.Ledger;
import dev.evertoken.testing.MockProvider;

/** One account of the quickstart and its mock provider. Immutable. */
record Account(MockProvider provider, String name) {

    TokenKey key() {
        return TokenKey.of(provider.id(), name);
    }

    Ledger ledger() {
        return provider.ledger();
    }

    /** Gives consent at the current time of the provider's clock, and returns the tokens. */
    TokenSet consent() {
        return provider.consent(name);
    }

    /** Returns the newest generation of tokens that the provider issued. */
    long newestGeneration() {
        return ledger().entries().stream()
                .filter(entry ->
                        entry.kind() == Ledger.Kind.ISSUED && entry.account().equals(name))
                .mapToLong(Ledger.Entry::generation)
                .max()
                .orElse(0);
    }

    /** Returns whether the user revoked the grant. */
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
