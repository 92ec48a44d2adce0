package dev.evertoken.protocol;

import dev.evertoken.model.Derivable;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.DerivationOutcome;
import dev.evertoken.spi.provider.DerivationOutcome.Found;
import dev.evertoken.spi.provider.DerivationOutcome.Refused;
import dev.evertoken.spi.provider.DerivationOutcome.Unanswered;
import dev.evertoken.spi.provider.DerivedAccount;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * An in-process authorization server whose users have pages: a page token is derived from a valid user token.
 * Thread-safe.
 */
final class Pages implements Provider, Derivation {

    /** One scripted derivation: {@code honest} runs the normal behavior of the provider. */
    @FunctionalInterface
    interface Step {
        DerivationOutcome<TokenResponse> play(Supplier<DerivationOutcome<TokenResponse>> honest);
    }

    private final AuthorizationServer users;
    private final Map<String, String> names = new ConcurrentSkipListMap<>();
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private final Set<Secret> refused = ConcurrentHashMap.newKeySet();
    private final Deque<Step> script = new ConcurrentLinkedDeque<>();
    private final List<Secret> presented = new CopyOnWriteArrayList<>();
    private final AtomicInteger lists = new AtomicInteger();
    private volatile Optional<Duration> lifetime = Optional.empty();
    private volatile boolean listsTokens = true;

    Pages(AuthorizationServer users) {
        this.users = users;
    }

    // ---- called by tests

    Pages page(String id, String name) {
        names.put(id, name);
        return this;
    }

    /** Removes the users' rights to a page. */
    void lose(String id) {
        lost.add(id);
    }

    void restore(String id) {
        lost.remove(id);
    }

    /** Makes the API reject a user token. */
    void refuse(Secret token) {
        refused.add(token);
    }

    /** Gives all page tokens issued from now on a lifetime. */
    void expireAfter(Duration duration) {
        lifetime = Optional.of(duration);
    }

    /** Omits the tokens from the list from now on. */
    void hideTokens() {
        listsTokens = false;
    }

    Pages next(Step step) {
        script.add(step);
        return this;
    }

    static Step refuses(TokenVerdict.Kind kind, Problem problem) {
        return honest -> new Refused<>(TokenVerdict.of(kind, problem, "graph answered 400"));
    }

    static Step unanswered() {
        return honest -> new Unanswered<>(Problem.NETWORK, "connection reset");
    }

    Step responsesAbout(String other, Instant began) {
        return honest -> new Found<>(token(other, began));
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

    static Step heldBefore(Gate gate) {
        return honest -> {
            gate.pass();
            return honest.get();
        };
    }

    static Step heldAfter(Gate gate) {
        return honest -> {
            DerivationOutcome<TokenResponse> outcome = honest.get();
            gate.pass();
            return outcome;
        };
    }

    /** Returns the user tokens that were presented for single pages, in order. */
    List<Secret> presented() {
        return presented;
    }

    int lists() {
        return lists.get();
    }

    // ---- called by the engine

    @Override
    public DerivationOutcome<List<DerivedAccount>> list(HeldTokens parent) {
        lists.incrementAndGet();
        if (refused.contains(parent.tokens().accessToken().orElseThrow())) {
            return userTokenRefused();
        }
        Instant began = parent.time().now();
        return new Found<>(names.entrySet().stream()
                .map(page -> {
                    boolean available = !lost.contains(page.getKey());
                    Derivable derivable = new Derivable(
                            page.getKey(), Optional.of(page.getValue()), Map.of("kind", "page"), available);
                    return new DerivedAccount(
                            derivable,
                            available && listsTokens ? Optional.of(token(page.getKey(), began)) : Optional.empty());
                })
                .toList());
    }

    @Override
    public DerivationOutcome<TokenResponse> derive(HeldTokens parent, String id) {
        Supplier<DerivationOutcome<TokenResponse>> honest = () -> deriveNormally(parent, id);
        Step step = script.poll();
        return step == null ? honest.get() : step.play(honest);
    }

    private DerivationOutcome<TokenResponse> deriveNormally(HeldTokens parent, String id) {
        presented.add(parent.tokens().accessToken().orElseThrow());
        if (refused.contains(parent.tokens().accessToken().orElseThrow())) {
            return userTokenRefused();
        }
        return lost.contains(id) || !names.containsKey(id)
                ? new Refused<>(TokenVerdict.of(
                        TokenVerdict.Kind.ACCOUNT_UNUSABLE,
                        Problem.ACCOUNT_UNUSABLE,
                        "the user has no rights at this page"))
                : new Found<>(token(id, parent.time().now()));
    }

    private static <T> DerivationOutcome<T> userTokenRefused() {
        return new Refused<>(TokenVerdict.of(
                TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "graph answered 400 to the user's token"));
    }

    private TokenResponse token(String id, Instant began) {
        return TokenResponse.builder(began)
                .accessToken(Secret.of(TestTokens.access()))
                .expiresAt(lifetime.map(began::plus))
                .subject(id)
                .build();
    }

    @Override
    public String id() {
        return users.id();
    }

    @Override
    public ProviderProfile profile() {
        return users.profile();
    }

    @Override
    public Refresher refresher() {
        return users;
    }

    @Override
    public Optional<Derivation> derivation() {
        return Optional.of(this);
    }

    @Override
    public Optional<Revoker> revoker() {
        return Optional.of(held -> new RevokeOutcome.Revoked(false));
    }
}
