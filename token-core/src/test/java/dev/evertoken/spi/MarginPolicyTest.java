package dev.evertoken.spi;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarginPolicyTest {

    @ParameterizedTest
    @Fault("E7")
    @CsvSource({
        // lifetime, configured margin, honored margin
        "PT1H, PT5M, PT5M",
        "PT1H, PT15M, PT15M",
        "PT1H, PT30M, PT15M",
        "PT5M, PT15M, PT1M15S",
        "PT1M, PT24H, PT15S",
        "PT1S, PT30M, PT0.25S",
        "P60D, PT30M, PT30M",
        "P60D, P30D, P15D",
        "P365D, P30D, P30D",
        "PT1H, PT0S, PT0S",
    })
    void aMarginIsAtMostAQuarterOfTheLifetime(Duration lifetime, Duration configured, Duration honored) {
        for (int i = 0; i < 50; i++) {
            Schedule schedule = RefreshPolicy.early(configured)
                    .schedule(facts("user-" + i, RefreshModel.STATIC, lifetime, null, null));

            assertThat(schedule.expiresAt()).isEqualTo(NOW.plus(lifetime));
            assertThat(schedule.refreshAt())
                    .isBetween(
                            schedule.expiresAt().minus(honored),
                            schedule.expiresAt().minus(honored.multipliedBy(4).dividedBy(5)));
        }
    }

    @Test
    void anExtendingTokenIsRefreshedInItsLastThirdForAnyMargin() {
        Duration lifetime = Duration.ofDays(60);
        for (Duration margin : new Duration[] {Duration.ZERO, Duration.ofMinutes(5), Duration.ofDays(59)}) {
            Schedule schedule =
                    RefreshPolicy.early(margin).schedule(facts("alice", RefreshModel.EXTENDING, lifetime, null, null));

            assertThat(schedule.refreshAt()).isBetween(NOW.plus(Duration.ofDays(40)), NOW.plus(Duration.ofDays(44)));
        }
    }

    @Test
    void theProvidersLargestMarginIsNotExceeded() {
        Schedule schedule = RefreshPolicy.early(Duration.ofMinutes(90))
                .schedule(facts("alice", RefreshModel.ROTATING, Duration.ofHours(6), null, Duration.ofMinutes(55)));

        assertThat(schedule.refreshAt())
                .isBetween(NOW.plus(Duration.ofMinutes(305)), NOW.plus(Duration.ofMinutes(316)));
    }

    @Test
    void aTokenIsNotRefreshedBeforeTheProvidersEarliestAge() {
        Duration age = Duration.ofHours(24);

        assertThat(RefreshPolicy.early(Duration.ofDays(1))
                        .schedule(facts("alice", RefreshModel.EXTENDING, Duration.ofHours(30), age, null))
                        .refreshAt())
                .isEqualTo(NOW.plus(age));
        assertThat(RefreshPolicy.early(Duration.ofDays(1))
                        .schedule(facts("alice", RefreshModel.EXTENDING, Duration.ofHours(20), age, null))
                        .refreshAt())
                .isEqualTo(NOW.plus(Duration.ofHours(20)));
    }

    @Test
    void anAccountIsDueAtTheSameTimeInEveryProcess() {
        RefreshPolicy.Facts facts = facts("alice", RefreshModel.STATIC, Duration.ofHours(1), null, null);

        assertThat(RefreshPolicy.early(Duration.ofMinutes(10)).schedule(facts))
                .isEqualTo(RefreshPolicy.early(Duration.ofMinutes(10)).schedule(facts))
                .isEqualTo(new Schedule(Instant.parse("2026-03-01T12:51:22.265625Z"), NOW.plusSeconds(3600)));
    }

    @Test
    @Fault("J11")
    void accountsImportedTogetherAreSpreadOut() {
        RefreshPolicy policy = RefreshPolicy.early(Duration.ofMinutes(15));
        Map<Long, Integer> bySecond = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            Instant due = policy.schedule(facts("user-" + i, RefreshModel.STATIC, Duration.ofHours(1), null, null))
                    .refreshAt();
            bySecond.merge(due.getEpochSecond(), 1, Integer::sum);
        }

        assertThat(bySecond).hasSizeBetween(175, 181);
        assertThat(bySecond.values()).allMatch(count -> count < 1500);
    }

    @Test
    void aNegativeMarginIsRejected() {
        assertThatThrownBy(() -> RefreshPolicy.early(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("refreshEarly PT-1S is negative");
    }

    private static RefreshPolicy.Facts facts(
            String account, RefreshModel model, Duration lifetime, Duration earliestAge, Duration largestMargin) {
        return new RefreshPolicy.Facts(
                TokenKey.of(ALICE.registration(), account),
                model,
                NOW,
                NOW.plus(lifetime),
                Optional.ofNullable(earliestAge),
                Optional.ofNullable(largestMargin));
    }
}
