package dev.evertoken.internal.record;

import dev.evertoken.model.Grant;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Origin;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Records and keys for tests that do not depend on particular values. */
public final class SampleRecords {

    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    public static final TokenKey ALICE = TokenKey.of("google", "alice");
    public static final TokenKey BOB = TokenKey.of("google", "bob");
    public static final TokenKey CAROL = TokenKey.of("google", "carol");

    private SampleRecords() {}

    /** Returns Alice's record: first generation, valid for an hour, written at {@link #NOW}. */
    public static TokenRecord record() {
        return of(RefreshModel.ROTATING);
    }

    /** Returns the same record with another refresh model. */
    public static TokenRecord of(RefreshModel model) {
        return TokenRecord.builder(ALICE)
                .origin(new Origin("crm", "prod", "sha256:client"))
                .revision(42)
                .grant(new Grant("grant-1", NOW))
                .subject(Optional.of("subject-1"))
                .requestedScopes(Set.of("calendar", "mail"))
                .grantedScopes(Set.of("calendar"))
                .refreshModel(model)
                .refreshTokenFingerprint(Optional.of("sha256:refresh"))
                .lifetime(new Lifetime(
                        NOW,
                        Optional.of(NOW.plus(Duration.ofHours(1))),
                        false,
                        Optional.empty(),
                        Optional.of(NOW.plus(Duration.ofMinutes(45))),
                        Optional.empty()))
                .health(Health.active(NOW))
                .secrets(new SecretPart.Clear("{}".getBytes(StandardCharsets.UTF_8)))
                .updatedAt(NOW)
                .build();
    }

    /** Returns a copy of a record with another grant. */
    public static TokenRecord ofGrant(TokenRecord from, Grant grant) {
        return copied(from, from.key(), from.origin(), grant);
    }

    /** Returns a copy of a record with another key. */
    public static TokenRecord ofAccount(TokenRecord from, TokenKey key) {
        return copied(from, key, from.origin(), from.grant());
    }

    /** Returns a copy of a record with another origin: another application, environment or client. */
    public static TokenRecord ofOrigin(TokenRecord from, Origin origin) {
        return copied(from, from.key(), origin, from.grant());
    }

    private static TokenRecord copied(TokenRecord from, TokenKey key, Origin origin, Grant grant) {
        return from.toBuilder().key(key).origin(origin).grant(grant).build();
    }
}
