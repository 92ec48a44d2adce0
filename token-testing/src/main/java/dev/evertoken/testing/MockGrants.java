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

/** The grants of one authorization server, and the effect of refreshes on them. Thread-safe: every method is atomic. */
final class MockGrants {

    /** The effect of a refresh on the tokens. */
    enum Rotation {
        /** A new access token is issued; the refresh token is unchanged and not part of the response. */
        NONE,
        /** A new access token is issued; the refresh token is unchanged and part of the response. */
        SAME,
        /** The tokens are unchanged while the access token is valid for more than an hour; otherwise both are new. */
        WITHIN_THE_LAST_HOUR,
        /** Both tokens are new; a used refresh token is rejected, and the grant stays valid. */
        SINGLE_USE,
        /** Both tokens are new; a used refresh token that is presented again revokes the grant. */
        EVERY_TIME;

        private boolean brings(boolean sameAccessToken) {
            return !sameAccessToken && this != NONE && this != SAME;
        }
    }

    /** The tokens of a response; {@code grantEnd} is the time after which no refresh succeeds. */
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

    /** The account and the generation of a refresh token. */
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
    private boolean extendsTokens = true;

    /**
     * @param grantLifetime the time from consent to the expiry of a grant, independent of refreshes; empty for no
     *     expiry
     */
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

    void withoutExtension() {
        locked(() -> extendsTokens = false);
    }

    Issue consent(String account, List<String> scopes, boolean offline) {
        return locked(() -> consent(account, scopes, offline, lifetime));
    }

    /** As {@link #consent(String, List, boolean)}, with a different lifetime of the access token. */
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
     * Exchanges a valid access token for one with a new lifetime; empty if the token is invalid.
     *
     * @param sameString whether the token keeps its value
     */
    Optional<Issue> exchange(String accessToken, boolean sameString) {
        return locked(() -> Optional.ofNullable(byAccessToken.get(accessToken))
                .filter(grant -> grant.accepts(accessToken, now()))
                .map(grant -> exchanged(grant, sameString)));
    }

    private Issue exchanged(MockGrant grant, boolean sameString) {
        Duration lifetimeOfToken = extendsTokens ? lifetime : Duration.between(now(), grant.accessEnd());
        if (sameString) {
            grant.prolong(now(), lifetimeOfToken);
        } else {
            issueAccess(grant, lifetimeOfToken);
        }
        ledger.add(Ledger.Kind.ISSUED, grant.account, grant.generation(), "");
        return issue(grant, false);
    }

    /** Returns the time since an access token was issued or last extended. */
    Duration ageOf(String accessToken) {
        return locked(() -> Optional.ofNullable(byAccessToken.get(accessToken))
                .map(grant -> Duration.between(grant.issuedAt(accessToken), now()))
                .orElse(Duration.ZERO));
    }

    /** Returns the valid token of an account that is derived from another one; a new token if it has none. */
    Optional<Issue> derive(String parentToken, String account, Duration lifetimeOfToken) {
        return locked(() -> Optional.ofNullable(byAccessToken.get(parentToken))
                .filter(parent -> parent.accepts(parentToken, now()))
                .map(parent -> issue(derived(parent, account, lifetimeOfToken), false)));
    }

    private MockGrant derived(MockGrant parent, String account, Duration lifetimeOfToken) {
        return grants.stream()
                .filter(one -> one.account.equals(account)
                        && one.parent.filter(parent::equals).isPresent())
                .filter(one -> one.accepts(one.access(), now()))
                .findFirst()
                .orElseGet(() -> {
                    MockGrant page = new MockGrant(account, parent.scopes, Optional.empty(), Optional.of(parent));
                    grants.add(page);
                    issueAccess(page, lifetimeOfToken);
                    return page;
                });
    }

    boolean hasConsent(String account) {
        return locked(() -> grants.stream().anyMatch(one -> one.isValid() && one.account.equals(account)));
    }

    /** Uses a refresh token; empty if it is invalid, in which case the whole grant may have been revoked. */
    Optional<Issue> refresh(String refreshToken) {
        return locked(() -> {
            MockGrant grant = byRefreshToken.get(refreshToken);
            if (grant == null || !grant.isValid() || grant.hasExpired(now())) {
                return Optional.empty();
            }
            return grant.isCurrent(refreshToken) ? Optional.of(next(grant)) : replay(grant, refreshToken);
        });
    }

    Optional<Presented> presented(String refreshToken) {
        return locked(() -> Optional.ofNullable(byRefreshToken.get(refreshToken))
                .map(grant -> {
                    long generation = grant.used(refreshToken)
                            .map(MockGrant.UsedToken::generation)
                            .orElse(grant.generation());
                    return new Presented(grant.account, rotation.brings(false) ? generation : 1);
                }));
    }

    boolean isValid(String refreshToken) {
        return locked(() -> {
            MockGrant grant = byRefreshToken.get(refreshToken);
            return grant != null
                    && grant.isValid()
                    && !grant.hasExpired(now())
                    && (grant.isCurrent(refreshToken) || isWithinGrace(grant, refreshToken));
        });
    }

    /** Returns the account of a valid access token; empty if the token is invalid. */
    Optional<Issue> holder(String accessToken) {
        return locked(() -> Optional.ofNullable(byAccessToken.get(accessToken))
                .filter(grant -> grant.accepts(accessToken, now()))
                .map(grant -> issue(grant, false)));
    }

    /** Returns the access token of an account's valid grant; empty if there is none. */
    Optional<Issue> current(String account) {
        return locked(() -> grants.stream()
                .filter(one -> one.isValid() && one.account.equals(account))
                .findFirst()
                .map(one -> issue(one, false)));
    }

    /** Returns whether this access token belongs to a revoked grant. */
    boolean isRevoked(String accessToken) {
        return locked(() -> {
            MockGrant grant = byAccessToken.get(accessToken);
            return grant != null && !grant.isValid();
        });
    }

    /** Returns the account for which an access token was issued. */
    String accountOf(String accessToken) {
        return locked(() -> {
            MockGrant grant = byAccessToken.get(accessToken);
            return grant == null ? Ledger.UNKNOWN : grant.account;
        });
    }

    void expireAccess(String account) {
        locked(() -> {
            grants.stream().filter(one -> one.account.equals(account)).forEach(one -> one.expireAccess(now()));
            return account;
        });
    }

    void revokeAccount(String account) {
        locked(() -> {
            grants.stream().filter(one -> one.account.equals(account)).forEach(this::revoke);
            return account;
        });
    }

    void reinstateAccount(String account) {
        locked(() -> {
            grants.stream().filter(one -> one.account.equals(account)).forEach(MockGrant::reinstate);
            return account;
        });
    }

    /** Revokes the grant of an access or refresh token; returns false if there is no valid one. */
    boolean revokeToken(String token) {
        return locked(() -> {
            MockGrant grant = byRefreshToken.getOrDefault(token, byAccessToken.get(token));
            if (grant == null || !grant.isValid()) {
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

    private Optional<Issue> replay(MockGrant grant, String usedToken) {
        if (isWithinGrace(grant, usedToken)) {
            ledger.add(Ledger.Kind.RETURNED_AGAIN, grant.account, grant.generation(), "grace");
            return Optional.of(issue(grant, true));
        }
        if (rotation == Rotation.EVERY_TIME) {
            grant.invalidate();
            ledger.add(Ledger.Kind.FAMILY_REVOKED, grant.account, grant.generation(), "");
        }
        return Optional.empty();
    }

    /**
     * Returns whether the reuse grace applies. It covers only the token that was used last, whose response may have
     * been lost.
     */
    private boolean isWithinGrace(MockGrant grant, String usedToken) {
        return grant.used(usedToken)
                .filter(used -> used.generation() == grant.generation() - 1)
                .filter(used -> now().isBefore(used.at().plus(grace)))
                .isPresent();
    }

    private void revoke(MockGrant grant) {
        if (grant.isValid()) {
            grant.invalidate();
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
