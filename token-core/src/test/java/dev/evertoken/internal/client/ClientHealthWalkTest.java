package dev.evertoken.internal.client;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.client.ClientHealth.Blame;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Invariants of a client's health under any sequence of responses to its accounts. */
class ClientHealthWalkTest {

    @RepeatedTest(20)
    void theInvariantsHoldForAnySequenceOfResponses(RepetitionInfo walk) {
        SplittableRandom random = new SplittableRandom(walk.getCurrentRepetition());
        ClientHealth health = fresh(random);
        Instant now = NOW;
        Optional<Instant> probing = Optional.empty();
        for (int step = 0; step < 5000; step++) {
            now = now.plusMillis(random.nextInt(3000));
            TokenKey key = TokenKey.of("google", "user-" + random.nextInt(6));
            boolean wasSuspended = health.suspension(now).isPresent();
            boolean permitted = health.tryProbe(key, now);

            assertThat(permitted).as("either suspended or callable").isNotEqualTo(wasSuspended);
            if (!permitted) {
                continue;
            }
            boolean probe = health.suspension(now).isPresent();
            Instant started = now;
            assertThat(probing.filter(end -> started.isBefore(end)))
                    .as("a second probe")
                    .isEmpty();
            probing = Optional.empty();
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    health.succeeded(key);
                    assertThat(health.suspension(now)).as("after a success").isEmpty();
                }
                case 3 -> health.rejected(key, verdict(Kind.GRANT_DEAD), now);
                case 4, 5 -> {
                    Blame blame = health.rejected(key, verdict(Kind.CLIENT_INVALID), now);
                    assertThat(health.suspension(now).isPresent()).isEqualTo(blame == Blame.CLIENT);
                }
                case 6 -> {
                    Blame blame = health.rejected(key, limit(random, now), now);
                    assertThat(health.suspension(now).isPresent()).isEqualTo(blame != Blame.ACCOUNT);
                }
                default -> probing = probe ? Optional.of(now.plus(ClientState.PROBE_PATIENCE)) : Optional.empty();
            }
            assertThat(health.suspension(now.plus(ClientState.BETWEEN_PROBES)))
                    .as("suspended without a probe")
                    .isEmpty();
        }
    }

    @Test
    void theStateOfAClientWithManyAccountsStaysSmall() {
        ClientState state = ClientState.UNTRIED;
        for (int i = 0; i < 1000; i++) {
            state = state.suspecting(TokenKey.of("google", "user-" + i));
            if (i % 10 == 9) {
                state = state.accepted(TokenKey.of("google", "someone"));
            }
        }

        assertThat(state.suspects().size() + state.singled().size()).isLessThanOrEqualTo(128);
    }

    @Test
    void theStateOfAClientWithManyLimitedAccountsStaysSmall() {
        ClientState state = ClientState.UNTRIED;
        for (int i = 0; i < 1000; i++) {
            state = state.limiting(TokenKey.of("google", "user-" + i), NOW.plusSeconds(i));
            if (i % 10 == 9) {
                state = state.accepted(TokenKey.of("google", "someone"));
            }
            assertThat(state.limits().pauses()).hasSizeLessThanOrEqualTo(64);
        }

        assertThat(state.limits().alone()).hasSize(64);
    }

    private static ClientHealth fresh(SplittableRandom random) {
        return new ClientHealth(new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10), random.split()));
    }

    private static TokenVerdict limit(SplittableRandom random, Instant now) {
        TokenVerdict verdict = verdict(Kind.RATE_LIMITED);
        return random.nextBoolean() ? verdict : verdict.until(now.plusSeconds(random.nextInt(86_400)));
    }

    private static TokenVerdict verdict(Kind kind) {
        return TokenVerdict.of(kind, Problem.UNRECOGNIZED_RESPONSE, "token endpoint answered " + kind);
    }
}
