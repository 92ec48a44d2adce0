package dev.evertoken.store;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Origin;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The contents of the golden files, as values. Neither the values nor the files of a format ever change. */
final class GoldenFiles {

    static final TokenKey KEY = TokenKey.of("google-eu", "user 42/ü");
    private static final Instant ISSUED = Instant.ofEpochMilli(1_772_360_130_123L);

    private GoldenFiles() {}

    static byte[] read(String name) {
        try (InputStream file = GoldenFiles.class.getResourceAsStream("/golden/" + name)) {
            return Objects.requireNonNull(file, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TokenRecord fullRecord() {
        return TokenRecord.builder(KEY)
                .origin(new Origin("crm", "prod", "client-fingerprint"))
                .revision(9_223_372_036_854_775_806L)
                .grant(new Grant("grant-1", ISSUED.minus(Duration.ofDays(30))))
                .generation(17)
                .subject(Optional.of("108234567890"))
                .requestedScopes(new LinkedHashSet<>(List.of("openid", "https://www.googleapis.com/auth/calendar")))
                .grantedScopes(new LinkedHashSet<>(List.of("openid")))
                .refreshModel(RefreshModel.ROTATING)
                .refreshTokenFingerprint(Optional.of("refresh-fingerprint"))
                .lifetime(new Lifetime(
                        ISSUED,
                        Optional.of(ISSUED.plusSeconds(3599)),
                        true,
                        Optional.of(ISSUED.plus(Duration.ofDays(180))),
                        Optional.of(ISSUED.plusSeconds(1800)),
                        Optional.of(ISSUED.plusNanos(1))))
                .health(new Health(
                        ConnectionState.UNCERTAIN, Optional.of(Problem.OUTCOME_UNKNOWN), ISSUED.plusMillis(1)))
                .claim(new Claim(
                        "claim-1", "host-1/4711", Duration.ofSeconds(45), ISSUED.plusSeconds(45), Claim.Phase.SENT))
                .uncertain(2)
                .failures(new Failures(
                        3,
                        Optional.of(Problem.NETWORK),
                        Optional.of(ISSUED.plusSeconds(60)),
                        "no \"answer\" \\ in time"))
                .parent(Optional.of(TokenKey.of("facebook", "parent")))
                .secrets(new SecretPart.Envelope("key-1", new byte[] {0, 1, 2, (byte) 0xfd, (byte) 0xfe, (byte) 0xff}))
                .updatedAt(ISSUED.plusMillis(2))
                .build();
    }

    /** The full record with the parts that format 2 added. */
    static TokenRecord fullRecord2() {
        return fullRecord().toBuilder()
                .spentRefreshTokens(List.of("first-fingerprint", "last-fingerprint"))
                .marks(Map.of("expires-30-days", ISSUED.plusMillis(3), "expires-7-days", ISSUED.plusMillis(4)))
                .build();
    }

    /** The full token set with the parts that format 2 added. */
    static TokenSet fullTokens2() {
        return fullTokens().toBuilder().hosts(List.of("eu1.api.example")).build();
    }

    static TokenRecord sparseRecord() {
        return TokenRecord.builder(KEY)
                .origin(new Origin("crm", "prod", "client-fingerprint"))
                .revision(1)
                .grant(new Grant("grant-1", Instant.EPOCH))
                .refreshModel(RefreshModel.NON_EXPIRING)
                .lifetime(new Lifetime(
                        Instant.EPOCH, Optional.empty(), false, Optional.empty(), Optional.empty(), Optional.empty()))
                .health(Health.active(Instant.EPOCH))
                .secrets(new SecretPart.Clear("evertoken-test-clear".getBytes(StandardCharsets.UTF_8)))
                .updatedAt(Instant.EPOCH)
                .build();
    }

    /** A record of a client-credentials account: its refresh model was added later, within format 1. */
    static TokenRecord appRecord() {
        return TokenRecord.builder(KEY)
                .origin(new Origin("crm", "prod", "client-fingerprint"))
                .revision(1)
                .grant(new Grant("grant-1", ISSUED))
                .generation(2)
                .requestedScopes(Set.of("read"))
                .grantedScopes(Set.of("read"))
                .refreshModel(RefreshModel.REISSUED)
                .lifetime(new Lifetime(
                        ISSUED,
                        Optional.of(ISSUED.plusSeconds(3599)),
                        false,
                        Optional.empty(),
                        Optional.of(ISSUED.plusSeconds(2700)),
                        Optional.empty()))
                .health(Health.active(ISSUED))
                .secrets(new SecretPart.Clear("evertoken-test-clear".getBytes(StandardCharsets.UTF_8)))
                .updatedAt(ISSUED)
                .build();
    }

    static TokenSet fullTokens() {
        return TokenSet.builder("evertoken-test-access")
                .tokenType("bearer")
                .refreshToken("evertoken-test-refresh")
                .expiresAt(ISSUED.plusSeconds(3599))
                .refreshTokenExpiresAt(ISSUED.plus(Duration.ofDays(180)))
                .scopes(List.of("z.last", "a.first"))
                .issuedAt(ISSUED)
                .attribute("token_secret", Secret.of("evertoken-test-\"secret\" ü 😀"))
                .attribute("id_token", Secret.of("evertoken-test-id"))
                .build();
    }

    /** The tokens of an account that was imported with a refresh token alone. */
    static TokenSet refreshTokenAlone() {
        return TokenSet.ofRefreshToken("1//refresh").toBuilder()
                .issuedAt(ISSUED)
                .scopes("openid")
                .build();
    }

    static TokenSet sparseTokens() {
        return TokenSet.builder("evertoken-test-access").build();
    }
}
