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
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;

/**
 * A provider in this process of which one response of 100 is a failure and one of 1,000 is lost after the tokens were
 * issued. If it rotates refresh tokens, it refuses any but the newest one of an account. It keeps a ledger, with a few
 * bytes for each account; accounts have numbers as their names. Thread-safe.
 */
final class LossyProvider implements Provider, Refresher {

    private static final int FAILURES = 10;
    private static final int LOST = 1;
    private static final int OF = 1_000;

    private final AtomicIntegerArray newest;
    private final AtomicIntegerArray received;
    private final AtomicIntegerArray lost;
    private final AtomicInteger losers = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final String id;
    private final Duration lifetime;
    private final ProviderProfile profile;
    private final Timekeeper time;
    private final Consumer<TokenKey> called;
    private volatile boolean down;

    /**
     * @param accounts the number of accounts of all providers
     * @param called receives the account of each call
     */
    LossyProvider(
            String id,
            RefreshModel model,
            Duration lifetime,
            int accounts,
            Timekeeper time,
            Consumer<TokenKey> called) {
        this.newest = new AtomicIntegerArray(accounts);
        this.received = new AtomicIntegerArray(accounts);
        this.lost = new AtomicIntegerArray(accounts);
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

    /** Returns the tokens of a consent for an account whose access token has a part of its lifetime left. */
    TokenSet consent(int account, double left) {
        Instant issued = time.now().minusMillis((long) (lifetime.toMillis() * (1 - left)));
        TokenSet.Builder tokens =
                TokenSet.builder(TestTokens.access()).issuedAt(issued).expiresAt(issued.plus(lifetime));
        return profile.refreshModel() == RefreshModel.EXTENDING
                ? tokens.build()
                : tokens.refreshToken(newRefreshToken(account)).build();
    }

    /** Returns a new refresh token of an account; the one before is invalid then if the provider rotates them. */
    private String newRefreshToken(int account) {
        String token = TestTokens.refresh();
        newest.set(account, token.hashCode());
        return token;
    }

    void down(boolean isDown) {
        down = isDown;
    }

    /** Returns how many responses with tokens this process has received for an account. */
    int received(TokenKey key) {
        return received.get(number(key));
    }

    /** Returns whether a response with tokens was lost for an account. */
    boolean hasLost(TokenKey key) {
        return lost.get(number(key)) > 0;
    }

    int calls() {
        return calls.get();
    }

    int lostResponses() {
        return losers.get();
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
        int account = number(request.key());
        if (rotates && request.tokens().refreshToken().orElseThrow().reveal().hashCode() != newest.get(account)) {
            return refused(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "answered 400 invalid_grant");
        }
        if (chance < FAILURES + LOST) {
            if (lost.getAndIncrement(account) == 0) {
                losers.incrementAndGet();
            }
            String unused = newRefreshToken(account);
            return new TokenOutcome.MaybeSent(
                    TokenVerdict.of(TokenVerdict.Kind.TRANSIENT, Problem.OUTCOME_UNKNOWN, "the response was lost"));
        }
        received.incrementAndGet(account);
        Instant now = request.time().now();
        TokenResponse.Builder response = TokenResponse.builder(now)
                .accessToken(Secret.of(TestTokens.access()))
                .expiresAt(now.plus(lifetime));
        if (rotates) {
            response.refreshToken(Optional.of(Secret.of(newRefreshToken(account))));
        }
        return new TokenOutcome.Issued(response.build());
    }

    private static int number(TokenKey key) {
        return Integer.parseInt(key.account());
    }

    private static TokenOutcome refused(TokenVerdict.Kind kind, Problem problem, String detail) {
        return new TokenOutcome.Refused(TokenVerdict.of(kind, problem, "token endpoint " + detail));
    }
}
