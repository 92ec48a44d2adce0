package dev.evertoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * Providers on loopback and builders that use them: {@code acme} rotates, {@code google} does not. Close it at the
 * end. Not thread-safe.
 */
final class ProvidersFixture implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("acme", "anna");
    static final TokenKey BEN = TokenKey.of("google", "ben");

    private static final Duration AGO = Duration.ofHours(3);

    final MockProviders providers = MockProviders.start();
    private final Deque<Tokens> open = new ArrayDeque<>();

    /** Returns the rotating provider as an application configures it. */
    Provider acme() {
        return acme(providers);
    }

    private static Provider acme(MockProviders providers) {
        URI address =
                providers.rotating().endpoints().address(EndpointKind.REFRESH).orElseThrow();
        return OAuth2Provider.builder("acme")
                .tokenEndpoint(address)
                .refreshModel(RefreshModel.ROTATING)
                .build();
    }

    /** Returns a builder with both clients and without a store. */
    TokensBuilder builder() {
        return builder(providers).namespace("bench");
    }

    /** Returns a builder with a rotating and a non-rotating client of these providers, without a store. */
    static TokensBuilder builder(MockProviders providers) {
        return Tokens.builder()
                .provider(acme(providers))
                .client("acme", providers.rotating().registration())
                .client("google", providers.google().registration())
                .endpoints(
                        "google",
                        Endpoints.token(providers
                                .google()
                                .endpoints()
                                .address(EndpointKind.REFRESH)
                                .orElseThrow()));
    }

    /** Builds the tokens, which are closed with this fixture. */
    Tokens open(TokensBuilder builder) {
        Tokens tokens = builder.build();
        open.push(tokens);
        return tokens;
    }

    Tokens inMemory() {
        return open(builder().store("memory:"));
    }

    MockProvider provider(TokenKey key) {
        return key.equals(BEN) ? providers.google() : providers.rotating();
    }

    /** Connects an account whose access token has expired, and returns its new consent. */
    TokenSet connectExpired(Tokens tokens, TokenKey key) {
        TokenSet consent = provider(key).consent(key.account());
        Instant issued = consent.issuedAt().minus(AGO);
        tokens.connect(
                key,
                consent.toBuilder()
                        .issuedAt(issued)
                        .expiresAt(issued.plus(Duration.ofHours(1)))
                        .build());
        return consent;
    }

    /** Returns the exception that a call throws. */
    static TokenException failure(ThrowingCallable call) {
        TokenException failure = catchThrowableOfType(TokenException.class, call);
        assertThat(failure).as("a problem").isNotNull();
        return failure;
    }

    @Override
    public void close() {
        providers.close(); // ends the calls whose response is overdue
        open.forEach(Tokens::close);
    }
}
