package dev.evertoken.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** One grant in the state of the authorization server. Not thread-safe; guarded by {@link MockGrants}. */
final class MockGrant {

    /** The generation and the time of use of a used refresh token. */
    record UsedToken(long generation, Instant at) {}

    final String id = UUID.randomUUID().toString();
    final String account;
    final List<String> scopes;
    final Optional<Instant> end;
    final Optional<MockGrant> parent;
    private final Map<String, Instant> issuedAt = new HashMap<>();
    private final Map<String, Instant> accessEnds = new LinkedHashMap<>();
    private final Map<String, UsedToken> used = new HashMap<>();
    private String access = "";
    private Optional<String> refresh = Optional.empty();
    private long generation;
    private boolean valid = true;

    MockGrant(String account, List<String> scopes, Optional<Instant> end) {
        this(account, scopes, end, Optional.empty());
    }

    /** @param parent the grant that this one depends on; it becomes invalid with its parent */
    MockGrant(String account, List<String> scopes, Optional<Instant> end, Optional<MockGrant> parent) {
        this.account = account;
        this.scopes = scopes;
        this.end = end;
        this.parent = parent;
    }

    /** Starts the next generation with a new access token, which expires no later than the grant. */
    void nextAccess(Instant now, Duration lifetime) {
        access = TestTokens.access();
        prolong(now, lifetime);
    }

    /** Extends the current access token by a lifetime that starts now. */
    void prolong(Instant now, Duration lifetime) {
        issuedAt.put(access, now);
        Instant usual = now.plus(lifetime);
        accessEnds.put(access, end.filter(usual::isAfter).orElse(usual));
        generation++;
    }

    /** Replaces the refresh token; the previous one counts as used. */
    void nextRefresh(Instant now) {
        refresh.ifPresent(old -> used.put(old, new UsedToken(generation - 1, now)));
        refresh = Optional.of(TestTokens.refresh());
    }

    /** Expires the current access token and all previous ones. */
    void expireAccess(Instant now) {
        accessEnds.replaceAll((token, end) -> end.isBefore(now) ? end : now);
    }

    void invalidate() {
        valid = false;
    }

    void reinstate() {
        valid = true;
    }

    boolean isValid() {
        return valid && parent.map(MockGrant::isValid).orElse(true);
    }

    /** Returns the time when an access token was issued or last extended. */
    Instant issuedAt(String accessToken) {
        return issuedAt.getOrDefault(accessToken, Instant.EPOCH);
    }

    /** Returns whether the grant has expired; access tokens expire separately. */
    boolean hasExpired(Instant now) {
        return end.filter(moment -> !now.isBefore(moment)).isPresent();
    }

    boolean accepts(String accessToken, Instant now) {
        Instant end = accessEnds.get(accessToken);
        return isValid() && end != null && now.isBefore(end);
    }

    boolean knowsAccess(String accessToken) {
        return accessEnds.containsKey(accessToken);
    }

    boolean isCurrent(String refreshToken) {
        return refresh.filter(refreshToken::equals).isPresent();
    }

    Optional<UsedToken> used(String refreshToken) {
        return Optional.ofNullable(used.get(refreshToken));
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
