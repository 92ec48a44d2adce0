package dev.evertoken.benchmarks.comparison;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The account that a library is opened for.
 *
 * @param endpoint the token endpoint
 * @param accessToken the stored access token
 * @param refreshToken the stored refresh token
 * @param left the time until the access token expires; negative if it has expired
 * @param executor the threads of the library, if an application can choose them; null for those of the library
 * @param store what the store of the application does during a call of the library
 */
public record Scene(
        URI endpoint,
        String accessToken,
        String refreshToken,
        Duration left,
        @Nullable Executor executor,
        StoreEvents store) {

    public static final String CLIENT_ID = "comparison-client";
    public static final String CLIENT_SECRET = "a-client-secret-of-no-value";

    private static final int LIFETIME_HOURS = 1;

    /** The store of the application. Implementations are thread-safe. */
    public interface StoreEvents {
        /** Runs before a read. */
        default void read() {}

        /**
         * Runs before a save.
         *
         * @throws IllegalStateException if the store fails
         */
        default void save() {}

        /** Runs before the removal of an account. */
        default void remove() {}
    }

    /** Returns an account whose token has expired. */
    public static Scene expired(URI endpoint) {
        return of(endpoint, Duration.ofMinutes(-5));
    }

    /** Returns an account whose token stays valid. */
    public static Scene fresh(URI endpoint) {
        return of(endpoint, Duration.ofHours(LIFETIME_HOURS));
    }

    static Scene of(URI endpoint, Duration left) {
        return new Scene(endpoint, "access-0", "refresh-0", left, null, new StoreEvents() {});
    }

    Scene with(Executor threads) {
        return new Scene(endpoint, accessToken, refreshToken, left, threads, store);
    }

    Scene with(StoreEvents events) {
        return new Scene(endpoint, accessToken, refreshToken, left, executor, events);
    }

    Scene with(String access, String refresh) {
        return new Scene(endpoint, access, refresh, left, executor, store);
    }
}
