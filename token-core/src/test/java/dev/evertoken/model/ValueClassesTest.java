package dev.evertoken.model;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Classes with a builder behave as records do: they compare all their parts and print all of them. */
class ValueClassesTest {

    private static final Instant LATER = NOW.plusSeconds(60);

    /** Two suppliers of one class, whose results differ in every part. */
    record Pair(Supplier<?> one, Supplier<?> other) {
        @Override
        public String toString() {
            return one.get().getClass().getSimpleName();
        }
    }

    static final List<Pair> PAIRS = List.of(
            new Pair(SampleRecords::record, ValueClassesTest::otherRecord),
            new Pair(ValueClassesTest::response, ValueClassesTest::otherResponse),
            new Pair(ValueClassesTest::profile, ValueClassesTest::otherProfile),
            new Pair(ValueClassesTest::status, ValueClassesTest::otherStatus));

    @ParameterizedTest
    @FieldSource("PAIRS")
    void valuesWithEqualPartsAreEqual(Pair pair) {
        assertThat(pair.one().get())
                .isEqualTo(pair.one().get())
                .hasSameHashCodeAs(pair.one().get())
                .hasToString(pair.one().get().toString())
                .isNotEqualTo(pair.other().get())
                .isNotEqualTo("a text");
    }

    @ParameterizedTest
    @FieldSource("PAIRS")
    void valuesThatDifferInOnePartAreNotEqual(Pair pair) throws IllegalAccessException {
        for (Field part : parts(pair.one().get())) {
            Object changed = pair.one().get();
            part.set(changed, part.get(pair.other().get()));

            assertThat(changed).as(part.getName()).isNotEqualTo(pair.one().get());
            assertThat(changed.hashCode())
                    .as(part.getName())
                    .isNotEqualTo(pair.one().get().hashCode());
        }
    }

    @ParameterizedTest
    @FieldSource("PAIRS")
    void aValueIsPrintedWithItsPartsAsARecordIs(Pair pair) throws IllegalAccessException {
        Object value = pair.one().get();
        StringBuilder expected = new StringBuilder();
        for (Field part : parts(value)) {
            expected.append(expected.isEmpty() ? "" : ", ").append(part.getName() + "=" + part.get(value));
        }

        assertThat(value).hasToString(value.getClass().getSimpleName() + "[" + expected + "]");
    }

    @Test
    void aRecordCannotBeBuiltWithoutItsRequiredParts() {
        assertThatThrownBy(() -> TokenRecord.builder(ALICE).revision(1).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("origin is not set");
        assertThatThrownBy(() -> SampleRecords.record().next().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("revision 0 is not positive");
    }

    private static List<Field> parts(Object value) {
        List<Field> parts = Arrays.stream(value.getClass().getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()))
                .toList();
        parts.forEach(part -> part.setAccessible(true));
        return parts;
    }

    private static TokenRecord otherRecord() {
        return TokenRecord.builder(BOB)
                .origin(new Origin("crm", "test", "sha256:client"))
                .revision(43)
                .grant(new Grant("grant-2", NOW))
                .generation(2)
                .refreshModel(RefreshModel.STATIC)
                .lifetime(new Lifetime(
                        LATER, Optional.empty(), false, Optional.empty(), Optional.empty(), Optional.empty()))
                .health(Health.active(LATER))
                .claim(new Claim("claim-1", "host-1/4711", Duration.ofSeconds(45), LATER, Claim.Phase.SENT))
                .uncertain(1)
                .failures(Failures.none().plus(Problem.NETWORK, LATER, "timed out"))
                .parent(Optional.of(ALICE))
                .spentRefreshTokens(List.of("sha256:spent"))
                .marks(Map.of("expires-7-days", LATER))
                .secrets(new SecretPart.Clear(new byte[] {1}))
                .updatedAt(LATER)
                .build();
    }

    private static TokenResponse response() {
        return TokenResponse.builder(NOW)
                .accessToken(Secret.of("evertoken-test-1"))
                .build();
    }

    private static TokenResponse otherResponse() {
        return TokenResponse.builder(LATER)
                .accessToken(Secret.of("evertoken-test-2"))
                .tokenType("MAC")
                .accessTokenFault(Optional.of("the response has no access token"))
                .refreshToken(Secret.of("evertoken-test-3"))
                .expiresAt(LATER)
                .refreshTokenExpiresAt(LATER)
                .scopes(Set.of("mail"))
                .subject("subject-2")
                .attributes(Map.of("id_token", Secret.of("evertoken-test-4")))
                .hosts(Set.of("eu.acme.example"))
                .others(Map.of("user", response()))
                .build();
    }

    private static ProviderProfile profile() {
        return ProviderProfile.builder(RefreshModel.ROTATING).build();
    }

    private static ProviderProfile otherProfile() {
        return ProviderProfile.builder(RefreshModel.STATIC)
                .endpoints(Endpoints.token(URI.create("https://acme.example/token")))
                .tokenAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
                .scopeSeparator(",")
                .earliestRefreshAge(Duration.ofDays(1))
                .largestMargin(Duration.ofMinutes(10))
                .reuseGrace(Duration.ofSeconds(60))
                .defaultLifetime(Duration.ofHours(2))
                .longestLifetime(Duration.ofDays(60))
                .apiHosts("api.acme.example")
                .accountHosts("acme.example")
                .revokeScope(ProviderProfile.RevokeScope.USER)
                .build();
    }

    private static AccountStatus status() {
        return AccountStatus.builder(ALICE, ConnectionState.ACTIVE, NOW).build();
    }

    private static AccountStatus otherStatus() {
        return AccountStatus.builder(BOB, ConnectionState.DEGRADED, LATER)
                .problem(Optional.of(Problem.NETWORK))
                .detail("timed out")
                .consentedAt(NOW)
                .generation(2)
                .subject(Optional.of("subject-2"))
                .parent(Optional.of(ALICE))
                .requestedScopes(Set.of("mail"))
                .grantedScopes(Set.of("mail"))
                .issuedAt(Optional.of(LATER))
                .expiresAt(Optional.of(LATER))
                .refreshAt(Optional.of(LATER))
                .reconnectBy(Optional.of(LATER))
                .nextAttempt(Optional.of(LATER))
                .claimOwner(Optional.of("host-1/4711"))
                .staleSince(Optional.of(LATER))
                .unsaved(true)
                .reconnectUrl(Optional.of(URI.create("https://crm.example/reconnect")))
                .build();
    }
}
