package dev.evertoken.store.jdbc;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Engines over one database, with a rotating provider that revokes a grant on reuse, in real time. */
final class DatabaseEngines implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("acme", "anna");

    private final MockProviders providers = MockProviders.start();
    private final List<Tokens> running = new ArrayList<>();

    MockProvider acme() {
        return providers.rotating();
    }

    MockProvider google() {
        return providers.google();
    }

    /** Starts an engine without a journal and with additional settings. */
    Tokens process(TokenStore store, UnaryOperator<TokensBuilder> more) {
        Tokens tokens = more.apply(builder(store, acme().registration())).build();
        running.add(tokens);
        return tokens;
    }

    Tokens process(TokenStore store) {
        return process(store, builder -> builder);
    }

    Tokens process(TokenStore store, ClientRegistration client) {
        Tokens tokens = builder(store, client).build();
        running.add(tokens);
        return tokens;
    }

    /** Returns new tokens of an account that expired a minute ago. */
    TokenSet expired(String account) {
        return expiring(account, Duration.ofMinutes(-1));
    }

    /** Returns new tokens of an account, issued two hours ago, that expire after {@code left}. */
    TokenSet expiring(String account, Duration left) {
        Instant now = Instant.now();
        return acme().consent(account).toBuilder()
                .issuedAt(now.minus(Duration.ofHours(2)))
                .expiresAt(now.plus(left))
                .build();
    }

    private TokensBuilder builder(TokenStore store, ClientRegistration client) {
        return Tokens.builder()
                .namespace("crm")
                .environment("prod")
                .store(store)
                .withoutJournal()
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(
                                acme().endpoints().address(EndpointKind.REFRESH).orElseThrow())
                        .refreshModel(RefreshModel.ROTATING)
                        .build())
                .client("acme", client);
    }

    /** Waits in real time. */
    static AccessToken get(CompletableFuture<AccessToken> token) throws Exception {
        return token.get(60, TimeUnit.SECONDS);
    }

    /** Polls in real time until a condition holds. */
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("the condition did not hold within a minute");
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        running.forEach(Tokens::close);
        providers.close();
    }
}
