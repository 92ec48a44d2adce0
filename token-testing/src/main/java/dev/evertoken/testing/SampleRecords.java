package dev.evertoken.testing;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Origin;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sample records for tests of stores: with all optional parts, without optional parts, and the next version of a
 * record. Their secrets are random and start with {@value #PREFIX}. Thread-safe.
 */
public final class SampleRecords {

    /** The prefix of every sample secret. */
    public static final String PREFIX = "evertoken-test-";

    private static final Instant ISSUED = Instant.parse("2026-03-01T10:15:30.123456789Z");

    private SampleRecords() {}

    /** Returns a new record with a random revision and without optional parts. */
    public static TokenRecord sparse(TokenKey key) {
        return builder(key).build();
    }

    /** Returns a builder with the values that a record without optional parts requires. */
    static TokenRecord.Builder builder(TokenKey key) {
        return TokenRecord.builder(key)
                .origin(new Origin("contract", "test", "client-fingerprint"))
                .revision(revision())
                .grant(new Grant("grant-" + digits(), ISSUED))
                .refreshModel(RefreshModel.NON_EXPIRING)
                .lifetime(new Lifetime(
                        ISSUED, Optional.empty(), false, Optional.empty(), Optional.empty(), Optional.empty()))
                .health(Health.active(ISSUED))
                .secrets(new SecretPart.Clear(bytes()))
                .updatedAt(ISSUED);
    }

    /** Returns a new record with a random revision and all optional parts. */
    public static TokenRecord full(TokenKey key) {
        return TokenRecord.builder(key)
                .origin(new Origin("contract", "test", "client-fingerprint"))
                .revision(revision())
                .grant(new Grant("grant-" + digits(), ISSUED.minus(Duration.ofDays(30))))
                .generation((1L << 53) + 1)
                .subject(Optional.of("subject \"\\ ü 漢 😀"))
                .requestedScopes(new LinkedHashSet<>(List.of("z.last", "a.first", "https://api.example/scope")))
                .grantedScopes(new LinkedHashSet<>(List.of("z.last")))
                .refreshModel(RefreshModel.ROTATING)
                .refreshTokenFingerprint(Optional.of("refresh-token-fingerprint"))
                .lifetime(new Lifetime(
                        ISSUED,
                        Optional.of(ISSUED.plus(Duration.ofHours(2))),
                        true,
                        Optional.of(ISSUED.plus(Duration.ofDays(180))),
                        Optional.of(ISSUED.plus(Duration.ofMinutes(90))),
                        Optional.of(ISSUED.plus(Duration.ofMinutes(1)))))
                .health(new Health(
                        ConnectionState.UNCERTAIN, Optional.of(Problem.OUTCOME_UNKNOWN), ISSUED.plusMillis(1)))
                .claim(claim())
                .uncertain(3)
                .failures(new Failures(
                        7,
                        Optional.of(Problem.NETWORK),
                        Optional.of(ISSUED.plus(Duration.ofMinutes(5))),
                        "the connection was reset"))
                .parent(Optional.of(TokenKey.of("parent", "page-owner")))
                .secrets(new SecretPart.Envelope("key-1", bytes()))
                .updatedAt(ISSUED.plusMillis(2))
                .build();
    }

    /** Returns a claim with a random id. */
    public static Claim claim() {
        return new Claim(
                digits(), "host-1/4711", Duration.ofSeconds(45).plusNanos(1), ISSUED.plusSeconds(45), Claim.Phase.SENT);
    }

    /** Returns the next version of a record, with another revision, the next generation and other secrets. */
    public static TokenRecord next(TokenRecord record) {
        return record.next()
                .generation(record.generation() + 1)
                .secrets(new SecretPart.Clear(bytes()))
                .build(revision(), record.updatedAt().plusMillis(1));
    }

    /** Returns the next version of a record with secrets of a given length, in bytes. */
    public static TokenRecord nextWithSecrets(TokenRecord record, int length) {
        byte[] secrets = new byte[length];
        ThreadLocalRandom.current().nextBytes(secrets);
        return record.next()
                .secrets(new SecretPart.Envelope("key-1", secrets))
                .build(revision(), record.updatedAt().plusMillis(1));
    }

    /** Returns a random revision, for example that of a new write. */
    public static long revision() {
        return ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    }

    private static byte[] bytes() {
        return (PREFIX + digits()).getBytes(StandardCharsets.US_ASCII);
    }

    private static String digits() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }
}
