package dev.evertoken.internal.refresh;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects one grant that is stored under two accounts, by the fingerprint of its refresh token, and runs their
 * refreshes one after the other in this process. Thread-safe.
 */
final class RefreshTokenLock {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);

    /** If more accounts share a grant, all are logged again. */
    private static final int MOST_LOGGED = 1000;

    private final ConcurrentMap<String, TokenKey> inUse = new ConcurrentHashMap<>();
    private final Set<TokenKey> logged = ConcurrentHashMap.newKeySet();

    /**
     * Acquires the record's refresh token until the attempt ends. Returns false if another account is using the same
     * token now.
     */
    boolean enter(RefreshAttempt attempt, TokenRecord record) {
        Optional<String> fingerprint = record.refreshTokenFingerprint();
        if (fingerprint.isEmpty()) {
            return true;
        }
        TokenKey other = inUse.putIfAbsent(fingerprint.get(), attempt.key());
        if (other == null) {
            attempt.onClose(new Release(inUse, fingerprint.get(), attempt.key()));
            return true;
        }
        if (!other.equals(attempt.key()) && attempt.hasNotWaited() && isNew(attempt.key())) {
            log.warn(
                    "{}: {} has the same refresh token; reconnect one of them with its own consent",
                    other,
                    attempt.key());
        }
        return other.equals(attempt.key());
    }

    private record Release(ConcurrentMap<String, TokenKey> inUse, String fingerprint, TokenKey key)
            implements Runnable {
        @Override
        public void run() {
            inUse.remove(fingerprint, key);
        }
    }

    private boolean isNew(TokenKey key) {
        if (logged.size() >= MOST_LOGGED) {
            logged.clear();
        }
        return logged.add(key);
    }
}
