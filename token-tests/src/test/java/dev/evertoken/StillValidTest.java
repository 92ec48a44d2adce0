package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.TokenCache.Cell;
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

/** What a caller gets when it is not the token that is in trouble. */
class StillValidTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final StillValid stillValid = new StillValid(
            new Outage(bench.workshop.store(), bench.workshop.unsaved(), bench.time),
            bench.workshop.explain(),
            bench.time);

    @ParameterizedTest
    @EnumSource(
            names = {
                "STORE_UNAVAILABLE",
                "STORE_REFUSED",
                "STORE_QUOTA",
                "JOURNAL_UNAVAILABLE",
                "RECORD_UNREADABLE",
                "RECORD_TOO_NEW",
                "HELD_BY_PEER"
            })
    void troubleAroundAValidTokenCostsTheCallerNothing(Problem problem) {
        AccessToken known = known();

        assertThat(or(Ask.usable(), about(problem))).isEqualTo(known);
    }

    @Test
    void thatTheStoreIsAwayIsToldWithTheTokenThatIsServed() {
        known();
        List<TokenEvent> told = new ArrayList<>();

        stillValid.or(cell(), Ask.usable(), about(Problem.STORE_UNAVAILABLE), told::add);
        stillValid.or(cell(), Ask.usable(), about(Problem.STORE_UNAVAILABLE), told::add);

        assertThat(told).containsExactly(new TokenEvent.ServedStale(ALICE, bench.time.now(), 1, "the case of a test"));
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_CONNECTED", "ENVIRONMENT_MISMATCH", "CLIENT_MISMATCH", "NETWORK", "INTERNAL"})
    void troubleThatMayBeTheTokensIsTold(Problem problem) {
        known();

        assertThat(refusal(Ask.usable(), about(problem)).problem()).isEqualTo(problem);
    }

    @Test
    void theNextLookIsTwoSecondsAway() {
        AccessToken known = known();
        bench.untilDue();

        or(Ask.usable(), about(Problem.STORE_UNAVAILABLE));

        long again = bench.time.millis() + 2_000;
        assertThat(cell().fresh(again - 1)).isEqualTo(known);
        assertThat(cell().fresh(again)).isNull();
    }

    @Test
    void whoCannotUseTheTokenIsToldOfTheTrouble() {
        AccessToken known = known();

        for (Ask ask : new Ask[] {Ask.anew(), Ask.insteadOf(known), Ask.atLeast(Duration.ofMinutes(5))}) {
            assertThat(refusal(ask, about(Problem.STORE_UNAVAILABLE)).key()).contains(ALICE);
        }
    }

    @Test
    void aTokenThatHasEndedIsNoAnswer() {
        known();
        bench.untilEnded();

        TokenException told = refusal(Ask.usable(), about(Problem.STORE_UNAVAILABLE));

        assertThat(told).hasMessage("google/alice: the case of a test");
    }

    @Test
    void withoutATokenThereIsNoAnswer() {
        assertThat(refusal(Ask.usable(), about(Problem.STORE_UNAVAILABLE)).problem())
                .isEqualTo(Problem.STORE_UNAVAILABLE);
    }

    @Test
    void aDeadGrantsTokenIsForgotten() {
        known();

        refusal(Ask.usable(), about(Problem.GRANT_DEAD));

        assertThat(cell().valid(bench.time.millis())).isNull();
    }

    @Test
    void aTokenOutlivesTheGrantOfTheAccountThatItCameFrom() {
        AccessToken known = known();

        refusal(
                Ask.usable(),
                about(Problem.GRANT_DEAD).toBuilder().key(ALICE).parent(BOB).build());

        assertThat(cell().valid(bench.time.millis())).isEqualTo(known);
    }

    private AccessToken known() {
        bench.connect(ALICE);
        return bench.run(ALICE);
    }

    private Cell cell() {
        return bench.cell(ALICE);
    }

    private AccessToken or(Ask ask, TokenException why) {
        return stillValid.or(cell(), ask, why, event -> {});
    }

    private TokenException refusal(Ask ask, TokenException why) {
        return EngineBench.failureOf(() -> or(ask, why));
    }

    private static TokenException about(Problem problem) {
        return TokenException.about(problem).detail("the case of a test").build();
    }
}
