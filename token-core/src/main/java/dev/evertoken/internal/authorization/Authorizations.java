package dev.evertoken.internal.authorization;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evertoken.internal.account.Connections.Connected;
import dev.evertoken.internal.account.Consent;
import dev.evertoken.internal.account.ImportedTokens;
import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.RequestSigning;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.ExpiringEntries;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.Grant;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.TemporaryCredentials;
import dev.evertoken.spi.provider.TemporaryCredentialsRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The complete authorization: consent page, redirect, exchange, connect. Runs on the caller's thread. Thread-safe.
 *
 * <ol>
 *   <li>start: the flow prepares, the {@link PendingAuthorization} is sealed into the state, and the flow builds the
 *       address
 *   <li>redirect: it is parsed strictly, its state is opened, and its path and time are checked
 *   <li>once: one redirect ends an authorization; the same redirect again, such as after a reload in the browser,
 *       reports the account that it has connected, in any process, because the grant has the id of the authorization
 *   <li>exchange: the only call, after which the code is used up
 *   <li>connect: the tokens replace the grants that they may replace, or are kept until the store accepts them
 * </ol>
 */
public final class Authorizations {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);
    private static final int VERIFIER_BYTES = 32;
    private static final int MOST_ROUNDS = 100_000;
    private static final String NO_KEPT_STATE = "the redirect has no state, as is usual for OAuth 1.0a, and this"
            + " process does not remember its oauth_token: only the process that started the authorization can complete"
            + " it, within " + StateSealer.LIFETIME.toMinutes()
            + " minutes, unless the state of authorize(…) is passed too";
    private static final String NO_STATE = "the redirect has no state, so it belongs to no authorization started here";

    private final StateSealer stateSealer;
    private final ClientRegistry clients;
    private final TokenCache cache;
    private final CodeExchange exchange;
    private final PendingConsents unsaved;
    private final RecordMapper mapper;
    private final RequestSigning signing;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final Duration callDeadline;
    private final ExpiringEntries<String, Boolean> ended;

    public Authorizations(
            StateSealer stateSealer,
            ClientRegistry clients,
            TokenCache cache,
            PendingConsents unsaved,
            RecordMapper mapper,
            RequestSigning signing,
            TokenExceptions exceptions,
            Timekeeper time,
            Duration callDeadline,
            CodeExchange exchange) {
        this.stateSealer = stateSealer;
        this.clients = clients;
        this.cache = cache;
        this.unsaved = unsaved;
        this.mapper = mapper;
        this.signing = signing;
        this.exceptions = exceptions;
        this.time = time;
        this.callDeadline = callDeadline;
        this.exchange = exchange;
        this.ended = new ExpiringEntries<>(MOST_ROUNDS, StateSealer.LIFETIME.multipliedBy(2), time);
    }

    // ---- start

    public Authorization start(TokenKey key, URI redirectUri, AuthorizationOptions options) {
        RegisteredClient registered = clients.of(key);
        AuthorizationFlow flow = flow(key, registered);
        requireRedirect(redirectUri);
        Optional<Secret> verifier = flow.pkce() == AuthorizationFlow.Pkce.NONE
                ? Optional.empty()
                : Optional.of(Secret.of(stateSealer.randomText(VERIFIER_BYTES)));
        Set<String> scopes =
                new LinkedHashSet<>(registered.client().credentials().scopes());
        scopes.addAll(options.moreScopes());
        Optional<TemporaryCredentials> temporary = prepared(key, registered, flow, redirectUri);
        String state = stateSealer.seal(new PendingAuthorization(
                mapper.newId(),
                key,
                redirectUri,
                verifier,
                temporary,
                scopes,
                options.isAccountChangeAllowed(),
                options.values(),
                time.now().plus(StateSealer.LIFETIME)));
        boolean forced = options.isConsentForced() || !options.moreScopes().isEmpty();
        AuthorizationRequest request = new AuthorizationRequest(
                registered.client(),
                redirectUri,
                state,
                scopes,
                verifier.map(Authorizations::challenge),
                forced,
                options.isAccountChosen(),
                temporary,
                options.values());
        try {
            return new Authorization(flow.url(request), state);
        } catch (RuntimeException e) {
            throw exceptions.unexpected(key, e);
        }
    }

    private Optional<TemporaryCredentials> prepared(
            TokenKey key, RegisteredClient registered, AuthorizationFlow flow, URI redirectUri) {
        try {
            return registered
                    .secrets()
                    .callOrThrow(client -> flow.prepare(
                            new TemporaryCredentialsRequest(key, client, redirectUri, callDeadline, time)));
        } catch (RuntimeException e) {
            throw exceptions.unexpected(key, e);
        }
    }

    private AuthorizationFlow flow(TokenKey key, RegisteredClient registered) {
        return registered
                .provider()
                .authorizationFlow()
                .orElseThrow(() -> exceptions.problem(
                        key,
                        Problem.NOT_SUPPORTED,
                        "provider " + registered.provider().id()
                                + " has no authorization flow; connect the account with tokens instead"));
    }

    /**
     * Requires a redirect URI as in RFC 6749 section 3.1.2; private schemes and loopback are for native applications
     * (RFC 8252 section 7).
     */
    private static void requireRedirect(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        boolean web = scheme.equals("https") || (scheme.equals("http") && Endpoints.isLoopback(uri));
        boolean complete = uri.isAbsolute() && !uri.isOpaque() && uri.getRawFragment() == null;
        if (!complete || !(web ? uri.getHost() != null : scheme.contains("."))) {
            throw new IllegalArgumentException("redirectUri must be absolute, without a fragment, and https, http on"
                    + " loopback, or a private scheme with a dot in it");
        }
    }

    /** Returns the proof key of a verifier (RFC 7636 section 4.2). */
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
     * @param given the state, if the application kept it; empty if the redirect has to contain or identify it
     * @param expected the account whose authorization it must be; empty if only the state decides
     */
    public Connected complete(URI address, Optional<String> given, Optional<TokenKey> expected) {
        AuthorizationResponse arrived = AuthorizationResponse.of(address);
        PendingAuthorization pending = opened(arrived, given);
        AuthorizationResponse response = read(arrived, pending);
        if (expected.filter(key -> !key.equals(pending.key())).isPresent()) {
            throw AuthorizationResponse.rejected(
                    "the redirect belongs to the authorization of a different account than the expected one");
        }
        if (!response.isAt(pending.redirectUri())) {
            throw AuthorizationResponse.rejected("the redirect arrived at a different path than "
                    + pending.redirectUri().getPath() + ", the one of this authorization");
        }
        Optional<Connected> before = completedBefore(pending, response);
        if (before.isPresent()) {
            return before.get();
        }
        if (!time.now().isBefore(pending.expiresAt())) {
            throw about(
                    pending,
                    AuthorizationResponse.rejected("the redirect arrived more than " + StateSealer.LIFETIME.toMinutes()
                            + " minutes after the start; start again"));
        }
        RegisteredClient registered = clients.of(pending.key());
        AuthorizationFlow flow = flow(pending.key(), registered);
        if (response.error().isPresent() && response.code().isPresent()) {
            throw about(pending, AuthorizationResponse.rejected("the redirect has both a code and an error"));
        }
        response.error().ifPresent(error -> {
            throw refused(pending, flow, error);
        });
        Secret code = response.code()
                .map(Secret::of)
                .orElseThrow(() ->
                        about(pending, AuthorizationResponse.rejected("the redirect has neither a code nor an error")));
        Optional<Connected> earlier = unsaved.saveAgain(pending.id());
        return earlier.isPresent() ? earlier.get() : once(pending, registered, flow, response, code);
    }

    /** Returns the account if this authorization has connected it already and its grant is still in use. */
    private Optional<Connected> completedBefore(PendingAuthorization pending, AuthorizationResponse response) {
        if (response.code().isEmpty() || response.error().isPresent()) {
            return Optional.empty();
        }
        Optional<Connected> connected = unsaved.completed(pending.key(), pending.id());
        connected.ifPresent(any -> log.info(
                "{}: a redirect arrived again; its authorization was completed before and the account is connected",
                pending.key()));
        return connected;
    }

    private PendingAuthorization opened(AuthorizationResponse response, Optional<String> given) {
        if (given.isPresent()
                && response.state()
                        .filter(brought -> !brought.equals(given.get()))
                        .isPresent()) {
            throw AuthorizationResponse.rejected(
                    "the redirect has a different state than the one kept by the application");
        }
        String state = given.or(response::state)
                .or(() -> response.temporaryToken().flatMap(stateSealer::ofTemporaryToken))
                .orElseThrow(() -> AuthorizationResponse.rejected(
                        response.temporaryToken().isPresent() ? NO_KEPT_STATE : NO_STATE));
        return stateSealer
                .open(state)
                .orElseThrow(() -> AuthorizationResponse.rejected("the redirect's state " + stateSealer.unknown()));
    }

    /** Checks the rest of the redirect: a valid state does not prove that the other parameters belong to it. */
    private AuthorizationResponse read(AuthorizationResponse response, PendingAuthorization pending) {
        if (pending.temporary().isEmpty() && response.state().isEmpty()) {
            throw about(
                    pending,
                    AuthorizationResponse.rejected(NO_STATE)); // a kept state does not authenticate other redirects
        }
        if (pending.temporary().isEmpty()) {
            return response;
        }
        Secret token = pending.temporary().get().token();
        boolean same =
                response.temporaryToken().map(Secret::of).filter(token::equals).isPresent();
        if (!same) {
            throw about(
                    pending,
                    AuthorizationResponse.rejected("the redirect's oauth_token is not that of this authorization"));
        }
        return response.translated();
    }

    private TokenException refused(PendingAuthorization pending, AuthorizationFlow flow, String error) {
        Problem problem = AuthorizationErrors.problem(error, flow.redirectError(error));
        return exceptions.problem(
                pending.key(), problem, "the consent page answered " + AuthorizationErrors.shown(error));
    }

    private TokenException about(PendingAuthorization pending, TokenException failure) {
        return exceptions.about(pending.key(), failure);
    }

    // ---- once

    private Connected once(
            PendingAuthorization pending,
            RegisteredClient registered,
            AuthorizationFlow flow,
            AuthorizationResponse response,
            Secret code) {
        if (!ended.putIfAbsent(pending.id(), true)) {
            throw about(
                    pending,
                    AuthorizationResponse.rejected("the redirect was already used, and the account's grant is not the"
                            + " one that it brought; nothing was changed"));
        }
        boolean codeIsUsed = true;
        try {
            TokenOutcome outcome = exchange.exchange(pending, registered, flow, code, response.others());
            codeIsUsed = !exchange.leavesTheCode(outcome);
            return connect(pending, registered, response, exchange.response(pending, outcome));
        } finally {
            if (!codeIsUsed) {
                ended.remove(pending.id());
            }
        }
    }

    // ---- connect

    private Connected connect(
            PendingAuthorization pending,
            RegisteredClient registered,
            AuthorizationResponse redirect,
            TokenResponse response) {
        Connected connected;
        try {
            connected = connect(pending, pending.key(), pending.id(), registered, redirect, response);
        } catch (TokenStoreException e) {
            connectOthers(pending, registered, redirect, response); // the tokens are kept, like those of the account
            throw e;
        }
        connectOthers(pending, registered, redirect, response);
        return connected;
    }

    /** Connects the further grants of a response; a failure of one concerns no other account. */
    private void connectOthers(
            PendingAuthorization pending,
            RegisteredClient registered,
            AuthorizationResponse redirect,
            TokenResponse response) {
        response.others().forEach((name, other) -> {
            String account = pending.key().account() + "/" + name;
            try {
                TokenKey key = new TokenKey(pending.key().registration(), account);
                var unused = connect(pending, key, pending.id() + "-" + name, registered, redirect, other);
            } catch (TokenException | IllegalArgumentException e) {
                log.warn(
                        "{}: the further tokens {} of its consent are not connected: {}",
                        pending.key(),
                        name,
                        e instanceof TokenException known ? known.detail() : e.getMessage());
            }
        });
    }

    private Connected connect(
            PendingAuthorization pending,
            TokenKey key,
            String round,
            RegisteredClient registered,
            AuthorizationResponse redirect,
            TokenResponse response) {
        TokenSet tokens = response.toTokenSet().orElseThrow();
        ImportedTokens.requireType(key, tokens, registered.client().profile().refreshModel());
        signing.check(key, registered, tokens);
        Set<String> granted = new LinkedHashSet<>(redirect.scopes());
        granted.retainAll(pending.scopes());
        TokenSet scoped =
                tokens.scopes().isEmpty() ? tokens.toBuilder().scopes(granted).build() : tokens;
        Consent consent = new Consent(
                new Grant(round, response.issuedAt()),
                scoped,
                pending.scopes(),
                response.subject(),
                pending.mayChangeAccount() ? Consent.Over.ANY_USER : Consent.Over.SAME_USER,
                GrantSource.ofConsent(registered.client().profile()));
        return unsaved.save(round, cache.cell(key), registered, consent);
    }

    /** Drops the unsaved tokens of an account that is being disconnected. */
    public void forget(TokenKey key) {
        unsaved.drop(key);
    }
}
