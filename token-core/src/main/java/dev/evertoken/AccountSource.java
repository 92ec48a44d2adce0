package dev.evertoken;

import dev.evertoken.TokenCache.Cell;
import dev.evertoken.model.AccessToken;
import dev.evertoken.spi.ApiRequest;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.RequestSigner;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.Signature;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The handle that {@link Tokens#source} gives out: it holds the account's cell. Thread-safe. */
final class AccountSource implements TokenSource {

    private final Tokens tokens;
    private final Cell cell;
    private final Registered client;

    AccountSource(Tokens tokens, Cell cell, Registered client) {
        this.tokens = tokens;
        this.cell = cell;
        this.client = client;
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
    public Optional<AccessToken> newest(AccessToken rejected) {
        return tokens.newest(cell, rejected);
    }

    @Override
    public Instant now() {
        return tokens.now();
    }

    @Override
    public boolean allows(URI address) {
        return client.allows(address);
    }

    @Override
    public DialectContext.TokenOf tokenOf() {
        return cell.tokenOf();
    }

    @Override
    public ResourceDialect resourceDialect() {
        return client.provider().resourceDialect();
    }

    @Override
    public Optional<RequestSigner> signer() {
        return client.signer();
    }

    @Override
    public Signature sign(AccessToken token, ApiRequest request) {
        return tokens.sign(cell, client, token, request);
    }

    @Override
    public String toString() {
        return "TokenSource[" + cell.key() + "]";
    }
}
