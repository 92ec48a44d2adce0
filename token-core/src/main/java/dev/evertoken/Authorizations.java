package dev.evertoken;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.evertoken.Connections.Connected;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.AuthorizationFlow;
import dev.evertoken.spi.AuthorizationRequest;
import dev.evertoken.spi.Endpoints;
import dev.evertoken.spi.ExchangeOutcome;
import dev.evertoken.spi.PreparationRequest;
import dev.evertoken.spi.TemporaryCredentials;
import dev.evertoken.spi.TokenAnswer;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The authorization round trip: consent page, redirect, exchange, connect. Runs on the caller's thread.
 *
 * <ol>
 *   <li>start: the flow gets what it needs beforehand, a {@link RoundTrip} goes into the state, the flow makes the
 *       address
 *   <li>redirect: read strictly, its state opened, time and place compared
 *   <li>once: a round is ended by one redirect; another process that gets it again hears of it from the provider
 *   <li>exchange: the one call, after which the code is worth nothing
 *   <li>connect: what came is saved over what it may displace, or kept until the store takes it
 * </ol>
 *
 * Thread-safe.
 */
final class Authorizations {

    private static final int VERIFIER_BYTES = 32;
    private static final int MOST_ROUNDS = 100_000;
    private static final String NO_STATE = "the redirect has no state, so nobody here asked for it";

    private final States states;
    private final Clients clients;
    private final TokenCache cache;
    private final CodeExchange exchange;
    private final UnsavedConsents unsaved;
    private final Workshop workshop;
    private final Cache<String, Boolean> ended;

    Authorizations(States states, Clients clients, TokenCache cache, UnsavedConsents unsaved, Workshop workshop) {
        this.states = states;
        this.clients = clients;
        this.cache = cache;
        this.unsaved = unsaved;
        this.workshop = workshop;
        this.exchange = new CodeExchange(workshop);
        this.ended = Caffeine.newBuilder()
                .maximumSize(MOST_ROUNDS)
                .expireAfterWrite(States.LIFETIME.multipliedBy(2))
                .ticker(workshop.time()::nanos)
                .executor(Runnable::run)
                .build();
    }

    // ---- start

    Authorization start(TokenKey key, URI redirectUri, AuthorizationOptions options) {
        Registered registered = clients.of(key);
        AuthorizationFlow flow = flow(key, registered);
        requireRedirect(redirectUri);
        Optional<Secret> verifier = flow.pkce() == AuthorizationFlow.Pkce.NONE
                ? Optional.empty()
                : Optional.of(Secret.of(states.randomText(VERIFIER_BYTES)));
        Set<String> scopes =
                new LinkedHashSet<>(registered.client().credentials().scopes());
        scopes.addAll(options.moreScopes());
        boolean another = options.isAccountChangeAllowed();
        Optional<TemporaryCredentials> temporary = prepared(key, registered, flow, redirectUri);
        String state = states.seal(new RoundTrip(
                workshop.records().newId(),
                key,
                redirectUri,
                verifier,
                temporary,
                scopes,
                another,
                workshop.time().now().plus(States.LIFETIME)));
        boolean forced = options.isConsentForced() || !options.moreScopes().isEmpty();
        AuthorizationRequest request = new AuthorizationRequest(
                registered.client(),
                redirectUri,
                state,
                scopes,
                verifier.map(Authorizations::challenge),
                forced,
                another,
                temporary);
        try {
            return new Authorization(flow.url(request), state);
        } catch (RuntimeException e) {
            throw workshop.explain().unexpected(key, e);
        }
    }

    private Optional<TemporaryCredentials> prepared(
            TokenKey key, Registered registered, AuthorizationFlow flow, URI redirectUri) {
        try {
            return flow.prepare(new PreparationRequest(
                    key, registered.client(), redirectUri, workshop.settings().callDeadline(), workshop.time()));
        } catch (RuntimeException e) {
            throw workshop.explain().unexpected(key, e);
        }
    }

    private AuthorizationFlow flow(TokenKey key, Registered registered) {
        return registered
                .provider()
                .authorizationFlow()
                .orElseThrow(() -> workshop.explain()
                        .problem(
                                key,
                                Problem.NOT_SUPPORTED,
                                "provider " + registered.provider().id()
                                        + " has no authorization flow; connect the account with tokens instead"));
    }

    /** RFC 6749 section 3.1.2; private schemes and loopback are for native applications (RFC 8252 section 7). */
    private static void requireRedirect(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        boolean web = scheme.equals("https") || (scheme.equals("http") && Endpoints.isLoopback(uri));
        boolean complete = uri.isAbsolute() && !uri.isOpaque() && uri.getRawFragment() == null;
        if (!complete || !(web ? uri.getHost() != null : scheme.contains("."))) {
            throw new IllegalArgumentException("redirectUri must be absolute, without a fragment, and https, http on"
                    + " loopback, or a private scheme with a dot in it");
        }
    }

    /** RFC 7636 section 4.2. */
    private static String challenge(Secret verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(verifier.reveal().getBytes(US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform lacks SHA-256", e);
        }
    }

    // ---- redirect

    /**
     * @param given the state, where the application kept it; empty if the redirect has to bring or name it
     * @param expected whose round it has to be; empty if the state alone decides
     */
    Connected complete(URI address, Optional<String> given, Optional<TokenKey> expected) {
        Callback arrived = Callback.of(address);
        RoundTrip trip = opened(arrived, given);
        Callback callback = read(arrived, trip);
        if (expected.filter(key -> !key.equals(trip.key())).isPresent()) {
            throw Callback.rejected("the redirect ends the authorization of another account than the expected one");
        }
        if (!callback.isAt(trip.redirectUri())) {
            throw Callback.rejected("the redirect came to another path than "
                    + trip.redirectUri().getPath() + ", where this authorization was to end");
        }
        if (!workshop.time().now().isBefore(trip.expiresAt())) {
            throw about(
                    trip,
                    Callback.rejected("the redirect came more than " + States.LIFETIME.toMinutes()
                            + " minutes after the start; start again"));
        }
        Registered registered = clients.of(trip.key());
        AuthorizationFlow flow = flow(trip.key(), registered);
        if (callback.error().isPresent() && callback.code().isPresent()) {
            throw about(trip, Callback.rejected("the redirect has both a code and an error"));
        }
        callback.error().ifPresent(error -> {
            throw refused(trip, flow, error);
        });
        Secret code = callback.code()
                .map(Secret::of)
                .orElseThrow(() -> about(trip, Callback.rejected("the redirect has neither a code nor an error")));
        Optional<Connected> earlier = unsaved.saveAgain(trip.id());
        return earlier.isPresent() ? earlier.get() : once(trip, registered, flow, callback, code);
    }

    private RoundTrip opened(Callback callback, Optional<String> given) {
        if (given.isPresent()
                && callback.state()
                        .filter(brought -> !brought.equals(given.get()))
                        .isPresent()) {
            throw Callback.rejected("the redirect has another state than the one that the application kept");
        }
        String state = given.or(callback::state)
                .or(() -> callback.temporaryToken().flatMap(states::ofTemporaryToken))
                .orElseThrow(() -> Callback.rejected(NO_STATE));
        return states.open(state)
                .orElseThrow(() -> Callback.rejected(
                        "the redirect's state was not made here: forged, cut, of another application or stage, or"
                                + " no longer remembered"));
    }

    /** The state may be right and the rest of the redirect somebody else's. */
    private Callback read(Callback callback, RoundTrip trip) {
        if (trip.temporary().isEmpty() && callback.state().isEmpty()) {
            throw about(trip, Callback.rejected(NO_STATE)); // a kept state vouches for no redirect but its own
        }
        if (trip.temporary().isEmpty()) {
            return callback;
        }
        Secret token = trip.temporary().get().token();
        boolean same =
                callback.temporaryToken().map(Secret::of).filter(token::equals).isPresent();
        if (!same) {
            throw about(trip, Callback.rejected("the redirect's oauth_token is not that of this authorization"));
        }
        return callback.translated();
    }

    private TokenException refused(RoundTrip trip, AuthorizationFlow flow, String error) {
        Problem problem = RedirectErrors.problem(error, flow.redirectError(error));
        return workshop.explain()
                .problem(trip.key(), problem, "the consent page answered " + RedirectErrors.shown(error));
    }

    private TokenException about(RoundTrip trip, TokenException failure) {
        return workshop.explain().about(trip.key(), failure);
    }

    // ---- once

    private Connected once(
            RoundTrip trip, Registered registered, AuthorizationFlow flow, Callback callback, Secret code) {
        if (ended.asMap().putIfAbsent(trip.id(), true) != null) {
            throw about(trip, Callback.rejected("the redirect was used already; nothing was changed by it now"));
        }
        boolean codeIsUsed = true;
        try {
            ExchangeOutcome outcome = exchange.exchange(trip, registered, flow, code);
            codeIsUsed = !exchange.leavesTheCode(outcome);
            return connect(trip, registered, callback, exchange.answer(trip, outcome));
        } finally {
            if (!codeIsUsed) {
                ended.invalidate(trip.id());
            }
        }
    }

    // ---- connect

    private Connected connect(RoundTrip trip, Registered registered, Callback callback, TokenAnswer answer) {
        TokenSet tokens = answer.alone().orElseThrow();
        Imported.requireType(trip.key(), tokens, registered.client().profile().refreshModel());
        workshop.signing().check(trip.key(), registered, tokens);
        Set<String> granted = new LinkedHashSet<>(callback.scopes());
        granted.retainAll(trip.scopes());
        TokenSet scoped =
                tokens.scopes().isEmpty() ? tokens.toBuilder().scopes(granted).build() : tokens;
        Consent consent = new Consent(
                new Grant(workshop.records().newId(), answer.issuedAt()),
                scoped,
                trip.scopes(),
                answer.subject(),
                trip.mayChangeAccount() ? Consent.Over.ANY_USER : Consent.Over.SAME_USER,
                Descent.ofConsent(registered.client().profile()));
        return unsaved.save(trip.id(), cache.cell(trip.key()), registered, consent);
    }

    /** Forgets what an account has that is not saved yet: it is disconnected. */
    void forget(TokenKey key) {
        unsaved.drop(key);
    }
}
