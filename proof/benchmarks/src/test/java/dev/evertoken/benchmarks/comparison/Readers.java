package dev.evertoken.benchmarks.comparison;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The readers of valid tokens that {@link HotLoop} measures. */
final class Readers {

    static final String FLOOR = "volatile read and clock";
    static final String MAP = "ConcurrentHashMap and clock";
    static final String CAFFEINE = "Caffeine and clock";
    static final String BY_KEY = "Evertoken by key";

    private static final int ACCOUNTS = 1024;
    private static final URI NOWHERE = URI.create("http://127.0.0.1:1/token");

    /** Reads a token. */
    interface Reader {
        @Nullable
        Object read(int number) throws Exception;
    }

    private record Expiring(String token, long at) {
        @Nullable
        String ifValid() {
            return System.currentTimeMillis() < at ? token : null;
        }
    }

    private Readers() {}

    static Reader named(String name) throws Exception {
        return switch (name) {
            case FLOOR -> floor();
            case MAP -> map();
            case CAFFEINE -> caffeine();
            case BY_KEY -> byKey();
            default -> library(Libraries.named(name).open(Scene.fresh(NOWHERE)));
        };
    }

    private static Reader library(Client client) {
        return number -> client.token();
    }

    private static Reader floor() {
        AtomicReference<Expiring> held = new AtomicReference<>(expiring());
        return number -> held.get().ifValid();
    }

    private static Reader map() {
        List<TokenKey> keys = keys();
        Map<TokenKey, AtomicReference<Expiring>> map = new ConcurrentHashMap<>();
        keys().forEach(key -> map.put(key, new AtomicReference<>(expiring())));
        return number -> map.get(keys.get(number & (ACCOUNTS - 1))).get().ifValid();
    }

    private static Reader caffeine() {
        List<TokenKey> keys = keys();
        Cache<TokenKey, Expiring> cache =
                Caffeine.newBuilder().maximumSize(2 * ACCOUNTS).build();
        keys().forEach(key -> cache.put(key, expiring()));
        return number -> cache.getIfPresent(keys.get(number & (ACCOUNTS - 1))).ifValid();
    }

    private static Reader byKey() {
        List<TokenKey> keys = keys();
        Tokens tokens = EvertokenLibrary.engine(Scene.fresh(NOWHERE));
        keys().forEach(key -> tokens.connect(key, EvertokenLibrary.tokens(Scene.fresh(NOWHERE))));
        return number -> tokens.accessToken(keys.get(number & (ACCOUNTS - 1)));
    }

    /** Returns new keys that equal those of another call, because an application creates a key for each request. */
    private static List<TokenKey> keys() {
        List<TokenKey> keys = new ArrayList<>();
        for (int n = 0; n < ACCOUNTS; n++) {
            keys.add(TokenKey.of("acme", "account-" + n));
        }
        return keys;
    }

    private static Expiring expiring() {
        return new Expiring("access-0", Instant.now().plusSeconds(3600).toEpochMilli());
    }
}
