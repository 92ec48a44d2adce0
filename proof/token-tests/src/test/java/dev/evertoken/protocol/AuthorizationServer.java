package dev.evertoken.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.provider.TokenOutcome.MaybeSent;
import dev.evertoken.spi.provider.TokenOutcome.NotSent;
import dev.evertoken.spi.provider.TokenOutcome.Refused;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.testing.TestTokens;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * An in-process authorization server that follows the model of protocol.md: it rotates refresh tokens, detects a
 * spent refresh token, and keeps a ledger. Further behavior of the next calls is scripted. Thread-safe.
 */
final class AuthorizationServer implements Provider, Refresher {

    /** The reaction of the provider to a refresh token that was already spent. */
    enum Reuse {
        /** Revokes the grant. */
        STRICT,
        /** Refuses it; the newest one stays valid. */
        SOFT
    }

    /** One scripted call: {@code honest} runs the normal behavior of the server. */
    @FunctionalInterface
    interface Step {
        TokenOutcome play(RefreshRequest request, Supplier<TokenOutcome> honest);
    }

    static final Duration LIFETIME = Duration.ofHours(1);
    static final String API_HOST = "api.acme.example";

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Family> byRefreshToken = new HashMap<>();
    private final Deque<Step> script = new ArrayDeque<>();
    private final List<String> presented = new ArrayList<>();
    private final Reuse reuse;
    private final ProviderProfile profile;
    private final Timekeeper time;

    /** One consent and all refresh tokens that were issued for it. */
    private static final class Family {
        private String current = "";
        private String account = "";
        private boolean revoked;
        private boolean everReused;
    }

    AuthorizationServer(RefreshModel model, Reuse reuse, Timekeeper time) {
        this(ProviderProfile.builder(model), reuse, time);
    }

    AuthorizationServer(ProviderProfile.Builder profile, Reuse reuse, Timekeeper time) {
        this.reuse = reuse;
        this.time = time;
        this.profile = profile.endpoints(Endpoints.token(URI.create("https://acme.example/token")))
                .apiHosts(API_HOST)
                .build();
    }

    // ---- called by tests

    /** Returns the tokens of a new consent. */
    TokenSet consent(String account) {
        lock.lock();
        try {
            Family family = new Family();
            family.account = account;
            family.current = TestTokens.refresh();
            byRefreshToken.put(family.current, family);
            return TokenSet.builder(TestTokens.access())
                    .refreshToken(family.current)
                    .issuedAt(time.now())
                    .expiresAt(time.now().plus(LIFETIME))
                    .build();
        } finally {
            lock.unlock();
        }
    }

    /** Scripts one further call that departs from the normal behavior. */
    AuthorizationServer next(Step step) {
        lock.lock();
        try {
            script.add(step);
            return this;
        } finally {
            lock.unlock();
        }
    }

    /** Returns to the normal behavior: the scripted calls that are left are not played. */
    void forgetScript() {
        lock.lock();
        try {
            script.clear();
        } finally {
            lock.unlock();
        }
    }

    /** The call is processed, but its response is lost. */
    static Step lostResponse() {
        return (request, honest) -> {
            TokenOutcome outcome = honest.get();
            return outcome instanceof Issued ? unknown("no response was received") : outcome;
        };
    }

    /** No request is sent. */
    static Step notSent() {
        return (request, honest) -> new NotSent(Problem.NETWORK, "connection refused");
    }

    /** A gateway fails before the server receives the request. */
    static Step gatewayFails() {
        return (request, honest) -> request.permit().maySend() ? unknown("token endpoint answered 502") : tooLate();
    }

    static Step refuses(TokenVerdict.Kind kind, Problem problem) {
        return (request, honest) -> request.permit().maySend()
                ? new Refused(TokenVerdict.of(kind, problem, "token endpoint answered 400 " + problem.name()))
                : tooLate();
    }

    /** Holds the next request before it is processed, until the gate is opened. */
    Gate holdNextBefore() {
        Gate gate = new Gate();
        next(heldBefore(gate));
        return gate;
    }

    /** Holds the response to the next request until the gate is opened. */
    Gate holdNextAfter() {
        Gate gate = new Gate();
        next(heldAfter(gate));
        return gate;
    }

    /** The call waits before the request is sent. */
    static Step heldBefore(Gate gate) {
        return (request, honest) -> {
            gate.pass();
            return honest.get();
        };
    }

    /** The call is processed, but its response is held back. */
    static Step heldAfter(Gate gate) {
        return (request, honest) -> {
            TokenOutcome outcome = honest.get();
            gate.pass();
            return outcome;
        };
    }

    /** The call is processed, but its response is overdue at the call deadline and arrives when the test says so. */
    static Step respondsLate(CompletableFuture<Void> arrival) {
        return (request, honest) -> {
            TokenOutcome outcome = honest.get();
            return new TokenOutcome.Overdue(
                    unknown("no complete response within 20 s").verdict(), arrival.thenApply(arrived -> outcome));
        };
    }

    /** The user withdraws every consent of an account. */
    void revoke(String account) {
        lock.lock();
        try {
            byRefreshToken.values().stream()
                    .filter(family -> family.account.equals(account))
                    .forEach(family -> family.revoked = true);
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many requests reached the server. */
    int requests() {
        lock.lock();
        try {
            return presented.size();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many requests presented a refresh token that had been presented before. */
    long secondPresentations() {
        lock.lock();
        try {
            return presented.size() - presented.stream().distinct().count();
        } finally {
            lock.unlock();
        }
    }

    /** Asserts that no refresh token was presented again after it was spent. */
    void assertNothingReused() {
        lock.lock();
        try {
            assertThat(byRefreshToken.values()).noneMatch(family -> family.everReused);
        } finally {
            lock.unlock();
        }
    }

    // ---- called by the engine

    @Override
    public String id() {
        return "acme";
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
        Supplier<TokenOutcome> honest = () -> request.permit().maySend() ? process(request) : tooLate();
        Step step = nextStep();
        return step == null ? honest.get() : step.play(request, honest);
    }

    @org.jspecify.annotations.Nullable
    private Step nextStep() {
        lock.lock();
        try {
            return script.poll();
        } finally {
            lock.unlock();
        }
    }

    private TokenOutcome process(RefreshRequest request) {
        Instant began = request.time().now();
        boolean extending = profile.refreshModel() == RefreshModel.EXTENDING;
        String token = request.tokens()
                .refreshToken()
                .orElse(request.tokens().accessToken().orElseThrow())
                .reveal();
        lock.lock();
        try {
            presented.add(token);
            if (extending) {
                return response(Optional.empty(), began);
            }
            Family family = byRefreshToken.get(token);
            if (family == null || family.revoked) {
                return invalidGrant();
            }
            if (!family.current.equals(token)) {
                family.everReused = true;
                family.revoked = reuse == Reuse.STRICT;
                return invalidGrant();
            }
            if (profile.refreshModel() == RefreshModel.STATIC) {
                return response(Optional.empty(), began);
            }
            String successor = TestTokens.refresh();
            family.current = successor;
            byRefreshToken.put(successor, family);
            return response(Optional.of(successor), began);
        } finally {
            lock.unlock();
        }
    }

    static Issued response(Optional<String> refreshToken, Instant issuedAt) {
        return new Issued(TokenResponse.builder(issuedAt)
                .accessToken(Secret.of(TestTokens.access()))
                .refreshToken(refreshToken.map(Secret::of))
                .expiresAt(issuedAt.plus(LIFETIME))
                .build());
    }

    private static Refused invalidGrant() {
        return new Refused(TokenVerdict.of(
                TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "token endpoint answered 400 invalid_grant"));
    }

    static MaybeSent unknown(String detail) {
        return new MaybeSent(TokenVerdict.of(TokenVerdict.Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, detail));
    }

    private static NotSent tooLate() {
        return new NotSent(Problem.WAIT_TIMEOUT, "the claim is too old to be used");
    }
}
