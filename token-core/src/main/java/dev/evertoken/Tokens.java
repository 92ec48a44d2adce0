package dev.evertoken;

import dev.evertoken.internal.account.AccountStatuses;
import dev.evertoken.internal.account.ClientCredentialsAccounts;
import dev.evertoken.internal.account.ClientCredentialsTokens;
import dev.evertoken.internal.account.Connections;
import dev.evertoken.internal.account.Consent;
import dev.evertoken.internal.account.Derivations;
import dev.evertoken.internal.account.Revocations;
import dev.evertoken.internal.account.StoredTokens;
import dev.evertoken.internal.authorization.Authorizations;
import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.RequestSigning;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.refresh.EngineContext;
import dev.evertoken.internal.refresh.ShutdownSequence;
import dev.evertoken.internal.refresh.SingleFlight;
import dev.evertoken.internal.refresh.TokenRequirement;
import dev.evertoken.internal.refresh.TokenWaiters;
import dev.evertoken.internal.transfer.TransferContext;
import dev.evertoken.internal.transfer.TransferDirection;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.Derivable;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.Timekeeper;
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
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the tokens of many accounts usable: ask it for a token whenever you need one.
 *
 * <p>Build one with {@link #builder()}, keep it for the life of the application, close it in the end.
 * Everything that is said of an account needs its {@link TokenKey}. Thread-safe.
 */
public final class Tokens implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Tokens.class);

    private final TokenCache cache;
    private final ClientRegistry clients;
    private final SingleFlight flights;
    private final TokenWaiters waiters;
    private final TokenExceptions exceptions;
    private final Connections connections;
    private final Authorizations authorizations;
    private final StoredTokens storedTokens;
    private final Revocations revocations;
    private final ClientCredentialsTokens clientCredentialsTokens;
    private final ClientCredentialsAccounts clientCredentialsAccounts;
    private final Derivations derivations;
    private final AccountStatuses statuses;
    private final RequestSigning signing;
    private final Timekeeper time;
    private final CompletableFuture<Void> closing;
    private final TransferContext transfers;
    private final ShutdownSequence shutdown;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Deque<AutoCloseable> attached = new ConcurrentLinkedDeque<>();
    private final String choices;

    Tokens(Parts parts) {
        this.cache = parts.cache();
        this.clients = parts.clients();
        this.flights = parts.flights();
        this.waiters = parts.waiters();
        this.exceptions = parts.context().exceptions();
        this.connections = parts.connections();
        this.authorizations = parts.authorizations();
        this.storedTokens = parts.storedTokens();
        this.revocations = parts.revocations();
        this.clientCredentialsTokens = new ClientCredentialsTokens(parts.context());
        this.clientCredentialsAccounts =
                new ClientCredentialsAccounts(parts.context(), parts.connections(), parts.statuses());
        this.derivations =
                new Derivations(parts.context(), parts.clients(), parts.cache(), parts.waiters(), parts.connections());
        this.statuses = parts.statuses();
        this.transfers = parts.transfers();
        this.signing = parts.context().signing();
        this.time = parts.context().time();
        this.closing = parts.context().closing();
        this.shutdown = parts.shutdown();
        this.choices = parts.choices();
    }

    /** Starts a builder; its {@code build()} says in one log line what was chosen and found. */
    public static TokensBuilder builder() {
        return new TokensBuilder();
    }

    // ---- tokens

    /**
     * Returns a token that can be used now.
     *
     * <p>A fresh one is returned at once, without a lock or I/O. One that is due is returned while its
     * successor is fetched behind. An ended one is waited for, at most {@link TokensBuilder#maxWait}.
     *
     * @throws TokenException that says why there is none and what to do; if the thread is interrupted, too,
     *     and the interrupt flag stays set
     */
    public AccessToken accessToken(TokenKey key) {
        return accessToken(cache.cell(key));
    }

    AccessToken accessToken(Cell cell) {
        AccessToken fresh = cell.fresh(time.millis());
        return fresh != null ? fresh : dueToken(cell);
    }

    private AccessToken dueToken(Cell cell) {
        AccessToken known = cell.valid(time.millis());
        if (known == null) {
            return waiters.waitFor(cell, TokenRequirement.usable());
        }
        waiters.refreshBehind(cell);
        return known;
    }

    /**
     * Returns a token that is valid for at least {@code remaining} from now, for a long upload; a new one is as
     * good as it gets.
     *
     * @throws TokenException as {@link #accessToken(TokenKey)}
     */
    public AccessToken accessToken(TokenKey key, Duration remaining) {
        return accessToken(cache.cell(key), remaining);
    }

    AccessToken accessToken(Cell cell, Duration remaining) {
        TokenRequirement requirement = TokenRequirement.atLeast(remaining);
        long now = time.millis();
        AccessToken fresh = cell.fresh(now);
        return fresh != null && requirement.satisfiedBy(fresh, now) ? fresh : waiters.waitFor(cell, requirement);
    }

    /**
     * Returns a token without blocking the caller; the future ends with a {@link TokenException} if there is none,
     * and after {@link TokensBuilder#maxWait} in any case. Cancelling it stops no refresh.
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

    /** Returns a handle on one account, which saves the look-up of each call. The account need not be connected yet. */
    public TokenSource source(TokenKey key) {
        return new AccountSource(this, cache.cell(key), clients.of(key));
    }

    /**
     * Returns another token than one that an API rejected: the newest there is, else a refreshed one.
     *
     * @throws TokenException as {@link #accessToken(TokenKey)}
     */
    public AccessToken replace(TokenKey key, AccessToken rejected) {
        return replace(cache.cell(key), rejected);
    }

    AccessToken replace(Cell cell, AccessToken rejected) {
        TokenRequirement requirement = TokenRequirement.insteadOf(rejected);
        long now = time.millis();
        AccessToken fresh = cell.fresh(now);
        return fresh != null && requirement.satisfiedBy(fresh, now) ? fresh : waiters.waitFor(cell, requirement);
    }

    /** Returns another usable token than the rejected one if memory or store has one; refreshes nothing. */
    Optional<AccessToken> newest(Cell cell, AccessToken rejected) {
        TokenRequirement requirement = TokenRequirement.newest(rejected);
        long now = time.millis();
        AccessToken known = cell.valid(now);
        AccessToken newest =
                known != null && requirement.satisfiedBy(known, now) ? known : waiters.waitFor(cell, requirement);
        return Optional.of(newest).filter(token -> requirement.satisfiedBy(token, time.millis()));
    }

    /** Signs one attempt of a request; no store and no provider is asked. */
    Signature sign(Cell cell, RegisteredClient client, AccessToken token, ApiRequest request) {
        return signing.sign(cell.key(), client, token, request);
    }

    Instant now() {
        return time.now();
    }

    /**
     * Refreshes although the token may be fresh, for an operator; not again within ten seconds of the last refresh.
     *
     * @param reason who asked for it and why, for the log
     * @throws TokenException as {@link #accessToken(TokenKey)}
     */
    public AccessToken refresh(TokenKey key, String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("a forced refresh needs a reason");
        }
        log.info("{} is to be refreshed: {}", key, reason);
        return waiters.waitFor(cache.cell(key), TokenRequirement.anew());
    }

    // ---- accounts

    /**
     * Connects an account with tokens that the application already has; what was connected before is replaced.
     *
     * @param tokens without {@code issuedAt} they count as issued now
     * @return how the account is connected now
     * @throws TokenException if they are no tokens, if the stored record is another application's or a newer
     *     version's, or if the store does not take them; nothing is stored then
     */
    public AccountStatus connect(TokenKey key, TokenSet tokens) {
        requireOpen();
        return connections
                .connect(cache.cell(key), clients.of(key), tokens, Consent.Over.ANYTHING)
                .status();
    }

    /**
     * Connects an account whose tokens are given to the client alone, without a person (RFC 6749 section 4.4); from
     * then on it is used as any other. It is refreshed by asking again, and never needs a new consent.
     *
     * <p>One that is connected in this way already stays as it is, and the provider is not asked: an application may
     * call this at every start. Any other account under this key is replaced.
     *
     * @throws TokenException if the provider gives no token, with {@link Problem#NOT_SUPPORTED} if it has none for
     *     clients alone; nothing is stored then
     * @see #clientCredentialsToken(String) for such a token that is kept in memory only
     */
    public AccountStatus connectClientCredentials(TokenKey key) {
        requireOpen();
        return clientCredentialsAccounts.connect(cache.cell(key), clients.of(key));
    }

    /**
     * Returns what an account's token gives tokens for, as the pages of their administrator: each can be connected as
     * an account of its own. Asks the provider; waits for the account's own token as {@link #accessToken(TokenKey)}.
     *
     * @throws TokenException with {@link Problem#NOT_SUPPORTED} if the provider has nothing like it, or with what else
     *     kept it from answering
     */
    public List<Derivable> derivable(TokenKey parent) {
        requireOpen();
        return derivations.list(parent);
    }

    /**
     * Connects an account whose token comes from another account's live one; what was connected before is replaced.
     *
     * <p>Its token is served as long as it is valid. When it ends or an API refuses it, it is derived again from the
     * parent's, which is refreshed first if need be. Without a parent that has a token it cannot be: {@link #status}
     * and {@link TokenException#parent()} name the parent then, and what is to be done there. Disconnecting a parent
     * leaves its children stored; connecting it again heals them at their next use.
     *
     * @param key the account to connect, of the same registration as its parent
     * @param parent an account with a grant of its own
     * @param id what the provider calls it: {@link Derivable#id()}
     * @throws IllegalArgumentException if the two are the same account, or of two registrations
     * @throws TokenException if the provider gives no token for it; nothing is stored then
     */
    public AccountStatus connectDerived(TokenKey key, TokenKey parent, String id) {
        requireOpen();
        return derivations.connect(key, parent, id);
    }

    /**
     * Connects many accounts of one parent, with one look at what it gives tokens for; a bad row stops no other.
     *
     * @param children what the provider calls each
     * @return a result for each row, in the order of the map
     * @throws TokenException if the parent's token cannot be had, or the provider does not answer with the list
     */
    public List<ConnectResult> connectDerived(TokenKey parent, Map<TokenKey, String> children) {
        requireOpen();
        return derivations.connect(parent, children);
    }

    /**
     * Starts an authorization: send the person's browser to its address, and give {@link #completeAuthorization} the
     * address that it comes back with.
     *
     * <p>With a key ring any process of the application completes it, within ten minutes. Without one it is in this
     * process's memory alone, the newest 10,000 of them. No provider is called, but by OAuth 1.0a.
     *
     * @param redirectUri as it is registered at the provider; https, http on loopback, or a private scheme
     * @throws IllegalArgumentException if the redirect URI cannot be one
     * @throws TokenException if the provider has no such flow, the client cannot work there, or a call that comes first
     *     failed
     */
    public Authorization authorize(TokenKey key, URI redirectUri) {
        return authorize(key, redirectUri, AuthorizationOptions.usual());
    }

    /** As {@link #authorize(TokenKey, URI)}, with further scopes, forced consent, or a change of account. */
    public Authorization authorize(TokenKey key, URI redirectUri, AuthorizationOptions options) {
        requireOpen();
        return authorizations.start(key, redirectUri, options);
    }

    /**
     * Completes the authorization of an account: exchanges the code and connects the account. Prefer this one, with
     * the account of whoever is logged in: a redirect that somebody else started is refused.
     *
     * <p>A redirect is good for one exchange. A consent without a refresh token keeps the one that the same user gave
     * before; compare {@link AccountStatus#missingScopes()} for what was not granted. If the store does not take the
     * tokens they are kept and saved by this process as soon as it does; completing the same redirect again tells.
     *
     * @param callback the address that the browser came back with, query included; scheme and host are not looked at
     * @return how the account is connected now; as it was if a later consent had come first
     * @throws TokenException with {@link Problem#CONSENT_DENIED}, {@link Problem#CALLBACK_REJECTED}, {@link
     *     Problem#CONSENT_FAILED}, {@link Problem#WRONG_ACCOUNT} or what else kept it from being connected; but for
     *     the store's problems nothing is stored then, and nothing that was connected is touched
     */
    public AccountStatus completeAuthorization(TokenKey key, URI callback) {
        requireOpen();
        return authorizations
                .complete(callback, Optional.empty(), Optional.of(key))
                .status();
    }

    /**
     * As {@link #completeAuthorization(TokenKey, URI)}, with the state of {@link #authorize}, which the application has
     * kept in the person's session. For OAuth 1.0a: its redirect brings no state back, so without it only the process
     * that started the authorization knows what it is about.
     */
    public AccountStatus completeAuthorization(TokenKey key, URI callback, String state) {
        requireOpen();
        return authorizations
                .complete(callback, Optional.of(state), Optional.of(key))
                .status();
    }

    /** As {@link #completeAuthorization(TokenKey, URI)}, for whichever account the state names. */
    public AccountStatus completeAuthorization(URI callback) {
        requireOpen();
        return authorizations
                .complete(callback, Optional.empty(), Optional.empty())
                .status();
    }

    /**
     * Returns how an account is connected, from the store; no provider is called.
     *
     * @throws dev.evertoken.model.NotConnectedException if it is not
     */
    public AccountStatus status(TokenKey key) {
        return statuses.of(key);
    }

    /**
     * Returns how all accounts in the store are connected, lazily and in no order; close the stream.
     *
     * <p>While the store does not answer, those of which it has copies, as a {@code TieredTokenStore}
     * has, each with {@link AccountStatus#staleSince()}.
     *
     * @throws dev.evertoken.model.TokenStoreException if the store does not answer and has no copies; also from the
     *     stream, if it stops answering in between
     */
    public Stream<AccountStatus> statuses() {
        return statuses.all();
    }

    /**
     * Forgets an account: removes the grant that is stored now, and no other one that may come meanwhile.
     *
     * @return false if there was none
     * @throws TokenException if the stored record is another application's or a newer version's, or if the store
     *     does not answer; nothing is removed then
     */
    public boolean disconnect(TokenKey key) {
        requireOpen();
        authorizations.forget(key);
        return connections.disconnect(cache.cell(key));
    }

    /**
     * Starts to bring accounts here from another store, as that of an earlier release or a backup; choose what and how,
     * then {@link Transfer#copy} or {@link Transfer#move}.
     *
     * <p>What belongs to another namespace, environment or client id, what cannot be opened, and accounts of clients
     * that are not registered here stay where they are, each with its reason.
     *
     * @param source opened for the same namespace and environment; not closed
     */
    public Transfer importFrom(TokenStore source) {
        requireOpen();
        return new Transfer(transfers, new TransferDirection(source, true));
    }

    /**
     * Starts to bring this store's accounts to another one: a {@code FileTokenStore} in a new folder is a backup.
     *
     * @param target opened for the same namespace and environment; not closed
     * @see #importFrom
     */
    public Transfer exportTo(TokenStore target) {
        requireOpen();
        return new Transfer(transfers, new TransferDirection(target, false));
    }

    /**
     * Connects many accounts with tokens that the application already has, one row after the other as the result is
     * read; a bad row stops no other. What was issued later than a row's tokens stays, and so does a grant that has
     * the same refresh token: it may be on its way to the provider.
     *
     * @param rows closed with the result
     */
    public Stream<ConnectResult> connectAll(Stream<Map.Entry<TokenKey, TokenSet>> rows) {
        requireOpen();
        return rows.map(row -> connectRow(row.getKey(), row.getValue()));
    }

    /** As {@link #connectAll(Stream)}, at once and in the order of the map. */
    public List<ConnectResult> connectAll(Map<TokenKey, TokenSet> rows) {
        return connectAll(rows.entrySet().stream()).toList();
    }

    private ConnectResult connectRow(TokenKey key, TokenSet tokens) {
        try {
            Connections.Connected connected =
                    connections.connect(cache.cell(key), clients.of(key), tokens, Consent.Over.OLDER_TOKENS);
            return new ConnectResult(
                    key,
                    connected.stored() ? ConnectResult.Outcome.CONNECTED : ConnectResult.Outcome.KEPT_NEWER,
                    Optional.of(connected.status()),
                    Optional.empty());
        } catch (RuntimeException e) {
            return new ConnectResult(
                    key, ConnectResult.Outcome.FAILED, Optional.empty(), Optional.of(exceptions.unexpected(key, e)));
        }
    }

    /**
     * Asks the provider whether an account's access token works now; refreshes and changes nothing.
     *
     * @throws TokenException if the account is not connected, or the provider has no way to tell
     */
    public Validation validate(TokenKey key) {
        requireOpen();
        return storedTokens.validate(key, clients.of(key));
    }

    /**
     * Revokes an account's tokens at the provider, then disconnects it, whatever the provider says.
     *
     * <p>Nothing is done if other accounts here would lose their tokens, too; that costs a look at every record of the
     * provider. A provider that does not answer is asked again from this process's memory, up to 12 times within about
     * an hour; then {@link dev.evertoken.model.TokenEvent.RevocationEnded} tells.
     *
     * @throws TokenException if the account is not connected, or the store does not answer
     */
    public Revocation revoke(TokenKey key) {
        return revoke(key, false);
    }

    /** As {@link #revoke}, even if other accounts here lose their tokens, too; the result names them. */
    public Revocation revokeWithSiblings(TokenKey key) {
        return revoke(key, true);
    }

    private Revocation revoke(TokenKey key, boolean evenSiblings) {
        requireOpen();
        authorizations.forget(key);
        return revocations.revoke(cache.cell(key), clients.of(key), evenSiblings);
    }

    /**
     * Returns a token of the application itself (RFC 6749 section 4.4), from memory while it is fresh.
     *
     * @throws TokenException that says why there is none; with {@link Problem#NOT_SUPPORTED} if the provider has none
     */
    public AccessToken clientCredentialsToken(String registration) {
        requireOpen();
        return clientCredentialsTokens.token(clients.of(registration));
    }

    /**
     * Returns the provider of an account's registration.
     *
     * @throws TokenException with {@link Problem#UNKNOWN_REGISTRATION}
     */
    public Provider provider(TokenKey key) {
        return clients.of(key).provider();
    }

    /** Tells whether an account's token may be sent there: an exact host of its provider, over https (or loopback). */
    public boolean allows(TokenKey key, URI address) {
        return clients.of(key).allows(address);
    }

    // ---- the end

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this Tokens is closed");
        }
    }

    /** Has something closed before this is: a scheduler, a mirror. */
    public void onClose(AutoCloseable companion) {
        requireOpen();
        attached.push(companion);
    }

    /**
     * Ends: nothing new is sent, calls in flight may end within the call deadline, unsaved tokens are saved or stay
     * in the journal, then the store is closed if the builder opened it. Idempotent.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            attached.forEach(ShutdownSequence::quietly);
            closing.complete(null);
            shutdown.run(flights.landed());
        }
    }

    /** Returns what was chosen and found: store, guarantees, clients, times; no secret. */
    @Override
    public String toString() {
        return choices;
    }

    /** Everything that an engine consists of; put together by {@link Assembly}. */
    record Parts(
            TokenCache cache,
            ClientRegistry clients,
            SingleFlight flights,
            Connections connections,
            Authorizations authorizations,
            StoredTokens storedTokens,
            Revocations revocations,
            AccountStatuses statuses,
            EngineContext context,
            TransferContext transfers,
            TokenWaiters waiters,
            ShutdownSequence shutdown,
            String choices) {}
}
