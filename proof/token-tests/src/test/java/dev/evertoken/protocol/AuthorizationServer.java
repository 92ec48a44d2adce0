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
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.provider.TokenOutcome.MaybeSent;
import dev.evertoken.spi.provider.TokenOutcome.NotSent;
import dev.evertoken.spi.provider.TokenOutcome.Refused;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * An authorization server without a wire, as the model of protocol.md has it: it rotates, detects a spent
 * refresh token, and keeps a ledger. What the next calls do beyond that is scripted. Thread-safe.
 */
final class AuthorizationServer implements Provider, Refresher {

    /** What the provider does with a refresh token that was spent before. */
    enum Reuse {
        /** Kills the grant. */
        STRICT,
        /** Refuses it, the newest one lives on. */
        SOFT
    }

    /** One scripted call: {@code honest} does what the server would do. */
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

    /** One consent and everything that came of it. */
    private static final class Family {
        private String current = "";
        private String account = "";
        private boolean dead;
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

    // ---- the test's side

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

    /** Has a further call do something else than the honest thing. */
    AuthorizationServer next(Step step) {
        lock.lock();
        try {
            script.add(step);
            return this;
        } finally {
            lock.unlock();
        }
    }

    /** The call is processed, its answer is lost. */
    static Step lostResponse() {
        return (request, honest) -> {
            TokenOutcome outcome = honest.get();
            return outcome instanceof Issued ? unknown("no answer came") : outcome;
        };
    }

    /** Nothing leaves. */
    static Step notSent() {
        return (request, honest) -> new NotSent(Problem.NETWORK, "connection refused");
    }

    /** A gateway fails before the server sees the request. */
    static Step gatewayFails() {
        return (request, honest) -> request.permit().maySend() ? unknown("token endpoint answered 502") : tooLate();
    }

    static Step refuses(TokenVerdict.Kind kind, Problem problem) {
        return (request, honest) -> request.permit().maySend()
                ? new Refused(TokenVerdict.of(kind, problem, "token endpoint answered 400 " + problem.name()))
                : tooLate();
    }

    /** The call waits before anything is sent. */
    static Step heldBefore(Gate gate) {
        return (request, honest) -> {
            gate.pass();
            return honest.get();
        };
    }

    /** The call is processed, its answer waits. */
    static Step heldAfter(Gate gate) {
        return (request, honest) -> {
            TokenOutcome outcome = honest.get();
            gate.pass();
            return outcome;
        };
    }

    /** The user withdraws every consent of an account. */
    void revoke(String account) {
        lock.lock();
        try {
            byRefreshToken.values().stream()
                    .filter(family -> family.account.equals(account))
                    .forEach(family -> family.dead = true);
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

    /** Returns how many requests brought a refresh token that had been brought before. */
    long secondPresentations() {
        lock.lock();
        try {
            return presented.size() - presented.stream().distinct().count();
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether a grant could go on with this refresh token. */
    boolean isAlive(Secret refreshToken) {
        lock.lock();
        try {
            Family family = byRefreshToken.get(refreshToken.reveal());
            return family != null && !family.dead && family.current.equals(refreshToken.reveal());
        } finally {
            lock.unlock();
        }
    }

    /** Asserts that no grant was killed by a refresh token that came twice. */
    void assertNothingReused() {
        lock.lock();
        try {
            assertThat(byRefreshToken.values()).noneMatch(family -> family.everReused);
        } finally {
            lock.unlock();
        }
    }

    // ---- the engine's side

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
                .orElse(request.tokens().accessToken())
                .reveal();
        lock.lock();
        try {
            presented.add(token);
            if (extending) {
                return response(Optional.empty(), began);
            }
            Family family = byRefreshToken.get(token);
            if (family == null || family.dead) {
                return dead();
            }
            if (!family.current.equals(token)) {
                family.everReused = true;
                family.dead = reuse == Reuse.STRICT;
                return dead();
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

    private static Refused dead() {
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
