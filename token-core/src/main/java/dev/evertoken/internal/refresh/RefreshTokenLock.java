package dev.evertoken.internal.refresh;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices one grant that is stored under two accounts, by the fingerprint of its refresh token, and has their
 * refreshes run one after the other in this process. Thread-safe.
 */
final class RefreshTokenLock {

    private static final Logger log = LoggerFactory.getLogger(RefreshTokenLock.class);

    private final ConcurrentMap<String, TokenKey> spending = new ConcurrentHashMap<>();

    /** Returns false if another account is spending this very refresh token now; true until the turn ends. */
    boolean enter(RefreshAttempt attempt, TokenRecord record) {
        Optional<String> fingerprint = record.refreshTokenFingerprint();
        if (fingerprint.isEmpty()) {
            return true;
        }
        TokenKey other = spending.putIfAbsent(fingerprint.get(), attempt.key());
        if (other == null) {
            attempt.atTheEnd(() -> spending.remove(fingerprint.get(), attempt.key()));
            return true;
        }
        if (!other.equals(attempt.key()) && attempt.hasNotWaited()) {
            log.warn(
                    "{} and {} have the same refresh token; connect one of them with a consent of its own",
                    other,
                    attempt.key());
        }
        return other.equals(attempt.key());
    }
}
