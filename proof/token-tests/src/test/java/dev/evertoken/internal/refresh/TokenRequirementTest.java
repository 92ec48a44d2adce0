package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The requirement of a caller, and the tokens that meet it. */
class TokenRequirementTest {

    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);
    private static final Instant END = NOW.plus(Duration.ofHours(1));

    private final AccessToken first = token("grant-1", 1, Optional.of(END));

    @Test
    void aTokenThatLastsExactlyAsLongAsRequiredIsAccepted() {
        TokenRequirement requirement = TokenRequirement.atLeast(HALF_AN_HOUR);

        assertThat(requirement.satisfiedBy(first, at(END.minus(HALF_AN_HOUR)))).isTrue();
        assertThat(requirement.satisfiedBy(first, at(END.minus(HALF_AN_HOUR)) + 1))
                .isFalse();
        assertThat(TokenRequirement.usable().satisfiedBy(first, at(END))).isTrue();
        assertThat(TokenRequirement.usable().satisfiedBy(first, at(END) + 1)).isFalse();
    }

    @Test
    void aTokenWithoutAnExpiryMeetsEveryRequiredDuration() {
        AccessToken endless = token("grant-1", 1, Optional.empty());

        assertThat(TokenRequirement.atLeast(Duration.ofDays(9999)).satisfiedBy(endless, at(NOW)))
                .isTrue();
    }

    @Test
    void onlyTheRejectedTokenIsNotAccepted() {
        for (TokenRequirement requirement :
                new TokenRequirement[] {TokenRequirement.insteadOf(first), TokenRequirement.newest(first)}) {
            assertThat(requirement.satisfiedBy(first, at(NOW))).isFalse();
            assertThat(requirement.rejects("grant-1", 1)).isTrue();
            assertThat(requirement.rejects("grant-1", 2)).isFalse();
            assertThat(requirement.rejects("grant-2", 1)).isFalse();
            assertThat(requirement.satisfiedBy(token("grant-1", 2, Optional.of(END)), at(NOW)))
                    .isTrue();
        }
        assertThat(TokenRequirement.anew().rejects("grant-1", 1)).isFalse();
    }

    @Test
    void anyValidTokenIsAcceptedOnlyWithoutFurtherRequirements() {
        assertThat(TokenRequirement.usable().anyValidTokenWillDo()).isTrue();
        assertThat(TokenRequirement.anew().anyValidTokenWillDo()).isFalse();
        assertThat(TokenRequirement.atLeast(Duration.ofMillis(1)).anyValidTokenWillDo())
                .isFalse();
        assertThat(TokenRequirement.insteadOf(first).anyValidTokenWillDo()).isFalse();
        assertThat(TokenRequirement.newest(first).anyValidTokenWillDo()).isFalse();
    }

    private static AccessToken token(String grant, long generation, Optional<Instant> end) {
        return new AccessToken(Secret.of(TestTokens.access()), "Bearer", end, grant, generation);
    }

    private static long at(Instant moment) {
        return moment.toEpochMilli();
    }
}
