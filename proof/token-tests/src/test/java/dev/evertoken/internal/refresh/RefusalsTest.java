package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.cache.RefusalSlot.Mark;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.TokenVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The refusals that are kept, for how long, and the callers that they answer. */
class RefusalsTest {

    private static final TokenRequirement USABLE = TokenRequirement.usable();
    private static final TokenVerdict LIMITED =
            TokenVerdict.of(TokenVerdict.Kind.RATE_LIMITED, Problem.RATE_LIMITED, "answered 429");

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final Refusals refusals = new Refusals(engine.time);
    private final Cell cell = engine.cell(ALICE);

    // ---- for how long

    @ParameterizedTest
    @EnumSource(
            names = {
                "STORE_UNAVAILABLE",
                "STORE_REFUSED",
                "STORE_FAILED_OVER",
                "JOURNAL_UNAVAILABLE",
                "JOURNAL_FULL",
                "WAIT_TIMEOUT",
                "HELD_BY_PEER"
            })
    @Fault("L8")
    void aFailureThatMayBeOverIsNotKept(Problem problem) {
        keep(USABLE, problem(problem, null));
        assertThat(answer(USABLE)).isEmpty();

        keep(USABLE, problem(problem, engine.time.now().plusSeconds(60)));
        assertThat(answer(USABLE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {
                "STORE_UNAVAILABLE",
                "STORE_REFUSED",
                "STORE_FAILED_OVER",
                "JOURNAL_UNAVAILABLE",
                "JOURNAL_FULL",
                "WAIT_TIMEOUT",
                "HELD_BY_PEER"
            })
    @Fault("L8")
    void aRefusalWithALaterRetryTimeIsKeptForTwoSeconds(Problem problem) {
        TokenException refused = problem(problem, engine.time.now().plusSeconds(60));
        keep(USABLE, refused);

        engine.clock.advance(Duration.ofSeconds(2).minusNanos(1));
        assertThat(answer(USABLE).map(TokenException::problem)).contains(problem);
        assertThat(answer(USABLE).flatMap(TokenException::retryAt)).isEqualTo(refused.retryAt());
        engine.clock.advance(Duration.ofNanos(1));
        assertThat(answer(USABLE)).isEmpty();
    }

    @Test
    @Fault("L8")
    void aRefusalIsKeptUntilItsRetryTime() {
        keep(USABLE, problem(Problem.NETWORK, engine.time.now().plusMillis(1500)));

        engine.clock.advance(Duration.ofMillis(1499));
        assertThat(answer(USABLE)).isPresent();
        engine.clock.advance(Duration.ofMillis(1));
        assertThat(answer(USABLE)).isEmpty();

        keep(USABLE, problem(Problem.NETWORK, engine.time.now().minusMillis(1)));
        assertThat(answer(USABLE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"NETWORK", "INTERNAL", "OVERLOADED", "MALFORMED_RESPONSE"})
    @Fault("L8")
    void aFailureThatMayBeRetriedAtOnceIsNotKept(Problem problem) {
        keep(USABLE, problem(problem, null));

        assertThat(answer(USABLE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_CONNECTED", "GRANT_DEAD", "NO_REFRESH_TOKEN", "ENVIRONMENT_MISMATCH", "STORE_QUOTA"})
    @Fault("L8")
    void aRefusalThatNoRetrySolvesIsKeptForTwoSeconds(Problem problem) {
        keep(USABLE, problem(problem, null));

        assertThat(answer(USABLE).map(TokenException::problem)).contains(problem);
        engine.clock.advance(Refusals.LONGEST);
        assertThat(answer(USABLE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_CONNECTED", "STORE_QUOTA", "GRANT_DEAD", "RECORD_UNREADABLE"})
    @Fault("L8")
    void onlyARefusalThatIsBasedOnARecordShowsThatTheAccountIsKnown(Problem problem) {
        keep(USABLE, problem(problem, null));

        boolean hasRecord = problem == Problem.GRANT_DEAD || problem == Problem.RECORD_UNREADABLE;
        assertThat(Optional.ofNullable(cell.refusals().last()).orElseThrow().isOfKnownAccount())
                .isEqualTo(hasRecord);
    }

    @Test
    @Fault("L8")
    void aWallClockThatIsSetBackDoesNotProlongARefusal() {
        keep(USABLE, problem(Problem.NOT_CONNECTED, null));
        engine.clock.jumpWall(Duration.ofDays(-1));
        assertThat(answer(USABLE)).isPresent();

        engine.clock.advance(Refusals.LONGEST);

        assertThat(answer(USABLE)).isEmpty();
    }

    // ---- for which callers

    @Test
    @Fault("L8")
    void aCallerWithoutAnyTokenIsRefusedForAllOthersExceptForThoseThatForceOrCompare() {
        TokenRequirement newest = TokenRequirement.newest(token());
        keep(USABLE, problem(Problem.GRANT_DEAD, null));

        assertThat(answer(TokenRequirement.atLeast(Duration.ofMinutes(5)))).isPresent();
        assertThat(answer(TokenRequirement.insteadOf(token()))).isPresent();
        assertThat(answer(newest)).isEmpty();
        assertThat(answer(TokenRequirement.anew())).isEmpty();
        assertThat(answer(USABLE)).as("ended by the forced refresh").isEmpty();
    }

    @Test
    @Fault("L8")
    void aRefusalOfASpecialRequirementAnswersOnlyThatOne() {
        TokenRequirement insteadOf = TokenRequirement.insteadOf(token());
        keep(insteadOf, problem(Problem.NOT_YET, engine.time.now().plusSeconds(60)));

        assertThat(answer(insteadOf)).isPresent();
        assertThat(answer(USABLE)).isEmpty();
        assertThat(answer(TokenRequirement.atLeast(Duration.ofMinutes(5)))).isEmpty();
    }

    @Test
    @Fault("L8")
    void aRefusalOfAForcedRefreshIsNotKept() {
        keep(TokenRequirement.anew(), problem(Problem.GRANT_DEAD, null));

        assertThat(answer(USABLE)).isEmpty();
    }

    @Test
    @Fault("L8")
    void anUnsuitableTokenIsKeptForTheSameComparisonOnly() {
        AccessToken token = token();
        TokenRequirement newest = TokenRequirement.newest(token);
        refusals.keep(attempt(newest), token, cell.refusals().mark());

        assertThat(refusals.nothingNewer(cell, newest)).contains(token);
        assertThat(refusals.nothingNewer(cell, USABLE)).isEmpty();
        assertThat(answer(newest)).isEmpty();
        cell.refusals().changed();
        assertThat(refusals.nothingNewer(cell, newest)).isEmpty();
    }

    // ---- until which change

    @Test
    @Fault("L8")
    void aChangeDuringTheReadEndsARefusalAndOneBeforeItDoesNot() {
        Mark before = cell.refusals().mark();
        cell.refusals().changed();
        refusals.keep(attempt(USABLE), problem(Problem.NOT_CONNECTED, null), before);
        assertThat(answer(USABLE)).isEmpty();

        keep(USABLE, problem(Problem.NOT_CONNECTED, null));
        assertThat(answer(USABLE)).isPresent();
    }

    @Test
    @Fault("L8")
    void aChangeOfAnotherAccountEndsOnlyTheRefusalsOfDerivedAccounts() {
        TokenException refused = problem(Problem.NOT_CONNECTED, null);
        keep(USABLE, refused);
        engine.cell(BOB).refusals().changed();
        assertThat(answer(USABLE)).isPresent();

        keep(USABLE, refused.toBuilder().parent(BOB).build());
        assertThat(answer(USABLE)).isPresent();
        engine.cache.changed(BOB);
        assertThat(answer(USABLE)).isEmpty();
    }

    @Test
    @Fault("L8")
    void aNewerTokenEndsARefusalAndTheSameOneDoesNot() {
        engine.connect(ALICE);
        engine.run(ALICE);
        keep(USABLE, problem(Problem.RATE_LIMITED, engine.time.now().plusSeconds(60)));
        engine.run(ALICE);
        assertThat(answer(USABLE)).isPresent();

        engine.peerSaves(ALICE);
        engine.run(ALICE);
        assertThat(answer(USABLE)).isEmpty();
    }

    @Test
    @Fault("L8")
    void aRefusalOfTheClientEndsWhenTheClientOpens() {
        Instant until = engine.time.now().plusSeconds(60);
        engine.client.health().rejected(BOB, LIMITED.until(until), engine.time.now());
        Instant suspended = engine.client
                .health()
                .suspension(engine.time.now())
                .orElseThrow()
                .until();
        keep(USABLE, problem(Problem.RATE_LIMITED, suspended));
        assertThat(answer(USABLE)).isPresent();

        engine.clock.advanceTo(suspended.minusMillis(500));
        keep(USABLE, problem(Problem.RATE_LIMITED, suspended));
        engine.clock.jumpWall(Duration.ofSeconds(1));
        assertThat(answer(USABLE)).isEmpty();
    }

    // ---- helpers

    private AccessToken token() {
        return new AccessToken(
                Secret.of("token"), "Bearer", Optional.empty(), "grant-alice", 1, engine.time.now(), Set.of());
    }

    private static TokenException problem(Problem problem, @Nullable Instant retryAt) {
        return TokenException.about(problem).key(ALICE).retryAt(retryAt).build();
    }

    private RefreshAttempt attempt(TokenRequirement requirement) {
        return new RefreshAttempt(
                cell,
                engine.client,
                requirement,
                new ParentToken((parent, wanted) -> {
                    throw new AssertionError("there is no parent");
                }),
                engine.events::add,
                "claim-mine");
    }

    private void keep(TokenRequirement requirement, TokenException why) {
        refusals.keep(attempt(requirement), why, cell.refusals().mark());
    }

    private Optional<TokenException> answer(TokenRequirement requirement) {
        return refusals.of(cell, requirement, engine.client.health());
    }
}
