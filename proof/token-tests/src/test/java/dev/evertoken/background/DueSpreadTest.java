package dev.evertoken.background;

import static dev.evertoken.background.BackgroundFixture.HOUR;
import static dev.evertoken.background.BackgroundFixture.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When accounts that were imported at one instant are refreshed, in virtual time. */
class DueSpreadTest {

    private static final int ACCOUNTS = Boolean.getBoolean("evertoken.long") ? 100_000 : 1_500;
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final Duration MARGIN = Duration.ofMinutes(5);
    private static final int STEPS = 6;

    private final BackgroundFixture fixture = new BackgroundFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void accountsOfOneInstantAreRefreshedEvenlyOverAFifthOfTheMargin() {
        Tokens tokens = fixture.tokens(builder -> builder.refreshEarly(MARGIN));
        fixture.connect(tokens, ACCOUNTS);
        BackgroundRefresh background = BackgroundRefresh.builder(tokens)
                .refreshIdle()
                .ratePerMinute(60 * ACCOUNTS)
                .auditReads(1)
                .build();
        fixture.clock.advance(HOUR.minus(MARGIN));

        List<Integer> refreshed = new ArrayList<>();
        refreshed.add(fixture.runBriefly(background).refreshed());
        for (int step = 0; step < STEPS; step++) {
            fixture.clock.advance(STEP);
            refreshed.add(fixture.runBriefly(background).refreshed());
        }

        int mean = ACCOUNTS / STEPS;
        assertThat(refreshed.get(0)).as("at the begin of the window").isLessThan(mean / 20);
        assertThat(refreshed.subList(1, STEPS + 1))
                .as("in each sixth of %s", MINUTE)
                .allSatisfy(count -> assertThat(count).isBetween(mean * 8 / 10, mean * 12 / 10));
        assertThat(fixture.acme.calls()).hasSize(ACCOUNTS).doesNotHaveDuplicates();
    }

    @Test
    void aJitterSpreadsTheRefreshesFurtherButNotBeyondHalfOfTheTimeThatIsLeft() {
        Tokens tokens = fixture.tokens(builder -> builder.refreshPolicy(
                facts -> new Schedule(facts.expiresAt().minus(MARGIN.multipliedBy(2)), facts.expiresAt())));
        fixture.connect(tokens, ACCOUNTS);
        BackgroundRefresh background = BackgroundRefresh.builder(tokens)
                .refreshIdle()
                .ratePerMinute(60 * ACCOUNTS)
                .auditReads(ACCOUNTS)
                .jitter(HOUR)
                .build();
        fixture.clock.advance(HOUR.minus(MARGIN.multipliedBy(2)));

        List<Integer> refreshed = new ArrayList<>();
        for (int minute = 0; minute < MARGIN.toMinutes(); minute++) {
            fixture.clock.advance(MINUTE);
            refreshed.add(fixture.runBriefly(background).refreshed());
        }

        int mean = ACCOUNTS / (int) MARGIN.toMinutes();
        assertThat(refreshed)
                .as("in each minute of half of the time until they expire")
                .allSatisfy(count -> assertThat(count).isBetween(mean * 8 / 10, mean * 12 / 10));
        assertThat(fixture.acme.calls()).hasSize(ACCOUNTS).doesNotHaveDuplicates();
    }
}
