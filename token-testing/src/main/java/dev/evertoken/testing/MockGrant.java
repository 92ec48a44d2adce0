package dev.evertoken.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** One consent as the authorization server knows it. Not thread-safe; guarded by {@link MockGrants}. */
final class MockGrant {

    /** What a spent refresh token left behind. */
    record Spent(long generation, Instant at) {}

    final String id = UUID.randomUUID().toString();
    final String account;
    final List<String> scopes;
    final Optional<Instant> end;
    final Optional<MockGrant> parent;
    private final Map<String, Instant> issuedAt = new HashMap<>();
    private final Map<String, Instant> accessEnds = new LinkedHashMap<>();
    private final Map<String, Spent> spent = new HashMap<>();
    private String access = "";
    private Optional<String> refresh = Optional.empty();
    private long generation;
    private boolean alive = true;

    MockGrant(String account, List<String> scopes, Optional<Instant> end) {
        this(account, scopes, end, Optional.empty());
    }

    /** @param parent whose end is this one's end, too */
    MockGrant(String account, List<String> scopes, Optional<Instant> end, Optional<MockGrant> parent) {
        this.account = account;
        this.scopes = scopes;
        this.end = end;
        this.parent = parent;
    }

    /** Starts the next generation with a new access token, which does not outlive the grant. */
    void nextAccess(Instant now, Duration lifetime) {
        access = TestTokens.access();
        prolong(now, lifetime);
    }

    /** Gives the current access token another life, counted from now. */
    void prolong(Instant now, Duration lifetime) {
        issuedAt.put(access, now);
        Instant usual = now.plus(lifetime);
        accessEnds.put(access, end.filter(usual::isAfter).orElse(usual));
        generation++;
    }

    /** Replaces the refresh token; the one before is spent from now on. */
    void nextRefresh(Instant now) {
        refresh.ifPresent(old -> spent.put(old, new Spent(generation - 1, now)));
        refresh = Optional.of(TestTokens.refresh());
    }

    /** Ends the current access token and every one before it. */
    void endAccess(Instant now) {
        accessEnds.replaceAll((token, end) -> end.isBefore(now) ? end : now);
    }

    void kill() {
        alive = false;
    }

    boolean isAlive() {
        return alive && parent.map(MockGrant::isAlive).orElse(true);
    }

    /** Returns since when an access token has its present life. */
    Instant issuedAt(String accessToken) {
        return issuedAt.getOrDefault(accessToken, Instant.EPOCH);
    }

    /** Tells whether its time is over; access tokens have their own end. */
    boolean hasEnded(Instant now) {
        return end.filter(moment -> !now.isBefore(moment)).isPresent();
    }

    boolean accepts(String accessToken, Instant now) {
        Instant end = accessEnds.get(accessToken);
        return isAlive() && end != null && now.isBefore(end);
    }

    boolean knowsAccess(String accessToken) {
        return accessEnds.containsKey(accessToken);
    }

    boolean isCurrent(String refreshToken) {
        return refresh.filter(refreshToken::equals).isPresent();
    }

    Optional<Spent> spent(String refreshToken) {
        return Optional.ofNullable(spent.get(refreshToken));
    }

    long generation() {
        return generation;
    }

    String access() {
        return access;
    }

    Instant accessEnd() {
        return accessEnds.getOrDefault(access, Instant.EPOCH);
    }

    Optional<String> refresh() {
        return refresh;
    }
}
