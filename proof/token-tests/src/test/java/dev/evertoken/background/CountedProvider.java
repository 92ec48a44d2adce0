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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A provider in this process that responds at once, keeps the order of its calls, and notices a refresh token that is
 * presented twice. Thread-safe.
 */
final class CountedProvider implements Provider, Refresher {

    /** The response to a call; empty to issue tokens. */
    interface Behavior extends Function<TokenKey, Optional<TokenOutcome>> {}

    private final ReentrantLock lock = new ReentrantLock();
    private final List<TokenKey> calls = new ArrayList<>();
    private final Set<String> spent = ConcurrentHashMap.newKeySet();
    private final Map<TokenKey, Integer> secondPresentations = new ConcurrentHashMap<>();
    private final String id;
    private final ProviderProfile profile;
    private final Duration lifetime;
    private final Timekeeper time;
    private volatile Behavior behavior = key -> Optional.empty();
    private volatile Function<Instant, Optional<Instant>> refreshTokenEnd = issued -> Optional.empty();

    CountedProvider(String id, RefreshModel model, Duration lifetime, Timekeeper time) {
        this.id = id;
        this.lifetime = lifetime;
        this.time = time;
        this.profile = ProviderProfile.builder(model)
                .endpoints(Endpoints.token(URI.create("https://" + id + ".example/token")))
                .defaultLifetime(lifetime)
                .apiHosts("api." + id + ".example")
                .build();
    }

    CountedProvider behaves(Behavior next) {
        behavior = next;
        return this;
    }

    /** Sets the lifetime of refresh tokens, which begins again with each response. */
    CountedProvider refreshTokensLive(Duration duration) {
        refreshTokenEnd = issued -> Optional.of(issued.plus(duration));
        return this;
    }

    /** Sets the end of all refresh tokens, which no refresh moves. */
    CountedProvider refreshTokensEndAt(Instant end) {
        refreshTokenEnd = issued -> Optional.of(end);
        return this;
    }

    static Optional<TokenOutcome> unavailable() {
        return Optional.of(new TokenOutcome.Refused(TokenVerdict.of(
                TokenVerdict.Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, "token endpoint answered 503")));
    }

    static Optional<TokenOutcome> grantEnded() {
        return Optional.of(new TokenOutcome.Refused(TokenVerdict.of(
                TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "token endpoint answered 400 invalid_grant")));
    }

    /** Returns tokens that were issued now. */
    TokenSet consent() {
        return consentAt(time.now());
    }

    TokenSet consentAt(Instant issued) {
        TokenSet.Builder tokens =
                TokenSet.builder(TestTokens.access()).issuedAt(issued).expiresAt(issued.plus(lifetime));
        refreshTokenEnd.apply(issued).ifPresent(tokens::refreshTokenExpiresAt);
        return profile.refreshModel() == RefreshModel.EXTENDING
                ? tokens.build()
                : tokens.refreshToken(TestTokens.refresh()).build();
    }

    /** Returns the accounts of the calls, in their order. */
    List<TokenKey> calls() {
        lock.lock();
        try {
            return List.copyOf(calls);
        } finally {
            lock.unlock();
        }
    }

    int count() {
        lock.lock();
        try {
            return calls.size();
        } finally {
            lock.unlock();
        }
    }

    void forgetCalls() {
        lock.lock();
        try {
            calls.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the accounts whose refresh token was presented again after it was spent. */
    Set<TokenKey> presentedTwice() {
        return Set.copyOf(secondPresentations.keySet());
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
        if (!request.permit().maySend()) {
            return new TokenOutcome.NotSent(Problem.WAIT_TIMEOUT, "the claim is too old to be used");
        }
        lock.lock();
        try {
            calls.add(request.key());
        } finally {
            lock.unlock();
        }
        return behavior.apply(request.key()).orElseGet(() -> issued(request));
    }

    private TokenOutcome issued(RefreshRequest request) {
        Instant now = request.time().now();
        TokenResponse.Builder response = TokenResponse.builder(now)
                .accessToken(Secret.of(TestTokens.access()))
                .expiresAt(now.plus(lifetime));
        refreshTokenEnd.apply(now).ifPresent(response::refreshTokenExpiresAt);
        if (profile.refreshModel() == RefreshModel.ROTATING) {
            String presented = request.tokens().refreshToken().orElseThrow().reveal();
            if (!spent.add(presented)) {
                secondPresentations.merge(request.key(), 1, Integer::sum);
            }
            response.refreshToken(Optional.of(Secret.of(TestTokens.refresh())));
        }
        return new TokenOutcome.Issued(response.build());
    }
}
