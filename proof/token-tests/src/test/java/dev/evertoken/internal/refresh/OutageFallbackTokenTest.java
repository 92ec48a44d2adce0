package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The token that a caller gets during an outage that does not affect the token itself. */
class OutageFallbackTokenTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final OutageFallback fallback = engine.parts.fallback();

    @ParameterizedTest
    @EnumSource(
            names = {
                "STORE_UNAVAILABLE",
                "STORE_REFUSED",
                "STORE_QUOTA",
                "JOURNAL_UNAVAILABLE",
                "JOURNAL_FULL",
                "RECORD_UNREADABLE",
                "RECORD_TOO_NEW",
                "HELD_BY_PEER"
            })
    void aValidTokenIsReturnedDuringProblemsThatDoNotAffectIt(Problem problem) {
        AccessToken known = known();

        assertThat(or(TokenRequirement.usable(), about(problem))).isEqualTo(known);
    }

    @Test
    void anOutageOfTheStoreIsPublishedOnceWithTheServedToken() {
        known();
        List<TokenEvent> events = new ArrayList<>();

        fallback.tokenOr(cell(), TokenRequirement.usable(), about(Problem.STORE_UNAVAILABLE), events::add);
        fallback.tokenOr(cell(), TokenRequirement.usable(), about(Problem.STORE_UNAVAILABLE), events::add);

        assertThat(events)
                .containsExactly(new TokenEvent.ServedStale(ALICE, engine.time.now(), 1, "the case of a test"));
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_CONNECTED", "ENVIRONMENT_MISMATCH", "CLIENT_MISMATCH", "NETWORK", "INTERNAL"})
    void aProblemThatMayAffectTheTokenIsThrown(Problem problem) {
        known();

        assertThat(refusal(TokenRequirement.usable(), about(problem)).problem()).isEqualTo(problem);
    }

    @Test
    void theNextCheckIsTwoSecondsLater() {
        AccessToken known = known();
        engine.untilDue();

        or(TokenRequirement.usable(), about(Problem.STORE_UNAVAILABLE));

        long nextCheck = engine.time.millis() + 2_000;
        assertThat(cell().fresh(nextCheck - 1)).isEqualTo(known);
        assertThat(cell().fresh(nextCheck)).isNull();
    }

    @Test
    void theProblemIsThrownIfTheTokenDoesNotMeetTheRequirement() {
        AccessToken known = known();

        for (TokenRequirement requirement : new TokenRequirement[] {
            TokenRequirement.anew(), TokenRequirement.insteadOf(known), TokenRequirement.atLeast(Duration.ofMinutes(5))
        }) {
            assertThat(refusal(requirement, about(Problem.STORE_UNAVAILABLE)).key())
                    .contains(ALICE);
        }
    }

    @Test
    void anExpiredTokenIsNotReturned() {
        known();
        engine.untilEnded();

        TokenException problem = refusal(TokenRequirement.usable(), about(Problem.STORE_UNAVAILABLE));

        assertThat(problem).hasMessage("google/alice: the case of a test");
    }

    @Test
    void theProblemIsThrownWithoutAToken() {
        assertThat(refusal(TokenRequirement.usable(), about(Problem.STORE_UNAVAILABLE))
                        .problem())
                .isEqualTo(Problem.STORE_UNAVAILABLE);
    }

    @Test
    void theTokenOfARevokedGrantIsForgotten() {
        known();

        refusal(TokenRequirement.usable(), about(Problem.GRANT_DEAD));

        assertThat(cell().valid(engine.time.millis())).isNull();
    }

    @Test
    void aTokenIsKeptAfterTheGrantOfItsParentEnded() {
        AccessToken known = known();

        refusal(
                TokenRequirement.usable(),
                about(Problem.GRANT_DEAD).toBuilder().key(ALICE).parent(BOB).build());

        assertThat(cell().valid(engine.time.millis())).isEqualTo(known);
    }

    private AccessToken known() {
        engine.connect(ALICE);
        return engine.run(ALICE);
    }

    private Cell cell() {
        return engine.cell(ALICE);
    }

    private AccessToken or(TokenRequirement requirement, TokenException why) {
        return fallback.tokenOr(cell(), requirement, why, event -> {});
    }

    private TokenException refusal(TokenRequirement requirement, TokenException why) {
        return EngineFixture.failureOf(() -> or(requirement, why));
    }

    private static TokenException about(Problem problem) {
        return TokenException.about(problem).detail("the case of a test").build();
    }
}
