package dev.evertoken.spi.store;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Origin;
import dev.evertoken.model.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenRecordTest {

    private static final Instant LATER = NOW.plusSeconds(60);
    private static final Claim CLAIM =
            new Claim("claim-1", "node-a", Duration.ofSeconds(90), NOW.plusSeconds(90), Claim.Phase.SENT);

    private final TokenRecord record = SampleRecords.record();

    @Test
    void theNextRecordDiffersInRevisionAndTimeOnly() {
        assertThat(record.next().build(43, LATER))
                .usingRecursiveComparison()
                .ignoringFields("revision", "updatedAt")
                .isEqualTo(record);
        assertThat(record.next().build(43, LATER).revision()).isEqualTo(43);
        assertThat(record.next().build(43, LATER).updatedAt()).isEqualTo(LATER);
    }

    @Test
    void aClaimDoesNotChangeTheSecrets() {
        TokenRecord claimed = record.next().claim(CLAIM).build(43, LATER);

        assertThat(claimed.claim()).contains(CLAIM);
        assertThat(claimed.secrets()).isSameAs(record.secrets());
        assertThat(claimed.next().noClaim().build(44, LATER).claim()).isEmpty();
    }

    @Test
    void theNextRecordTakesEveryPartThatARefreshChanges() {
        SecretPart secrets = new SecretPart.Clear("other".getBytes(StandardCharsets.UTF_8));
        Failures failures = Failures.none().plus(Problem.NETWORK, LATER, "connection refused");
        Health health = record.health().become(ConnectionState.DEGRADED, Problem.NETWORK, LATER);

        TokenRecord next = record.next()
                .generation(2)
                .subject(Optional.of("subject-2"))
                .grantedScopes(Set.of("mail"))
                .refreshTokenFingerprint(Optional.of("sha256:next"))
                .lifetime(record.lifetime().notBefore(LATER))
                .health(health)
                .uncertain(1)
                .failures(failures)
                .secrets(secrets)
                .build(43, LATER);

        assertThat(next.is("grant-1", 2)).isTrue();
        assertThat(next.is("grant-1", 1)).isFalse();
        assertThat(next.is("grant-2", 2)).isFalse();
        assertThat(next.subject()).contains("subject-2");
        assertThat(next.grantedScopes()).containsExactly("mail");
        assertThat(next.refreshTokenFingerprint()).contains("sha256:next");
        assertThat(next.lifetime().notBefore()).contains(LATER);
        assertThat(next.health()).isEqualTo(health);
        assertThat(next.uncertain()).isEqualTo(1);
        assertThat(next.failures()).isEqualTo(failures);
        assertThat(next.secrets()).isEqualTo(secrets);
        assertThat(next.grant()).isEqualTo(record.grant());
        assertThat(next.origin()).isEqualTo(record.origin());
    }

    @Test
    void aRevisionIsPositiveAndAGenerationCountsFromOne() {
        assertThatThrownBy(() -> record.next().build(0, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("revision 0 is not positive");
        assertThatThrownBy(() -> record.next().build(-1, NOW)).hasMessage("revision -1 is not positive");
        assertThatThrownBy(() -> record.next().generation(0).build(43, NOW)).hasMessage("generation 0 is less than 1");
    }

    @Test
    void theTimeOfAStateChangesOnlyWithTheState() {
        Health degraded = Health.active(NOW).become(ConnectionState.DEGRADED, Problem.NETWORK, LATER);

        assertThat(degraded.since()).isEqualTo(LATER);
        assertThat(degraded.become(ConnectionState.DEGRADED, Problem.TLS, LATER.plusSeconds(9)))
                .isEqualTo(new Health(ConnectionState.DEGRADED, Optional.of(Problem.TLS), LATER));
    }

    @Test
    void failuresCountAndShutTheGateUntilTheNextAttempt() {
        Failures twice = Failures.none().plus(Problem.NETWORK, NOW, "a").plus(Problem.TLS, LATER, "b");

        assertThat(twice).isEqualTo(new Failures(2, Optional.of(Problem.TLS), Optional.of(LATER), "b"));
        assertThat(twice.isBeforeNextAttempt(LATER.minusMillis(1))).isTrue();
        assertThat(twice.isBeforeNextAttempt(LATER)).isFalse();
        assertThat(Failures.none().isBeforeNextAttempt(NOW)).isFalse();
    }

    @Test
    void namesInARecordAreValidated() {
        assertThatThrownBy(() -> new Origin(" ", "prod", "f")).hasMessage("namespace is blank");
        assertThatThrownBy(() -> new Origin("crm", "prod\n", "f"))
                .hasMessage("environment has a control character at index 4");
        assertThatThrownBy(() -> new Origin("crm", "prod", "f".repeat(129)))
                .hasMessage("client fingerprint has 129 characters, more than 128");
        assertThatThrownBy(() -> new Grant("", NOW)).hasMessage("grant id is blank");
        assertThatThrownBy(() -> new Claim("", "node-a", Duration.ofSeconds(1), NOW, Claim.Phase.CLAIMED))
                .hasMessage("claim id is blank");
        assertThatThrownBy(() -> new Claim("c", "n".repeat(201), Duration.ofSeconds(1), NOW, Claim.Phase.CLAIMED))
                .hasMessage("claim owner has 201 characters, more than 200");
    }

    @Test
    void secretPartsAreEqualByContent() {
        assertThat(new SecretPart.Clear(new byte[] {1, 2}))
                .isEqualTo(new SecretPart.Clear(new byte[] {1, 2}))
                .hasSameHashCodeAs(new SecretPart.Clear(new byte[] {1, 2}))
                .isNotEqualTo(new SecretPart.Clear(new byte[] {1, 3}))
                .isNotEqualTo(new SecretPart.Envelope("k1", new byte[] {1, 2}));
        assertThat(new SecretPart.Envelope("k1", new byte[] {1, 2}))
                .isEqualTo(new SecretPart.Envelope("k1", new byte[] {1, 2}))
                .hasSameHashCodeAs(new SecretPart.Envelope("k1", new byte[] {1, 2}))
                .isNotEqualTo(new SecretPart.Envelope("k2", new byte[] {1, 2}))
                .isNotEqualTo(new SecretPart.Envelope("k1", new byte[] {1}));
    }

    @Test
    void aRecordIsDueAtItsRefreshTimeUnlessNotBeforeOrABackoffIsLater() {
        Lifetime due = new Lifetime(
                NOW,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.of(NOW.plusNanos(1_999_999)),
                Optional.empty());
        TokenRecord planned = record.next().lifetime(due).build(43, NOW);

        assertThat(planned.dueAt()).hasValue(NOW.plusMillis(1));
        assertThat(planned.next().lifetime(due.notBefore(LATER)).build(44, NOW).dueAt())
                .hasValue(LATER);
        assertThat(planned.next()
                        .failures(Failures.none().plus(Problem.NETWORK, LATER, "connection refused"))
                        .build(44, NOW)
                        .dueAt())
                .hasValue(LATER);
    }

    @Test
    void aRecordThatARefreshCannotHelpIsNeverDue() {
        assertThat(health(ConnectionState.NEEDS_REAUTH).dueAt()).isEmpty();
        assertThat(health(ConnectionState.NOT_REFRESHABLE).dueAt()).isEmpty();
        assertThat(health(ConnectionState.ACCOUNT_UNUSABLE).dueAt()).isPresent();
        assertThat(record.dueAt()).isPresent();
    }

    private TokenRecord health(ConnectionState state) {
        return record.next()
                .health(record.health().become(state, Problem.GRANT_DEAD, NOW))
                .build(43, NOW);
    }

    @Test
    void onlyTwoKnownSubjectsCanBeDifferentUsers() {
        TokenRecord alices = SampleRecords.record();
        TokenRecord withoutSubject = alices.next().subject(Optional.empty()).build(3, alices.updatedAt());

        assertThat(alices.isOfAnotherUser(Optional.of("else"))).isTrue();
        assertThat(alices.isOfAnotherUser(alices.subject())).isFalse();
        assertThat(alices.isOfAnotherUser(Optional.empty())).isFalse();
        assertThat(withoutSubject.isOfAnotherUser(Optional.of("else"))).isFalse();
        assertThat(withoutSubject.isOfAnotherUser(Optional.empty())).isFalse();
    }
}
