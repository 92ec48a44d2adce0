package dev.evertoken.internal.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenKey;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How many tokens of a client are checked, and when refusals are too many. */
class ClientChecksTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final ClientChecks checks = new ClientChecks();

    private static TokenKey account(int number) {
        return TokenKey.of("facebook", "user-" + number);
    }

    @Test
    void aClientHasThirtyChecksInTenMinutes() {
        for (int i = 0; i < ClientChecks.BUDGET; i++) {
            assertThat(checks.mayCheck(NOW)).isTrue();
            assertThat(checks.take(NOW.plusSeconds(i))).isTrue();
        }
        Instant end = NOW.plus(ClientChecks.WINDOW);
        assertThat(checks.take(end.minusNanos(1))).isFalse();
        assertThat(checks.mayCheck(end.minusNanos(1))).isFalse();

        assertThat(checks.mayCheck(end)).isTrue();
        assertThat(checks.take(end)).isTrue();
        assertThat(checks.take(end)).isFalse();
    }

    @Test
    void theSixthAccountWithinTenMinutesPausesTheChecksForAnHour() {
        for (int i = 1; i <= ClientChecks.MOST_REFUSED; i++) {
            assertThat(checks.refused(account(i), NOW.plusSeconds(i)))
                    .isEqualTo(new ClientChecks.Refused(i, false))
                    .matches(refused -> !refused.areTooMany());
        }
        assertThat(checks.countsFrom()).isEqualTo(Instant.MIN);
        Instant sixth = NOW.plusSeconds(9);

        assertThat(checks.refused(account(6), sixth))
                .isEqualTo(new ClientChecks.Refused(6, true))
                .matches(ClientChecks.Refused::areTooMany);
        assertThat(checks.refused(account(7), sixth))
                .as("one event for each pause")
                .isEqualTo(new ClientChecks.Refused(7, false));

        Instant end = sixth.plus(ClientChecks.PAUSE);
        assertThat(checks.countsFrom()).isEqualTo(end);
        assertThat(checks.mayCheck(end.minusNanos(1))).isFalse();
        assertThat(checks.take(end.minusNanos(1))).isFalse();
        assertThat(checks.take(end)).isTrue();
    }

    @Test
    void refusalsThatAreTenMinutesApartOrOfOneAccountOrTakenBackAreNotTogether() {
        for (int i = 1; i <= ClientChecks.MOST_REFUSED; i++) {
            checks.refused(account(i), NOW);
            checks.refused(account(1), NOW.plusSeconds(1));
        }
        checks.accepted(account(1));
        assertThat(checks.refused(account(6), NOW.plusSeconds(2)).accounts()).isEqualTo(5);

        Instant later = NOW.plus(ClientChecks.WINDOW);
        assertThat(checks.refused(account(7), later)).isEqualTo(new ClientChecks.Refused(2, false));
    }

    @Test
    void manyAccountsAfterThePausePauseTheChecksAgain() {
        for (int i = 1; i <= 6; i++) {
            checks.refused(account(i), NOW);
        }
        Instant again = NOW.plus(ClientChecks.PAUSE);
        for (int i = 1; i <= ClientChecks.MOST_REFUSED; i++) {
            assertThat(checks.refused(account(i), again).isFirst()).isFalse();
        }
        assertThat(checks.refused(account(6), again).isFirst()).isTrue();
        assertThat(checks.mayCheck(again.plus(Duration.ofMinutes(59)))).isFalse();
    }
}
