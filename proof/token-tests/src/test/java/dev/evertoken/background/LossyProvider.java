package dev.evertoken.background;

import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.testing.TestTokens;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A provider in this process of which one response of 100 is a failure and one of 1,000 is lost after the tokens were
 * issued. If it rotates refresh tokens, it refuses one that was used before. It keeps a ledger. Thread-safe.
 */
final class LossyProvider implements Provider, Refresher {

    private static final int FAILURES = 10;
    private static final int LOST = 1;
    private static final int OF = 1_000;

    private final Set<String> spent = ConcurrentHashMap.newKeySet();
    private final Map<TokenKey, Integer> received = new ConcurrentHashMap<>();
    private final Map<TokenKey, Integer> lost = new ConcurrentHashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final String id;
    private final Duration lifetime;
    private final ProviderProfile profile;
    private final Timekeeper time;
    private final Consumer<TokenKey> called;
    private volatile boolean down;

    /** @param called receives the account of each call */
    LossyProvider(String id, RefreshModel model, Duration lifetime, Timekeeper time, Consumer<TokenKey> called) {
        this.id = id;
        this.lifetime = lifetime;
        this.time = time;
        this.called = called;
        this.profile = ProviderProfile.builder(model)
                .endpoints(Endpoints.token(URI.create("https://" + id + ".example/token")))
                .defaultLifetime(lifetime)
                .apiHosts("api." + id + ".example")
                .build();
    }

    /** Returns the tokens of a consent whose access token has a part of its lifetime left. */
    TokenSet consent(double left) {
        Instant issued = time.now().minusMillis((long) (lifetime.toMillis() * (1 - left)));
        TokenSet.Builder tokens =
                TokenSet.builder(TestTokens.access()).issuedAt(issued).expiresAt(issued.plus(lifetime));
        return profile.refreshModel() == RefreshModel.EXTENDING
                ? tokens.build()
                : tokens.refreshToken(TestTokens.refresh()).build();
    }

    void down(boolean isDown) {
        down = isDown;
    }

    /** Returns how many responses with tokens this process has received for an account. */
    int received(TokenKey key) {
        return received.getOrDefault(key, 0);
    }

    /** Returns whether a response with tokens was lost for an account. */
    boolean hasLost(TokenKey key) {
        return lost.containsKey(key);
    }

    int calls() {
        return calls.get();
    }

    int lostResponses() {
        return lost.size();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ProviderProfile profile() {
        return profile;
    }

    @Override
    public Refresher refresher() {
        return this;
    }

    @Override
    public TokenOutcome refresh(RefreshRequest request) {
        calls.incrementAndGet();
        called.accept(request.key());
        int chance = ThreadLocalRandom.current().nextInt(OF);
        if (down || chance < FAILURES) {
            return refused(TokenVerdict.Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, "answered 503");
        }
        boolean rotates = profile.refreshModel() == RefreshModel.ROTATING;
        if (rotates && !spent.add(request.tokens().refreshToken().orElseThrow().reveal())) {
            return refused(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "answered 400 invalid_grant");
        }
        if (chance < FAILURES + LOST) {
            lost.merge(request.key(), 1, Integer::sum);
            return new TokenOutcome.MaybeSent(
                    TokenVerdict.of(TokenVerdict.Kind.TRANSIENT, Problem.OUTCOME_UNKNOWN, "the response was lost"));
        }
        received.merge(request.key(), 1, Integer::sum);
        Instant now = request.time().now();
        TokenResponse.Builder response = TokenResponse.builder(now)
                .accessToken(Secret.of(TestTokens.access()))
                .expiresAt(now.plus(lifetime));
        if (rotates) {
            response.refreshToken(Optional.of(Secret.of(TestTokens.refresh())));
        }
        return new TokenOutcome.Issued(response.build());
    }

    private static TokenOutcome refused(TokenVerdict.Kind kind, Problem problem, String detail) {
        return new TokenOutcome.Refused(TokenVerdict.of(kind, problem, "token endpoint " + detail));
    }
}
