package dev.evertoken.internal.record;

import dev.evertoken.model.Failures;
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

/** Values that a test needs but does not care about. */
public final class SampleRecords {

    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    public static final TokenKey ALICE = TokenKey.of("google", "alice");
    public static final TokenKey BOB = TokenKey.of("google", "bob");
    public static final TokenKey CAROL = TokenKey.of("google", "carol");

    private SampleRecords() {}

    /** Returns Alice's record: first generation, an hour long, written {@link #NOW}. */
    public static TokenRecord record() {
        return of(RefreshModel.ROTATING);
    }

    /** Returns the same record of a provider that refreshes in another way. */
    public static TokenRecord of(RefreshModel model) {
        return new TokenRecord(
                ALICE,
                new Origin("crm", "prod", "sha256:client"),
                42,
                new Grant("grant-1", NOW),
                1,
                Optional.of("subject-1"),
                Set.of("calendar", "mail"),
                Set.of("calendar"),
                model,
                Optional.of("sha256:refresh"),
                new Lifetime(
                        NOW,
                        Optional.of(NOW.plus(Duration.ofHours(1))),
                        false,
                        Optional.empty(),
                        Optional.of(NOW.plus(Duration.ofMinutes(45))),
                        Optional.empty()),
                Health.active(NOW),
                Optional.empty(),
                0,
                Failures.none(),
                Optional.empty(),
                new SecretPart.Clear("{}".getBytes(StandardCharsets.UTF_8)),
                NOW);
    }

    /** Returns a record as that of another grant. */
    public static TokenRecord ofGrant(TokenRecord from, Grant grant) {
        return copied(from, from.key(), from.origin(), grant);
    }

    /** Returns a record as that of another account. */
    public static TokenRecord ofAccount(TokenRecord from, TokenKey key) {
        return copied(from, key, from.origin(), from.grant());
    }

    /** Returns a record as that of another application, stage or client. */
    public static TokenRecord ofOrigin(TokenRecord from, Origin origin) {
        return copied(from, from.key(), origin, from.grant());
    }

    private static TokenRecord copied(TokenRecord from, TokenKey key, Origin origin, Grant grant) {
        return new TokenRecord(
                key,
                origin,
                from.revision(),
                grant,
                from.generation(),
                from.subject(),
                from.requestedScopes(),
                from.grantedScopes(),
                from.refreshModel(),
                from.refreshTokenFingerprint(),
                from.lifetime(),
                from.health(),
                from.claim(),
                from.uncertain(),
                from.failures(),
                from.parent(),
                from.secrets(),
                from.updatedAt());
    }
}
