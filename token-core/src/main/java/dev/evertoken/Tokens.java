package dev.evertoken;

import dev.evertoken.internal.account.AccountParts;
import dev.evertoken.internal.account.Consent;
import dev.evertoken.internal.authorization.Authorizations;
import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.CallerTrace;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.HeadStart;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.RequestSigning;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.refresh.EngineContext;
import dev.evertoken.internal.refresh.RefreshParts;
import dev.evertoken.internal.refresh.ShutdownSequence;
import dev.evertoken.internal.refresh.SingleFlight;
import dev.evertoken.internal.refresh.TokenChecks;
import dev.evertoken.internal.refresh.TokenRequirement;
import dev.evertoken.internal.refresh.TokenWaiters;
import dev.evertoken.internal.transfer.TransferDirection;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectProgress;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.Derivable;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.EngineHealth;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spi.store.TokenStore;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Keeps the tokens of many accounts valid and supplies them on demand.
 *
 * <pre>{@code
 * TokenKey key = TokenKey.of("google", "user-42");
 * URI redirect = openInBrowser(tokens.authorize(key, callback).url());
 * tokens.completeAuthorization(key, redirect);
 * AccessToken token = tokens.accessToken(key);
 * }</pre>
 *
 * <p>Create one instance with {@link #builder()}, keep it for the lifetime of the application and close it at the end.
 * Every operation on an account takes its {@link TokenKey}. Thread-safe.
 */
public final class Tokens implements AutoCloseable {

    private final TokenCache cache;
    private final ClientRegistry clients;
    private final SingleFlight<TokenKey> flights;
    private final TokenWaiters waiters;
    private final TokenChecks checks;
    private final TokenExceptions exceptions;
    private final PartsOnDemand onDemand;
    private final RunningClients runningClients;
    private final RequestSigning signing;
    private final Timekeeper time;
    private final CompletableFuture<Void> closing;
    private final ShutdownSequence shutdown;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Deque<AutoCloseable> attached = new ConcurrentLinkedDeque<>();
    private final String choices;

    Tokens(Parts parts) {
        EngineContext engine = parts.engine();
        this.cache = engine.cache();
        this.clients = engine.clients();
        this.exceptions = engine.exceptions();
        this.signing = engine.signing();
        this.time = engine.time();
        this.closing = engine.closing();
        this.flights = parts.refresh().flights();
        this.waiters = parts.refresh().waiters();
        this.checks = parts.refresh().checks();
        this.onDemand = parts.onDemand();
        this.runningClients = parts.runningClients();
        this.shutdown = parts.shutdown();
        this.choices = parts.choices();
    }

    /** Returns a builder; its {@code build()} logs the chosen settings in one line. */
    public static TokensBuilder builder() {
        HeadStart.begin();
        return new TokensBuilder();
    }

    // ---- tokens

    /**
     * Returns a token that can be used now.
     *
     * <p>A fresh token is returned at once, without a lock or I/O. A token that is due for refresh is returned while a
     * background refresh fetches its successor. If the token has expired, the caller waits for a refresh, at most
     * {@link TokensBuilder#maxWait}.
     *
     * <p>If there is no token because the grant has ended, because the account is not connected, or because it is too
     * early for another attempt, the calls of the next two seconds fail with the same problem and do not read the store.
     * That ends earlier at {@link TokenException#retryAt()}, and as soon as this instance connects the account. A
     * connect by another process takes effect after two seconds at the latest.
     *
     * @throws TokenException if there is no usable token; the exception states the problem and the remedy. Also thrown
     *     if the thread is interrupted; the interrupt flag remains set
     */
    public AccessToken accessToken(TokenKey key) {
        return accessToken(cache.cell(key));
    }

    AccessToken accessToken(Cell cell) {
        AccessToken fresh = cell.fresh(time.millis());
        return fresh != null ? fresh : dueToken(cell);
    }

    private AccessToken dueToken(Cell cell) {
        waiters.confirm(cell);
        long now = time.millis();
        AccessToken known = cell.valid(now);
        if (known == null) {
            return waitFor(cell, TokenRequirement.usable());
        }
        if (cell.isDue(now)) {
            waiters.refreshBehind(cell);
        }
        return known;
    }

    /**
     * Returns a token that is valid for at least {@code remaining} from now, for example for a long upload; if the
     * provider's lifetimes are shorter than that, a newly issued token.
     *
     * @throws TokenException as for {@link #accessToken(TokenKey)}
     */
    public AccessToken accessToken(TokenKey key, Duration remaining) {
        return accessToken(cache.cell(key), remaining);
    }

    AccessToken accessToken(Cell cell, Duration remaining) {
        return freshOr(cell, TokenRequirement.atLeast(remaining));
    }

    private AccessToken freshOr(Cell cell, TokenRequirement requirement) {
        waiters.confirm(cell);
        long now = time.millis();
        AccessToken fresh = cell.freshOrDoubted(now);
        return fresh != null && requirement.satisfiedBy(fresh, now) ? fresh : waitFor(cell, requirement);
    }

    /**
     * Returns a token without blocking the caller. The future completes exceptionally with a {@link TokenException} if
     * there is no usable token, at the latest after {@link TokensBuilder#maxWait}. Cancelling the future does not stop
     * a refresh. Dependent stages run on a thread of the library and must not block; use the {@code …Async} methods of
     * the future for those that do.
     */
    public CompletableFuture<AccessToken> accessTokenAsync(TokenKey key) {
        return accessTokenAsync(cache.cell(key));
    }

    CompletableFuture<AccessToken> accessTokenAsync(Cell cell) {
        try {
            return waiters.soon(cell, TokenRequirement.usable());
        } catch (TokenException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Returns a handle on one account, which saves the lookup of each call. The account need not be connected yet. */
    public TokenSource source(TokenKey key) {
        try {
            requireOpen();
            clients.of(key);
            return new AccountSource(this, cache.cell(key));
        } catch (RuntimeException e) {
            throw CallerTrace.of(e);
        }
    }

    /**
     * Returns a token other than one that an API rejected: the newest known token if it differs, otherwise a refreshed
     * one.
     *
     * @throws TokenException as for {@link #accessToken(TokenKey)}
     */
    public AccessToken replace(TokenKey key, AccessToken rejected) {
        return replace(cache.cell(key), rejected);
    }

    AccessToken replace(Cell cell, AccessToken rejected) {
        return freshOr(cell, TokenRequirement.insteadOf(rejected));
    }

    /** Like {@link #replace(Cell, AccessToken)}, without blocking the caller. */
    CompletableFuture<AccessToken> replaceAsync(Cell cell, AccessToken rejected) {
        return waiters.soon(cell, TokenRequirement.insteadOf(rejected));
    }

    /**
     * Returns a usable token other than the rejected one if memory or the store has one; never refreshes. The store is
     * read at most once in two seconds for the same token.
     */
    Optional<AccessToken> newest(Cell cell, AccessToken rejected) {
        TokenRequirement requirement = TokenRequirement.newest(rejected);
        waiters.confirm(cell);
        long now = time.millis();
        AccessToken known = cell.valid(now);
        AccessToken newest = known != null && requirement.satisfiedBy(known, now) ? known : waitFor(cell, requirement);
        return Optional.of(newest).filter(token -> requirement.satisfiedBy(token, time.millis()));
    }

    /** Like {@link #newest(Cell, AccessToken)}, without blocking the caller. */
    CompletableFuture<Optional<AccessToken>> newestAsync(Cell cell, AccessToken rejected) {
        TokenRequirement requirement = TokenRequirement.newest(rejected);
        CompletableFuture<AccessToken> newest = cell.isDoubted()
                ? waiters.confirmed(cell).thenCompose(read -> validOrStored(cell, requirement))
                : validOrStored(cell, requirement);
        return newest.thenApply(
                token -> Optional.of(token).filter(found -> requirement.satisfiedBy(found, time.millis())));
    }

    /** Starts a check of a token that an API rejects and that cannot be replaced. Returns at once. */
    void rejected(Cell cell, RegisteredClient client, AccessToken token) {
        checks.rejected(cell.key(), token, client);
    }

    private CompletableFuture<AccessToken> validOrStored(Cell cell, TokenRequirement requirement) {
        long now = time.millis();
        AccessToken known = cell.valid(now);
        return known != null && requirement.satisfiedBy(known, now)
                ? CompletableFuture.completedFuture(known)
                : waiters.soon(cell, requirement);
    }

    /** Returns the exception for a request to an address to which the client's tokens may not be sent. */
    TokenException notAllowed(Cell cell, RegisteredClient client, URI address) {
        return exceptions.problem(cell.key(), Problem.HOST_NOT_ALLOWED, client.objection(address));
    }

    /** Signs one attempt of a request; calls neither the store nor the provider. */
    Signature sign(Cell cell, RegisteredClient client, AccessToken token, ApiRequest request) {
        return signing.sign(cell.key(), client, token, request);
    }

    /** Returns whether a request would now be signed with a client secret other than the refused one. */
    boolean canRetryWithOtherSecret(RegisteredClient client, Signature refused) {
        return signing.canRetryWithOtherSecret(client, refused);
    }

    /** Reports whether the client was accepted when a request was signed again. */
    void retried(RegisteredClient client, Signature sent, boolean accepted) {
        signing.retried(client, sent, accepted);
    }

    Instant now() {
        return time.now();
    }

    Timekeeper time() {
        return time;
    }

    /**
     * Refreshes a token even if it is fresh, on behalf of an operator; not repeated within ten seconds of the last
     * refresh.
     *
     * @param reason who requested the refresh and why, for the log
     * @throws TokenException as for {@link #accessToken(TokenKey)}
     */
    public AccessToken refresh(TokenKey key, String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("a forced refresh needs a reason");
        }
        LoggerFactory.getLogger(LoggerNames.REFRESH).info("{}: refresh requested: {}", key, reason);
        return waitFor(cache.cell(key), TokenRequirement.anew());
    }

    // ---- accounts

    /**
     * Connects an account with tokens that the application already has, replacing an earlier connection: the call stands
     * for a new consent of the user.
     *
     * <p>Tokens without a refresh token keep that of the earlier connection, with a warning in the log. Tokens with a
     * refresh token that this account has replaced at a provider that rotates them are not stored, since using a spent
     * token would end the grant. Use {@link #connectIfAbsent} for tokens that an application passes at each start.
     *
     * <p>A refresh token is enough ({@link TokenSet#ofRefreshToken}) if the provider has refresh tokens: the first use
     * of the account then obtains an access token.
     *
     * <p>Other processes use the new tokens after the time that {@link #disconnect} states.
     *
     * @param tokens the tokens; without {@code issuedAt} the time is estimated from their expiry
     * @return the status of the account; unchanged if the tokens are spent
     * @throws TokenException if the values are not tokens, such as placeholders, if there is no access token and the
     *     provider has no refresh tokens, if the stored record belongs to another application or a newer version, or if
     *     the store does not accept the tokens; nothing is stored then
     */
    public AccountStatus connect(TokenKey key, TokenSet tokens) {
        return called(() -> accounts()
                .connections()
                .connect(cache.cell(key), clients.of(key), tokens, Consent.Over.ANYTHING)
                .status());
    }

    /**
     * Connects an account that is not connected yet, with tokens that the application already has; any other account is
     * left unchanged, even if it needs a new consent. Use it for tokens of a configuration file, which are outdated as
     * soon as they have been refreshed once.
     *
     * @param tokens the tokens; without {@code issuedAt} the time is estimated from their expiry
     * @return the status of the account
     * @throws TokenException as for {@link #connect}
     */
    public AccountStatus connectIfAbsent(TokenKey key, TokenSet tokens) {
        return called(() -> accounts()
                .connections()
                .connect(cache.cell(key), clients.of(key), tokens, Consent.Over.NOTHING)
                .status());
    }

    /**
     * Connects an account whose tokens are issued to the client alone, without a user (RFC 6749 section 4.4). It is
     * then used like any other account. It is refreshed by requesting another token, and never needs a new consent.
     *
     * <p>An account that is already connected in this way is left unchanged and the provider is not called, so an
     * application may call this method at every start. Any other account under this key is replaced.
     *
     * @throws TokenException if the provider issues no token, with {@link Problem#NOT_SUPPORTED} if it has no client
     *     credentials grant; nothing is stored then
     * @see #clientCredentialsToken(String) for such a token that is only kept in memory
     */
    public AccountStatus connectClientCredentials(TokenKey key) {
        return called(() -> accounts().clientCredentialsAccounts().connect(cache.cell(key), clients.of(key)));
    }

    /**
     * Returns the accounts whose tokens can be derived from an account's token, such as the pages of their
     * administrator. Each can be connected as a separate account. Calls the provider; waits for the account's own token
     * like {@link #accessToken(TokenKey)}.
     *
     * @throws TokenException if the provider does not return the list; with {@link Problem#NOT_SUPPORTED} if it derives
     *     no tokens
     */
    public List<Derivable> derivable(TokenKey parent) {
        return called(() -> accounts().derivations().list(parent));
    }

    /**
     * Connects an account whose token is derived from a valid token of another account, replacing an earlier
     * connection.
     *
     * <p>The derived token is returned as long as it is valid. When it expires or an API rejects it, it is derived
     * again from the parent's token, which is refreshed first if necessary. If the parent has no usable token,
     * {@link #status} and {@link TokenException#parent()} name the parent and the remedy there. Disconnecting a parent
     * leaves its derived accounts stored; they work again once the parent is connected again.
     *
     * @param key the account to connect, of the same registration as its parent
     * @param parent an account with a grant of its own
     * @param id the provider's id of the account: {@link Derivable#id()}
     * @throws IllegalArgumentException if the two are the same account, or belong to different registrations
     * @throws TokenException if the provider issues no token for the account; nothing is stored then
     */
    public AccountStatus connectDerived(TokenKey key, TokenKey parent, String id) {
        return called(() -> accounts().derivations().connect(key, parent, id));
    }

    /**
     * Connects many accounts of one parent with a single listing of its derivable accounts; an invalid row does not
     * affect the others.
     *
     * @param children the provider's id of each account
     * @return one result for each row, in the order of the map
     * @throws TokenException if the parent has no usable token, or the provider does not return the list
     */
    public List<ConnectResult> connectDerived(TokenKey parent, Map<TokenKey, String> children) {
        return called(() -> accounts().derivations().connect(parent, children));
    }

    /**
     * Starts an authorization: redirect the user's browser to the returned address, and pass the address with which it
     * returns to {@link #completeAuthorization}.
     *
     * <p>With a key ring any process of the application can complete the authorization, within ten minutes. Without one
     * it is only kept in the memory of this process, which holds the newest 10,000. The provider is not called, except
     * for OAuth 1.0a.
     *
     * @param redirectUri the redirect URI as registered at the provider: https, http for loopback, or a private scheme
     * @throws IllegalArgumentException if the redirect URI is invalid
     * @throws TokenException if the provider has no such flow, if the client cannot use it, or if a preceding call
     *     failed
     */
    public Authorization authorize(TokenKey key, URI redirectUri) {
        return authorize(key, redirectUri, AuthorizationOptions.defaults());
    }

    /**
     * Starts an authorization like {@link #authorize(TokenKey, URI)}, with additional scopes, forced consent, the
     * account chooser or a change of account.
     */
    public Authorization authorize(TokenKey key, URI redirectUri, AuthorizationOptions options) {
        return called(() -> authorizations().start(key, redirectUri, options));
    }

    /**
     * Completes the authorization of an account: exchanges the code and connects the account. Prefer this method, with
     * the account of the user who is logged in: it rejects a redirect that belongs to the authorization of another
     * account.
     *
     * <p>Each redirect can be exchanged once. The same redirect again, such as after a reload in the browser, returns
     * the status of the account that it has connected, in any process, as long as that grant is in use. If a consent
     * brings no refresh token, the earlier refresh token of the same user is kept;
     * {@link AccountStatus#missingScopes()} returns the scopes that were not granted. If the store does not accept the
     * tokens, they are kept in the journal, or in this process if it has none, and saved as soon as possible within 24
     * hours; completing the same redirect again reports the result.
     *
     * @param callback the address with which the browser returned, including the query; scheme and host are ignored
     * @return the status of the account; unchanged if a later consent was stored first
     * @throws TokenException if the account was not connected, for example with {@link Problem#CONSENT_DENIED},
     *     {@link Problem#CALLBACK_REJECTED}, {@link Problem#CONSENT_FAILED} or {@link Problem#WRONG_ACCOUNT}. Except
     *     for problems of the store, nothing is stored then and an earlier connection is unchanged
     */
    public AccountStatus completeAuthorization(TokenKey key, URI callback) {
        return called(() -> authorizations()
                .complete(callback, Optional.empty(), Optional.of(key))
                .status());
    }

    /**
     * Completes an authorization like {@link #completeAuthorization(TokenKey, URI)}, with the state from
     * {@link #authorize}, which the application has kept in the user's session. Intended for OAuth 1.0a: its redirect
     * does not return the state, so without it only the process that started the authorization can complete it.
     */
    public AccountStatus completeAuthorization(TokenKey key, URI callback, String state) {
        return called(() -> authorizations()
                .complete(callback, Optional.of(state), Optional.of(key))
                .status());
    }

    /**
     * Completes an authorization like {@link #completeAuthorization(TokenKey, URI)}, for the account that the state
     * identifies.
     */
    public AccountStatus completeAuthorization(URI callback) {
        return called(() -> authorizations()
                .complete(callback, Optional.empty(), Optional.empty())
                .status());
    }

    /**
     * Returns the status of an account, derived from its stored record, the health of its client in this process, and
     * the calls of this process. No provider is called and no secret is opened.
     *
     * @throws dev.evertoken.model.NotConnectedException if the account is not connected
     */
    public AccountStatus status(TokenKey key) {
        return called(() -> accounts().statuses().of(key));
    }

    /**
     * Returns the status of every account in the store, lazily and in no particular order; close the stream. The
     * records are read in batches of up to 500 if the store can.
     *
     * <p>If the store is unavailable but has copies in another place (see {@code TieredTokenStore}), the stream
     * contains the accounts found there, each with {@link AccountStatus#staleSince()}.
     *
     * @throws dev.evertoken.model.TokenStoreException if the store is unavailable and has no copies; the stream also
     *     throws it if the store becomes unavailable while it is read
     */
    public Stream<AccountStatus> statuses() {
        return called(() -> accounts().statuses().all());
    }

    /**
     * Disconnects an account: removes the grant that is stored now, but no grant that is stored concurrently.
     *
     * <p>This instance no longer returns the account's token. Other processes that share the store stop within five
     * seconds and one read of the store, if the store has a {@link dev.evertoken.spi.store.ChangeStamp} (files, Redis,
     * JDBC), and otherwise after {@link TokensBuilder#recheckEvery}; the latter also applies if this process ends in
     * the middle of this call. A process that cannot reach the store uses a token as long as it is valid.
     *
     * @return false if there was none
     * @throws TokenException if the stored record belongs to another application or a newer version, or if the store is
     *     unavailable; nothing is removed then
     */
    public boolean disconnect(TokenKey key) {
        return called(() -> {
            authorizations().forget(key);
            return accounts().connections().disconnect(cache.cell(key));
        });
    }

    /**
     * Prepares a transfer of accounts from another store, such as that of an earlier release or a backup, to this one.
     * Configure the transfer, then call {@link Transfer#copy} or {@link Transfer#move}.
     *
     * <p>Accounts of another namespace, environment or client id, of clients that are not registered here, and accounts
     * whose record cannot be decrypted stay where they are, each with a reason.
     *
     * @param source a store that was opened for the same namespace and environment; not closed
     */
    public Transfer importFrom(TokenStore source) {
        return called(() -> new Transfer(onDemand.transfers(), new TransferDirection(source, true)));
    }

    /**
     * Prepares a transfer of this store's accounts to another store; a {@code FileTokenStore} in a new directory is a
     * backup.
     *
     * @param target a store that was opened for the same namespace and environment; not closed
     * @see #importFrom
     */
    public Transfer exportTo(TokenStore target) {
        return called(() -> new Transfer(onDemand.transfers(), new TransferDirection(target, false)));
    }

    /**
     * Returns an operation that seals the records of the store in place with the first key of the key ring, so that an
     * earlier key can be removed from the ring. Configure it, then call {@link Reseal#run}. {@link
     * TokenOperations#sealedSecrets} lists the secrets that an earlier key still seals.
     */
    public Reseal reseal() {
        return called(() -> new Reseal(onDemand.transfers()));
    }

    /**
     * Connects many accounts with tokens that the application already has. The rows are connected while the results are
     * read. An invalid row does not affect the others. A row without a time of issue replaces only a grant that needs a
     * new consent. Stored tokens that were issued later than those of a row are kept, and so is a grant with the same
     * refresh token, because that token may be in use at the moment, and one with a refresh token if the row has none.
     *
     * <p>If concurrent writes to the store are faster, several accounts are connected at the same time, on threads of
     * the library and up to 32 rows ahead of the row whose result is read. The results are in the order of the rows,
     * each after its tokens are stored, and two rows of the same account are connected one after the other. Closing the
     * stream ends the import after the rows in progress; some rows after the last one that was read may have been
     * connected.
     *
     * @param rows closed together with the result
     */
    public Stream<ConnectResult> connectAll(Stream<Map.Entry<TokenKey, TokenSet>> rows) {
        return called(() -> accounts().bulkConnect().connect(rows));
    }

    /** Connects many accounts like {@link #connectAll(Stream)}, all at once and in the order of the map. */
    public List<ConnectResult> connectAll(Map<TokenKey, TokenSet> rows) {
        return connectAll(rows, progress -> {});
    }

    /**
     * Connects many accounts like {@link #connectAll(Map)}, with a progress listener. It is called with the result of
     * each row, in the order of the map and on the calling thread; an exception of the listener ends the import.
     */
    public List<ConnectResult> connectAll(Map<TokenKey, TokenSet> rows, Consumer<ConnectProgress> listener) {
        return called(() -> accounts().bulkConnect().connect(rows, listener));
    }

    /**
     * Checks with the provider whether an account's access token works now; refreshes nothing. If the account is marked
     * as {@code NEEDS_REAUTH} because an earlier check failed, and the token works again, the mark is removed.
     *
     * @throws TokenException if the account is not connected, or the provider cannot validate tokens
     */
    public Validation validate(TokenKey key) {
        return called(() -> accounts().storedTokens().validate(key, clients.of(key)));
    }

    /**
     * Revokes an account's tokens at the provider, then disconnects the account whatever the provider's response is.
     *
     * <p>Nothing happens if other accounts in the store would lose their tokens too, or if that cannot be determined by
     * reading at most 10,000 records of the provider within 10 seconds. The outcome is then {@code NOT_ATTEMPTED}. No
     * other record is read if the provider revokes one token alone, and few if the store has a {@link
     * dev.evertoken.spi.store.RelatedIndex}. If the provider does not respond, this process repeats the request from
     * memory, up to 12 times within about an hour, and then publishes {@link
     * dev.evertoken.model.TokenEvent.RevocationEnded}. Other processes stop using the token as after {@link
     * #disconnect}.
     *
     * @throws TokenException if the account is not connected, or the store is unavailable
     */
    public Revocation revoke(TokenKey key) {
        return revoke(key, false);
    }

    /**
     * Revokes like {@link #revoke}, even if other accounts in the store lose their tokens too. The result names them,
     * and its detail says if there may be more.
     */
    public Revocation revokeWithAffectedAccounts(TokenKey key) {
        return revoke(key, true);
    }

    private Revocation revoke(TokenKey key, boolean evenSiblings) {
        return called(() -> {
            authorizations().forget(key);
            return accounts().revocations().revoke(cache.cell(key), clients.of(key), evenSiblings);
        });
    }

    /**
     * Returns a token of the application itself (RFC 6749 section 4.4), from memory while it is fresh.
     *
     * @throws TokenException if there is no token; with {@link Problem#NOT_SUPPORTED} if the provider has no client
     *     credentials grant
     */
    public AccessToken clientCredentialsToken(String registration) {
        return called(() -> accounts().clientCredentialsTokens().token(clients.of(registration)));
    }

    /**
     * Returns the provider of an account's registration.
     *
     * @throws TokenException with {@link Problem#UNKNOWN_REGISTRATION} if the registration does not exist
     */
    public Provider provider(TokenKey key) {
        return called(() -> clients.of(key).provider());
    }

    /**
     * Returns whether an account's token may be sent to an address: the host must be an API host of the provider or an
     * allowed host, and the scheme https unless it is a loopback address. True as well for every host that a response of
     * the provider may name for an account; the token itself has those that were named, {@link AccessToken#hosts()}.
     */
    public boolean allows(TokenKey key, URI address) {
        return called(() -> address.getScheme() != null
                && address.getHost() != null
                && clients.of(key).allows(address.getScheme(), address.getHost()));
    }

    /**
     * Registers a further client while this instance is in use, for example for a new tenant. The settings of the builder
     * that apply to all clients, such as {@link TokensBuilder#transport(TransportSettings)}, apply to it. Other processes
     * do not learn of it; each one has to add it.
     *
     * @param providerId the id of a provider that was passed to the builder or is on the class path
     * @throws IllegalArgumentException if a client is registered under this id, the provider is unknown, or the settings
     *     contradict each other
     */
    public void addClient(String registration, String providerId, ClientRegistration credentials) {
        call(() -> runningClients.add(registration, providerId, credentials));
    }

    /**
     * Registers a further client of a provider that was described at run time.
     *
     * @throws IllegalArgumentException as for {@link #addClient(String, String, ClientRegistration)}
     */
    public void addClient(String registration, Provider provider, ClientRegistration credentials) {
        call(() -> runningClients.add(registration, provider, credentials));
    }

    /**
     * Removes a client while this instance is in use. From then on, requests for its accounts fail with {@link
     * Problem#UNKNOWN_REGISTRATION}, even if their tokens are still valid. A refresh in progress is completed and saved.
     * The records stay in the store: a client that is added again under the same id serves its accounts as before.
     *
     * @return false if no client is registered under this id
     */
    public boolean removeClient(String registration) {
        return called(() -> runningClients.remove(registration));
    }

    /**
     * Returns the access of tools around the engine, such as a diagnosis or metrics: stored records without secrets, the
     * order in which accounts are due, and the state of the clients.
     */
    public TokenOperations operations() {
        return called(() -> accounts().operations());
    }

    /**
     * Returns the health of this instance as data: store, clients, oldest overdue account, unsaved tokens. It is cheap
     * enough for a probe every second, because it calls neither the store nor a provider and never blocks.
     */
    public EngineHealth health() {
        return called(() -> accounts().operations().health());
    }

    private AccountParts accounts() {
        return onDemand.accounts();
    }

    private Authorizations authorizations() {
        return onDemand.authorization().authorizations();
    }

    RegisteredClient client(TokenKey key) {
        return clients.of(key);
    }

    private AccessToken waitFor(Cell cell, TokenRequirement requirement) {
        try {
            return waiters.waitFor(cell, requirement);
        } catch (RuntimeException e) {
            throw CallerTrace.of(e);
        }
    }

    /** Runs an operation unless this instance is closed; the stack trace of a failure begins with the public method. */
    private <T> T called(Supplier<T> operation) {
        try {
            requireOpen();
            return operation.get();
        } catch (RuntimeException e) {
            throw CallerTrace.of(e);
        }
    }

    private void call(Runnable operation) {
        try {
            requireOpen();
            operation.run();
        } catch (RuntimeException e) {
            throw CallerTrace.of(e);
        }
    }

    // ---- closing

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this Tokens is closed");
        }
    }

    /** Registers a companion that is closed before this instance, such as a scheduler or a mirror. */
    public void onClose(AutoCloseable companion) {
        requireOpen();
        attached.push(companion);
    }

    /**
     * Closes this instance: no new requests are sent, running calls may finish, unsaved tokens are saved or stay in the
     * journal, and the store is closed if the builder opened it. Idempotent. Every other method then throws an {@link
     * IllegalStateException}, also for a token that was in memory, and so do the sources of this instance.
     *
     * <p>Waits at most for {@linkplain TokensBuilder#claimDuration the duration of a claim}: a rotating provider's response
     * that arrives after the call deadline is still saved. If there is none by then, the claim stays in the record, and
     * the next process treats the outcome of the call as unknown. Observers are called for each refresh that has ended
     * before this method returns, unless they block for two seconds.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            attached.forEach(ShutdownSequence::quietly);
            closing.complete(null);
            cache.close();
            shutdown.run(flights.allEnded(), flights::allTold);
        }
    }

    /** Returns the settings in use: store, guarantees, clients and times; contains no secret. */
    @Override
    public String toString() {
        return choices;
    }

    /** The parts of an engine; assembled by {@link Assembly}. */
    record Parts(
            EngineContext engine,
            RefreshParts refresh,
            PartsOnDemand onDemand,
            RunningClients runningClients,
            ShutdownSequence shutdown,
            String choices) {}
}
