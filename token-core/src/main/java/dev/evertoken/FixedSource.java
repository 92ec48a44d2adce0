package dev.evertoken;

import dev.evertoken.model.AccessToken;
import dev.evertoken.spi.Timekeeper;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A source that never changes. Immutable. */
record FixedSource(AccessToken accessToken) implements TokenSource {

    /** Starts no thread: nothing is ever scheduled on it. */
    static final Timekeeper MACHINE = Timekeeper.system();

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
