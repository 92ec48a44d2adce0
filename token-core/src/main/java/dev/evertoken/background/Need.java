package dev.evertoken.background;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.provider.ProviderProfile;
import java.time.Duration;
import java.time.Instant;

/** Decides which accounts are refreshed although they are not used. Stateless. */
final class Need {

    /** Tokens that live longer than this are refreshed in any case: they are few refreshes, and easily forgotten. */
    private static final Duration SHORT_LIVED = Duration.ofDays(1);

    private Need() {}

    /** Returns whether accounts of a provider are left alone while this process does not use them. */
    static boolean isLazy(ProviderProfile profile) {
        return profile.refreshModel() != RefreshModel.EXTENDING
                && profile.defaultLifetime().compareTo(SHORT_LIVED) <= 0;
    }

    /** Returns whether an account is due by its record. */
    static boolean isDue(RecordView record, Instant now) {
        return record.dueAt().filter(due -> !due.isAfter(now)).isPresent();
    }

    /** Returns whether another process is refreshing an account. */
    static boolean isHeld(RecordView record, Instant now) {
        return record.claim().filter(claim -> now.isBefore(claim.deadline())).isPresent();
    }

    /**
     * Returns whether an account that is not used must be refreshed: its token lives long, or its refresh token ends by
     * disuse before long.
     *
     * @param keepAlive the longest time without a refresh
     */
    static boolean ofIdle(RecordView record, Duration keepAlive, Instant now) {
        if (record.refreshModel() == RefreshModel.EXTENDING) {
            return true;
        }
        Instant issued = record.lifetime().issuedAt();
        Duration life = record.lifetime()
                .expiresAt()
                .map(end -> Duration.between(issued, end))
                .orElse(Duration.ZERO);
        return life.compareTo(SHORT_LIVED) > 0 || endsByDisuse(record, issued, keepAlive, now);
    }

    private static boolean endsByDisuse(RecordView record, Instant issued, Duration keepAlive, Instant now) {
        if (!record.refreshModel().usesRefreshTokens()) {
            return false;
        }
        boolean stated = record.lifetime()
                .refreshTokenExpiresAt()
                .map(end -> issued.plus(Duration.between(issued, end).dividedBy(2)))
                .filter(latest -> !now.isBefore(latest))
                .isPresent();
        return stated || !now.isBefore(issued.plus(keepAlive));
    }
}
