package dev.evertoken;

import dev.evertoken.model.AccessToken;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.provider.Endpoints;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** A source with a fixed token. Immutable. */
record FixedSource(AccessToken accessToken) implements TokenSource, RequestAuthorizer {

    /** Starts no thread, because nothing is scheduled on it. */
    private static final Timekeeper MACHINE = Timekeeper.system();

    @Override
    public AccessToken accessToken(Duration remaining) {
        return accessToken;
    }

    @Override
    public CompletableFuture<AccessToken> accessTokenAsync() {
        return CompletableFuture.completedFuture(accessToken);
    }

    @Override
    public AccessToken replace(AccessToken rejected) {
        return accessToken;
    }

    @Override
    public CompletableFuture<AccessToken> replaceAsync(AccessToken rejected) {
        return CompletableFuture.completedFuture(accessToken);
    }

    @Override
    public RequestAuthorizer requestAuthorizer() {
        return this;
    }

    @Override
    public Instant now() {
        return MACHINE.now();
    }

    @Override
    public boolean allows(String scheme, String host) {
        return Endpoints.isSecure(scheme, host);
    }
}
