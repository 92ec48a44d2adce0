package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.store.gcp.fake.FakeSecretManager;
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

/**
 * Tokens at a rotating provider, {@code acme}, and at one that does not rotate, {@code google}, kept in a fake of the
 * service. Close it in the end. Thread-safe but for closing.
 */
final class Desk implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("acme", "anna");
    static final TokenKey GINA = TokenKey.of("google", "gina");

    final FakeSecretManager service = FakeSecretManager.start();
    final MockProviders providers = MockProviders.start();
    final Queue<TokenEvent> events = new ConcurrentLinkedQueue<>();
    final String ring = newKey("k1");
    final Path journal;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

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

    Tokens tokens() {
        return tokens(UnaryOperator.identity());
    }

    /** Opens tokens as another process of the same application would. */
    Tokens tokens(UnaryOperator<TokensBuilder> more) {
        SecretManagerServiceClient client = FakeSecretManager.client(service.endpoint(), Bench.HASTY);
        GcpSecretStore store = GcpSecretStore.over(client, service.location(), "desk", Bench.HASTY);
        TokensBuilder builder = Tokens.builder()
                .store(store)
                .namespace("desk")
                .environment("prod")
                .journal(journal)
                .encryption(KeyRing.parse(Secret.of(ring)))
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(
                                acme().endpoints().address(EndpointKind.REFRESH).orElseThrow())
                        .refreshModel(RefreshModel.ROTATING)
                        .build())
                .client("acme", acme().registration())
                .client("google", providers.google().registration())
                .endpoints("google", providers.google().endpoints())
                .callDeadline(Duration.ofSeconds(3))
                .settleWindow(Duration.ofMillis(900))
                .claimDuration(Duration.ofSeconds(9))
                .listener(new TokenListener() {
                    @Override
                    public void on(TokenEvent event) {
                        events.add(event);
                    }
                });
        open.push(client);
        open.push(store);
        Tokens tokens = more.apply(builder).build();
        open.push(tokens);
        return tokens;
    }

    void connect(Tokens tokens) {
        tokens.connect(ANNA, acme().consent("anna"));
    }

    /** Connects Anna with an access token that has ended a while ago. */
    void connectExpired(Tokens tokens) {
        tokens.connect(ANNA, ended(acme().consent("anna")));
    }

    static TokenSet ended(TokenSet consent) {
        Instant issued = consent.issuedAt().minus(Duration.ofHours(3));
        return consent.toBuilder()
                .issuedAt(issued)
                .expiresAt(issued.plus(Duration.ofHours(1)))
                .build();
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
    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        providers.close();
        service.close();
    }
}
