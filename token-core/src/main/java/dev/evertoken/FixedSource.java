package dev.evertoken;

import dev.evertoken.model.AccessToken;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A source that never changes. Immutable. */
record FixedSource(AccessToken accessToken) implements TokenSource {

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
    public boolean allows(URI address) {
        return TokenSource.isSafe(address);
    }
}
