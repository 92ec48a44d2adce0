package dev.evertoken.background;

import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Accounts that stay due although they must not be tried yet; the newest 10,000. Not thread-safe. */
final class Deferrals {

    private static final int MOST = 10_000;

    private final Map<TokenKey, Instant> until = new LinkedHashMap<>();

    void put(TokenKey key, Instant moment) {
        until.remove(key);
        until.put(key, moment);
        if (until.size() > MOST) {
            until.remove(until.keySet().iterator().next());
        }
    }

    boolean contain(TokenKey key, Instant now) {
        Instant moment = until.get(key);
        if (moment == null) {
            return false;
        }
        if (now.isBefore(moment)) {
            return true;
        }
        until.remove(key);
        return false;
    }
}
