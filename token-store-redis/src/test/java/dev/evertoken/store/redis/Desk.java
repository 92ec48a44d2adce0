package dev.evertoken.store.redis;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Tokens at a rotating provider, kept in some Redis. Close it in the end. Thread-safe but for closing. */
final class Desk implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("acme", "anna");

    final MockProviders providers = MockProviders.start();
    final Queue<TokenEvent> events = new ConcurrentLinkedQueue<>();
    final String ring = newKey("k1");
    private final Path journal;
    private final Deque<Tokens> open = new ArrayDeque<>();

    Desk(Path journal) {
        this.journal = journal;
    }

    static String newKey(String id) {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return id + ":" + Base64.getEncoder().encodeToString(key);
    }

    MockProvider acme() {
        return providers.rotating();
    }

    Tokens tokens(String location) {
        return tokens(location, UnaryOperator.identity());
    }

    /** Opens tokens as another process of the same application would. */
    Tokens tokens(String location, UnaryOperator<TokensBuilder> more) {
        ClientRegistration client = acme().registration();
        TokensBuilder builder = new RedisWorkplace()
                .tokens(location, "desk", acme().endpoints().address(EndpointKind.REFRESH).orElseThrow())
                .namespace("desk")
                .environment("prod")
                .journal(journal)
                .encryption(KeyRing.parse(Secret.of(ring)))
                .client("acme", client)
                .callDeadline(Duration.ofSeconds(3))
                .settleWindow(Duration.ofMillis(900))
                .claimDuration(Duration.ofSeconds(9))
                .listener(new TokenListener() {
                    @Override
                    public void on(TokenEvent event) {
                        events.add(event);
                    }
                });
        Tokens tokens = more.apply(builder).build();
        open.push(tokens);
        return tokens;
    }

    TokenKey connect(Tokens tokens) {
        tokens.connect(ANNA, acme().consent("anna"));
        return ANNA;
    }

    /** Connects Anna with an access token that has ended a while ago. */
    TokenKey connectExpired(Tokens tokens) {
        TokenSet consent = acme().consent("anna");
        Instant issued = consent.issuedAt().minus(Duration.ofHours(3));
        tokens.connect(
                ANNA,
                consent.toBuilder()
                        .issuedAt(issued)
                        .expiresAt(issued.plus(Duration.ofHours(1)))
                        .build());
        return ANNA;
    }

    int posts() {
        return acme().ledger().tokenRequests("anna");
    }

    /** Calls on a thread of its own and says what came of it. */
    static CompletableFuture<String> async(Supplier<AccessToken> call) {
        return CompletableFuture.supplyAsync(() -> outcome(call));
    }

    static String outcome(Supplier<AccessToken> call) {
        try {
            return "GENERATION " + call.get().generation();
        } catch (TokenException e) {
            return "PROBLEM " + e.problem();
        }
    }

    static <T> T get(CompletableFuture<T> future) {
        return future.orTimeout(40, TimeUnit.SECONDS).join();
    }

    boolean hasTold(TokenEvent.Kind kind) {
        return events.stream().anyMatch(event -> event.kind() == kind);
    }

    @Override
    public void close() {
        open.forEach(Tokens::close);
        providers.close();
    }
}
