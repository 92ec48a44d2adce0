package dev.evertoken.internal.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.refresh.CheckHistory.Checked;
import dev.evertoken.model.TokenKey;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A token is checked once, however often an API rejects it. */
class CheckHistoryTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NEXT = NOW.plusSeconds(60);
    private static final TokenKey KEY = TokenKey.of("facebook", "fay");
    private static final Checked TOKEN = new Checked(KEY, "grant", 1);

    private final CheckHistory history = new CheckHistory();

    @Test
    void aTokenIsNotCheckedWhileItIsBeingCheckedNorTooSoonAfterwards() {
        assertThat(history.begin(TOKEN, NOW)).isTrue();
        assertThat(history.begin(TOKEN, NEXT.plusSeconds(9))).isFalse();
        history.end(TOKEN, NOW, NEXT);

        assertThat(history.begin(TOKEN, NEXT.minusNanos(1))).isFalse();
        assertThat(history.begin(TOKEN, NEXT)).isTrue();
    }

    @Test
    void anotherGenerationOrGrantIsCheckedAtOnceAndIsNotEndedByTheCheckOfTheEarlierOne() {
        assertThat(history.begin(TOKEN, NOW)).isTrue();
        Checked newer = new Checked(KEY, "grant", 2);
        assertThat(history.begin(newer, NOW)).isTrue();
        history.end(TOKEN, NOW, NOW);
        assertThat(history.begin(newer, NEXT)).as("still being checked").isFalse();

        assertThat(history.begin(new Checked(KEY, "other", 2), NOW)).isTrue();
    }

    @Test
    void onlyChecksThatMayNotBeRepeatedYetAreKept() {
        for (int i = 0; i < 300; i++) {
            Checked token = new Checked(TokenKey.of("facebook", "user-" + i), "grant", 1);
            assertThat(history.begin(token, NOW)).isTrue();
            history.end(token, NOW, i < 100 ? NEXT : NOW);
        }
        assertThat(history.size()).isLessThan(160);
        assertThat(history.begin(new Checked(TokenKey.of("facebook", "user-0"), "grant", 1), NOW))
                .isFalse();
    }
}
