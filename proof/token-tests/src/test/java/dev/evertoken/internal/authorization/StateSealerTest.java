package dev.evertoken.internal.authorization;

import static dev.evertoken.internal.record.SampleKeys.key;
import static dev.evertoken.internal.record.SampleKeys.ring;
import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.TemporaryCredentials;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The state of an authorization: only a process with the same key, namespace and environment can open it. */
class StateSealerTest {

    private final ManualClock clock = ManualClock.at(NOW);
    private final StateSealer sealing = states(ring("k1", 1));
    private final StateSealer remembering = states(KeyRing.none());

    @Test
    void aSealedStateOpensInEveryProcessWithTheKey() {
        PendingAuthorization pending = pending();

        String state = sealing.seal(pending);

        assertThat(state).startsWith("k1.").matches("[A-Za-z0-9._-]+");
        assertThat(states(ring("k1", 1)).open(state)).contains(pending);
    }

    @Test
    void theSameAuthorizationNeverGetsTheSameStateTwice() {
        PendingAuthorization pending = pending();

        assertThat(sealing.seal(pending)).isNotEqualTo(sealing.seal(pending));
        assertThat(remembering.seal(pending)).isNotEqualTo(remembering.seal(pending));
    }

    @Test
    void aStateOfAnotherApplicationEnvironmentOrKeyDoesNotOpen() {
        String state = sealing.seal(pending());

        assertThat(new StateSealer(ring("k1", 1), "shop", "prod", clock).open(state))
                .isEmpty();
        assertThat(new StateSealer(ring("k1", 1), "crm", "staging", clock).open(state))
                .isEmpty();
        assertThat(states(ring("k1", 2)).open(state)).isEmpty();
        assertThat(states(ring("k2", 1)).open(state)).isEmpty();
        assertThat(states(ring("k2", 1).rotatedTo("k1", key(2))).open(state)).isEmpty();
    }

    @Test
    void aStateOpensAfterAKeyRotation() {
        String state = sealing.seal(pending());

        assertThat(states(ring("k1", 1).rotatedTo("k2", key(2))).open(state)).isPresent();
    }

    @Test
    void aMalformedStateDoesNotOpen() {
        String state = sealing.seal(pending());
        String sealed = state.substring("k1.".length());

        for (String bad : new String[] {
            "",
            ".",
            "k1",
            "k1.",
            "k1.AAAA",
            "k1.not base64 §",
            sealed,
            "." + sealed,
            "k9." + sealed,
            state + "A",
            state.substring(0, state.length() - 2)
        }) {
            assertThat(sealing.open(bad)).as(bad).isEmpty();
        }
    }

    @Test
    void aStateThatIsTooLongDoesNotOpen() {
        int longest = 16 * 1024;

        assertThat(sealing.open("k1." + "A".repeat(longest - 3))).isEmpty();
        assertThat(sealing.open("k1." + "A".repeat(longest))).isEmpty();
    }

    @Test
    void aLargeStateOpens() {
        PendingAuthorization large = pending(Set.of("s".repeat(10_000)));

        assertThat(sealing.open(sealing.seal(large))).contains(large);
    }

    @Test
    @Fault("N10")
    void aStateThatCouldNotBeOpenedIsNotSealed() {
        PendingAuthorization tooLarge = pending(Set.of("s".repeat(16_384)));

        TokenException refused = EngineFixture.failureOf(() -> sealing.seal(tooLarge));

        assertThat(refused.problem()).isEqualTo(Problem.REQUEST_REJECTED);
        assertThat(refused).hasMessageContaining("are too long").hasMessageEndingWith("no authorization was started");
    }

    @Test
    void withoutAKeyAProcessRemembersTheStateForTwiceItsLifetime() {
        PendingAuthorization pending = pending();

        String state = remembering.seal(pending);

        assertThat(state).hasSize(32).matches("[A-Za-z0-9_-]+");
        clock.advance(Duration.ofMinutes(20).minusMillis(1));
        assertThat(remembering.open(state)).contains(pending);
        clock.advance(Duration.ofMillis(1));
        assertThat(remembering.open(state)).isEmpty();
        assertThat(states(KeyRing.none()).open(state)).isEmpty();
    }

    @Test
    void anAuthorizationIsFoundByItsTemporaryToken() {
        for (StateSealer stateSealer : new StateSealer[] {sealing, remembering}) {
            String token = TestTokens.access();
            TemporaryCredentials given =
                    new TemporaryCredentials(Secret.of(token), Secret.of(TestTokens.clientSecret()));
            PendingAuthorization pending = pending(Optional.of(given));

            String state = stateSealer.seal(pending);

            assertThat(stateSealer.ofTemporaryToken(token)).contains(state);
            assertThat(stateSealer.open(state)).contains(pending);
            assertThat(stateSealer.ofTemporaryToken("another")).isEmpty();
            clock.advance(Duration.ofMinutes(20));
            assertThat(stateSealer.ofTemporaryToken(token)).isEmpty();
        }
    }

    @Test
    void randomTextsDiffer() {
        Set<String> some = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            some.add(sealing.randomText(12));
        }

        assertThat(some).hasSize(100).allMatch(text -> text.matches("[A-Za-z0-9_-]{16}"));
    }

    private StateSealer states(KeyRing ring) {
        return new StateSealer(ring, "crm", "prod", clock);
    }

    private static PendingAuthorization pending() {
        return pending(Set.of("calendar", "mail"));
    }

    private static PendingAuthorization pending(Set<String> scopes) {
        return new PendingAuthorization(
                "round-1",
                ALICE,
                URI.create("https://app.example/callback"),
                Optional.of(Secret.of(TestTokens.code())),
                Optional.empty(),
                scopes,
                true,
                NOW.plusSeconds(600));
    }

    private static PendingAuthorization pending(Optional<TemporaryCredentials> given) {
        return new PendingAuthorization(
                "round-2",
                ALICE,
                URI.create("https://app.example/callback"),
                Optional.empty(),
                given,
                Set.of(),
                false,
                NOW.plusSeconds(600));
    }
}
