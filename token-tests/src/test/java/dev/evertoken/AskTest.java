package dev.evertoken;

import static dev.evertoken.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a caller wants, and which token is that. */
class AskTest {

    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);
    private static final Instant END = NOW.plus(Duration.ofHours(1));

    private final AccessToken first = token("grant-1", 1, Optional.of(END));

    @Test
    void aTokenThatLastsExactlyAsLongAsAskedForIsEnough() {
        Ask ask = Ask.atLeast(HALF_AN_HOUR);

        assertThat(ask.satisfiedBy(first, at(END.minus(HALF_AN_HOUR)))).isTrue();
        assertThat(ask.satisfiedBy(first, at(END.minus(HALF_AN_HOUR)) + 1)).isFalse();
        assertThat(Ask.usable().satisfiedBy(first, at(END))).isTrue();
        assertThat(Ask.usable().satisfiedBy(first, at(END) + 1)).isFalse();
    }

    @Test
    void aTokenThatNeverEndsLastsForAsLongAsAnybodyAsks() {
        AccessToken endless = token("grant-1", 1, Optional.empty());

        assertThat(Ask.atLeast(Duration.ofDays(9999)).satisfiedBy(endless, at(NOW)))
                .isTrue();
    }

    @Test
    void onlyTheVeryTokenThatWasRejectedIsNoAnswer() {
        for (Ask ask : new Ask[] {Ask.insteadOf(first), Ask.newest(first)}) {
            assertThat(ask.satisfiedBy(first, at(NOW))).isFalse();
            assertThat(ask.rejects("grant-1", 1)).isTrue();
            assertThat(ask.rejects("grant-1", 2)).isFalse();
            assertThat(ask.rejects("grant-2", 1)).isFalse();
            assertThat(ask.satisfiedBy(token("grant-1", 2, Optional.of(END)), at(NOW)))
                    .isTrue();
        }
        assertThat(Ask.anew().rejects("grant-1", 1)).isFalse();
    }

    @Test
    void whateverIsValidWillDoForWhoAsksForNothingMore() {
        assertThat(Ask.usable().anyValidTokenWillDo()).isTrue();
        assertThat(Ask.anew().anyValidTokenWillDo()).isFalse();
        assertThat(Ask.atLeast(Duration.ofMillis(1)).anyValidTokenWillDo()).isFalse();
        assertThat(Ask.insteadOf(first).anyValidTokenWillDo()).isFalse();
        assertThat(Ask.newest(first).anyValidTokenWillDo()).isFalse();
    }

    private static AccessToken token(String grant, long generation, Optional<Instant> end) {
        return new AccessToken(Secret.of(TestTokens.access()), "Bearer", end, grant, generation);
    }

    private static long at(Instant moment) {
        return moment.toEpochMilli();
    }
}
