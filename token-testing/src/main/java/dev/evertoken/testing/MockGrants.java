package dev.evertoken.testing;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The grants of one authorization server and what refreshing does to them. Thread-safe: every method is one
 * step.
 */
final class MockGrants {

    /** What refreshing does to the tokens. */
    enum Rotation {
        /** A new access token; the refresh token stays and is not in the answer. */
        NONE,
        /** A new access token; the refresh token stays and is in the answer all the same. */
        SAME,
        /** The same tokens while the access token has more than an hour left; else both are new. */
        WITHIN_THE_LAST_HOUR,
        /** Both are new; a spent refresh token that comes again is refused, and the grant lives on. */
        SINGLE_USE,
        /** Both are new; a spent refresh token that comes again ends the grant. */
        EVERY_TIME;

        private boolean brings(boolean sameAccessToken) {
            return !sameAccessToken && this != NONE && this != SAME;
        }
    }

    /** Tokens as they go into an answer; {@code grantEnd} is when no refresh prolongs them any more. */
    record Issue(
            String account,
            String access,
            Instant accessEnd,
            Optional<String> refresh,
            List<String> scopes,
            Optional<Instant> grantEnd) {
        @Override
        public String toString() {
            return "Issue[" + account + "]";
        }
    }

    /** Which grant a refresh token belongs to. */
    record Presented(String account, long generation) {}

    private static final Duration LAST_HOUR = Duration.ofHours(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, MockGrant> byRefreshToken = new HashMap<>();
    private final Map<String, MockGrant> byAccessToken = new HashMap<>();
    private final List<MockGrant> grants = new ArrayList<>();
    private final Rotation rotation;
    private final Optional<Duration> grantLifetime;
    private final Timekeeper time;
    private final Ledger ledger = new Ledger(this);
    private Duration lifetime;
    private Duration grace = Duration.ZERO;
    private boolean prolongs = true;

    /** @param grantLifetime how long after its consent a grant ends, whatever is refreshed; empty for never */
    MockGrants(Rotation rotation, Duration lifetime, Optional<Duration> grantLifetime, Timekeeper time) {
        this.rotation = rotation;
        this.grantLifetime = grantLifetime;
        this.lifetime = lifetime;
        this.time = time;
    }

    Ledger ledger() {
        return ledger;
    }

    Instant now() {
        return time.now();
    }

    void lifetime(Duration next) {
        locked(() -> lifetime = next);
    }

    void grace(Duration next) {
        locked(() -> grace = next);
    }

    void withoutProlonging() {
        locked(() -> prolongs = false);
    }

    Issue consent(String account, List<String> scopes, boolean offline) {
        return locked(() -> consent(account, scopes, offline, lifetime));
    }

    /** As {@link #consent(String, List, boolean)}, with access tokens of another lifetime than usual. */
    Issue consent(String account, List<String> scopes, boolean offline, Duration accessLifetime) {
        return locked(() -> {
            MockGrant grant =
                    new MockGrant(account, scopes, offline ? grantLifetime.map(now()::plus) : Optional.empty());
            grants.add(grant);
            issueAccess(grant, accessLifetime);
            if (offline) {
                issueRefresh(grant);
            }
            ledger.add(Ledger.Kind.ISSUED, account, grant.generation(), "");
            return issue(grant, true);
        });
    }

    /**
     * Trades a living access token for one with another life; empty if it is dead.
     *
     * @param sameString whether the token keeps its text
     */
    Optional<Issue> trade(String accessToken, boolean sameString) {
        return locked(() -> Optional.ofNullable(byAccessToken.get(accessToken))
                .filter(grant -> grant.accepts(accessToken, now()))
                .map(grant -> traded(grant, sameString)));
    }

    private Issue traded(MockGrant grant, boolean sameString) {
        Duration life = prolongs ? lifetime : Duration.between(now(), grant.accessEnd());
        if (sameString) {
            grant.prolong(now(), life);
        } else {
            issueAccess(grant, life);
        }
        ledger.add(Ledger.Kind.ISSUED, grant.account, grant.generation(), "");
        return issue(grant, false);
    }

    /** Returns how long an access token has had its present life. */
    Duration ageOf(String accessToken) {
        return locked(() -> Optional.ofNullable(byAccessToken.get(accessToken))
                .map(grant -> Duration.between(grant.issuedAt(accessToken), now()))
                .orElse(Duration.ZERO));
    }

    /** Returns the living token of an account that lives off another one's, a new one if it has none. */
    Optional<Issue> derive(String parentToken, String account, Duration life) {
        return locked(() -> Optional.ofNullable(byAccessToken.get(parentToken))
                .filter(parent -> parent.accepts(parentToken, now()))
                .map(parent -> issue(derived(parent, account, life), false)));
    }

    private MockGrant derived(MockGrant parent, String account, Duration life) {
        return grants.stream()
                .filter(one -> one.account.equals(account)
                        && one.parent.filter(parent::equals).isPresent())
                .filter(one -> one.accepts(one.access(), now()))
                .findFirst()
                .orElseGet(() -> {
                    MockGrant page = new MockGrant(account, parent.scopes, Optional.empty(), Optional.of(parent));
                    grants.add(page);
                    issueAccess(page, life);
                    return page;
                });
    }

    boolean hasConsent(String account) {
        return locked(() -> grants.stream().anyMatch(one -> one.isAlive() && one.account.equals(account)));
    }

    /** Spends a refresh token; empty if it is dead, and then the whole grant may be. */
    Optional<Issue> refresh(String refreshToken) {
        return locked(() -> {
            MockGrant grant = byRefreshToken.get(refreshToken);
            if (grant == null || !grant.isAlive() || grant.hasEnded(now())) {
                return Optional.empty();
            }
            return grant.isCurrent(refreshToken) ? Optional.of(next(grant)) : replay(grant, refreshToken);
        });
    }

    Optional<Presented> presented(String refreshToken) {
        return locked(() -> Optional.ofNullable(byRefreshToken.get(refreshToken))
                .map(grant -> {
                    long generation = grant.spent(refreshToken)
                            .map(MockGrant.Spent::generation)
                            .orElse(grant.generation());
                    return new Presented(grant.account, rotation.brings(false) ? generation : 1);
                }));
    }

    boolean isAlive(String refreshToken) {
        return locked(() -> {
            MockGrant grant = byRefreshToken.get(refreshToken);
            return grant != null
                    && grant.isAlive()
                    && !grant.hasEnded(now())
                    && (grant.isCurrent(refreshToken) || isWithinGrace(grant, refreshToken));
        });
    }

    /** Returns whose living access token this is. */
    Optional<Issue> holder(String accessToken) {
        return locked(() -> Optional.ofNullable(byAccessToken.get(accessToken))
                .filter(grant -> grant.accepts(accessToken, now()))
                .map(grant -> issue(grant, false)));
    }

    /** Returns the access token of an account's living grant; empty if there is none. */
    Optional<Issue> living(String account) {
        return locked(() -> grants.stream()
                .filter(one -> one.isAlive() && one.account.equals(account))
                .findFirst()
                .map(one -> issue(one, false)));
    }

    /** Tells whether this access token is one of a grant that was revoked. */
    boolean isRevoked(String accessToken) {
        return locked(() -> {
            MockGrant grant = byAccessToken.get(accessToken);
            return grant != null && !grant.isAlive();
        });
    }

    /** Returns whose access token this is or was. */
    String accountOf(String accessToken) {
        return locked(() -> {
            MockGrant grant = byAccessToken.get(accessToken);
            return grant == null ? Ledger.UNKNOWN : grant.account;
        });
    }

    void endAccess(String account) {
        locked(() -> {
            grants.stream().filter(one -> one.account.equals(account)).forEach(one -> one.endAccess(now()));
            return account;
        });
    }

    void revokeAccount(String account) {
        locked(() -> {
            grants.stream().filter(one -> one.account.equals(account)).forEach(this::revoke);
            return account;
        });
    }

    /** Revokes the grant that an access or refresh token belongs to; false if there is no living one. */
    boolean revokeToken(String token) {
        return locked(() -> {
            MockGrant grant = byRefreshToken.getOrDefault(token, byAccessToken.get(token));
            if (grant == null || !grant.isAlive()) {
                return false;
            }
            revoke(grant);
            return true;
        });
    }

    private Issue next(MockGrant grant) {
        boolean same = rotation == Rotation.WITHIN_THE_LAST_HOUR
                && Duration.between(now(), grant.accessEnd()).compareTo(LAST_HOUR) > 0;
        if (!same) {
            issueAccess(grant, lifetime);
        }
        if (rotation.brings(same)) {
            issueRefresh(grant);
        }
        ledger.add(same ? Ledger.Kind.RETURNED_AGAIN : Ledger.Kind.ISSUED, grant.account, grant.generation(), "");
        return issue(grant, rotation != Rotation.NONE);
    }

    private Optional<Issue> replay(MockGrant grant, String spentToken) {
        if (isWithinGrace(grant, spentToken)) {
            ledger.add(Ledger.Kind.RETURNED_AGAIN, grant.account, grant.generation(), "grace");
            return Optional.of(issue(grant, true));
        }
        if (rotation == Rotation.EVERY_TIME) {
            grant.kill();
            ledger.add(Ledger.Kind.FAMILY_REVOKED, grant.account, grant.generation(), "");
        }
        return Optional.empty();
    }

    /** A grace covers only the token that was spent last: its successor's answer may have been lost. */
    private boolean isWithinGrace(MockGrant grant, String spentToken) {
        return grant.spent(spentToken)
                .filter(spent -> spent.generation() == grant.generation() - 1)
                .filter(spent -> now().isBefore(spent.at().plus(grace)))
                .isPresent();
    }

    private void revoke(MockGrant grant) {
        if (grant.isAlive()) {
            grant.kill();
            ledger.add(Ledger.Kind.REVOKED, grant.account, grant.generation(), "");
        }
    }

    private void issueAccess(MockGrant grant, Duration accessLifetime) {
        grant.nextAccess(now(), accessLifetime);
        byAccessToken.put(grant.access(), grant);
    }

    private void issueRefresh(MockGrant grant) {
        grant.nextRefresh(now());
        grant.refresh().ifPresent(token -> byRefreshToken.put(token, grant));
    }

    private static Issue issue(MockGrant grant, boolean withRefreshToken) {
        Optional<String> refresh = withRefreshToken ? grant.refresh() : Optional.empty();
        return new Issue(grant.account, grant.access(), grant.accessEnd(), refresh, grant.scopes, grant.end);
    }

    private <T> T locked(Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }
}
