package dev.evertoken;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.Timekeeper.Scheduled;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.Signature;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** The handle returned by {@link Tokens#source}; holds the cell of the account. Thread-safe. */
final class AccountSource implements TokenSource, RequestAuthorizer {

    private final Tokens tokens;
    private final Cell cell;

    AccountSource(Tokens tokens, Cell cell) {
        this.tokens = tokens;
        this.cell = cell;
    }

    @Override
    public AccessToken accessToken() {
        return tokens.accessToken(cell);
    }

    @Override
    public AccessToken accessToken(Duration remaining) {
        return tokens.accessToken(cell, remaining);
    }

    @Override
    public CompletableFuture<AccessToken> accessTokenAsync() {
        return tokens.accessTokenAsync(cell);
    }

    @Override
    public AccessToken replace(AccessToken rejected) {
        return tokens.replace(cell, rejected);
    }

    @Override
    public CompletableFuture<AccessToken> replaceAsync(AccessToken rejected) {
        return tokens.replaceAsync(cell, rejected);
    }

    @Override
    public RequestAuthorizer requestAuthorizer() {
        return this;
    }

    @Override
    public Optional<AccessToken> newest(AccessToken rejected) {
        return tokens.newest(cell, rejected);
    }

    @Override
    public CompletableFuture<Optional<AccessToken>> newestAsync(AccessToken rejected) {
        return tokens.newestAsync(cell, rejected);
    }

    @Override
    public void rejected(AccessToken token) {
        tokens.rejected(cell, client(), token);
    }

    @Override
    public Instant now() {
        return tokens.now();
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        try {
            return tokens.time().schedule(delay, task);
        } catch (RejectedExecutionException e) {
            return () -> {}; // these tokens were closed during the call
        }
    }

    @Override
    public boolean allows(String scheme, String host) {
        return client().allows(scheme, host);
    }

    @Override
    public boolean allows(String scheme, String host, AccessToken token) {
        return client().allows(scheme, host, token.hosts());
    }

    @Override
    public TokenException notAllowed(URI address) {
        return tokens.notAllowed(cell, client(), address);
    }

    @Override
    public DialectContext.TokenOf tokenOf() {
        return cell.tokenOf();
    }

    @Override
    public ResourceDialect resourceDialect() {
        return client().provider().resourceDialect();
    }

    @Override
    public Optional<RequestSigner> signer() {
        return client().signer();
    }

    @Override
    public Signature sign(AccessToken token, ApiRequest request) {
        return tokens.sign(cell, client(), token, request);
    }

    @Override
    public boolean canRetryWithOtherSecret(Signature refused) {
        return tokens.canRetryWithOtherSecret(client(), refused);
    }

    @Override
    public void retried(Signature sent, boolean accepted) {
        tokens.retried(client(), sent, accepted);
    }

    /** Looked up each time: a client can be removed and added again. */
    private RegisteredClient client() {
        return tokens.client(cell.key());
    }

    @Override
    public String toString() {
        return "TokenSource[" + cell.key() + "]";
    }
}
