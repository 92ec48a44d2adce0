package dev.evertoken.examples;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.Ledger;
import dev.evertoken.testing.MockProvider;
import java.time.Duration;
import java.time.Instant;

/** One account of the quickstart and the mock provider that knows it. Immutable. */
record Account(MockProvider provider, String name) {

    private static final Duration AGO = Duration.ofHours(1);

    TokenKey key() {
        return TokenKey.of(provider.id(), name);
    }

    Ledger ledger() {
        return provider.ledger();
    }

    /** Gives consent and returns tokens as an application has them that was in use until now. */
    TokenSet consent() {
        return provider.consent(name);
    }

    /** Gives consent and returns tokens as an application has them that was not in use for a while. */
    TokenSet consentLongAgo() {
        TokenSet tokens = consent();
        provider.expire(name);
        Instant end = tokens.issuedAt().minusSeconds(1);
        return tokens.toBuilder().issuedAt(end.minus(AGO)).expiresAt(end).build();
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
