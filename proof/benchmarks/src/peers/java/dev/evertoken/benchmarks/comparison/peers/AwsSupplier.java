package dev.evertoken.benchmarks.comparison.peers;

import dev.evertoken.benchmarks.comparison.Client;
import dev.evertoken.benchmarks.comparison.Library;
import dev.evertoken.benchmarks.comparison.Scene;
import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.utils.cache.CachedSupplier;
import software.amazon.awssdk.utils.cache.OneCallerBlocks;
import software.amazon.awssdk.utils.cache.RefreshResult;

/** {@code CachedSupplier} of the AWS SDK, over a refresh by OkHttp. */
public final class AwsSupplier implements Library {

    private static final Duration STALE = Duration.ofSeconds(60);
    private static final Duration PREFETCH = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "AWS CachedSupplier";
    }

    @Override
    public Client open(Scene scene) {
        BareRefresh refresh = new BareRefresh(scene);
        return new Open(CachedSupplier.builder(() -> result(refresh))
                .prefetchStrategy(new OneCallerBlocks())
                .build());
    }

    private static RefreshResult<BareRefresh.Issued> result(BareRefresh refresh) {
        BareRefresh.Issued issued = refresh.next();
        return RefreshResult.builder(issued)
                .staleTime(issued.expiry().minus(STALE))
                .prefetchTime(issued.expiry().minus(PREFETCH))
                .build();
    }

    private record Open(CachedSupplier<BareRefresh.Issued> supplier) implements Client {
        @Override
        public String token() {
            return supplier.get().accessToken();
        }

        @Override
        public String printed() {
            return supplier.toString(); // what the supplier keeps belongs to the application
        }

        @Override
        public double secondsLeft() {
            return Duration.between(Instant.now(), supplier.get().expiry()).toSeconds();
        }

        @Override
        public void close() {
            supplier.close();
        }
    }
}
