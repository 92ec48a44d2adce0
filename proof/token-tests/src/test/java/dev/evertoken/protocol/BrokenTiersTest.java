package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.REMOVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.protocol.ChainFixture.Condition;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.ManualClock;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every combination of at most two broken tiers of a chain, at each step of a refresh and during a disconnect. */
class BrokenTiersTest {

    /** The step before which the tiers break. */
    enum Step {
        LOAD,
        CLAIM,
        SETTLE,
        PUBLISH
    }

    private final ManualClock clock = ManualClock.start();
    private final ChainFixture chain = new ChainFixture(clock);
    private final ProtocolFixture fixture = new ProtocolFixture(
            clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock), chain.store);
    private final Tokens tokens = fixture.process();

    @AfterEach
    void close() {
        chain.repair();
        fixture.close();
        chain.close();
    }

    static Stream<Arguments> stepsAndPairs() {
        return Arrays.stream(Step.values())
                .flatMap(
                        step -> pairs().map(Arguments::get).map(pair -> Arguments.of(step, pair[0], pair[1], pair[2])));
    }

    /** Returns every combination of conditions with at most two of three tiers broken. */
    static Stream<Arguments> pairs() {
        return Arrays.stream(Condition.values())
                .flatMap(authority -> Arrays.stream(Condition.values())
                        .flatMap(near -> Arrays.stream(Condition.values())
                                .filter(far -> Stream.of(authority, near, far).anyMatch(Condition.UP::equals))
                                .map(far -> Arguments.of(authority, near, far))));
    }

    @ParameterizedTest(name = "{0}: authority {1}, near {2}, far {3}")
    @MethodSource("stepsAndPairs")
    @Fault({"F4", "F5", "F17", "B4", "A8"})
    void aRefreshSpendsNoTokenTwiceAndFinallyEveryTierHasTheNewest(
            Step step, Condition authority, Condition near, Condition far) {
        chain.connectExpired(fixture, tokens);
        refreshWith(step, authority, near, far);

        chain.repair();
        chain.eventually(fixture, () -> tokens.accessToken(ANNA));
        chain.untilCopiesMatch();
        assertThat(fixture.server.requests()).as("one request per generation").isEqualTo(1);
        TokenRecord settled = chain.in(chain.authorityItself).orElseThrow();
        assertThat(settled.generation()).isEqualTo(2);
        assertThat(settled.health().state()).isEqualTo(ConnectionState.ACTIVE);

        clock.advance(LIFETIME.plusSeconds(1));
        chain.eventually(fixture, () -> tokens.replace(ANNA, tokens.accessToken(ANNA)));
        fixture.server.assertNothingReused();
        assertThat(fixture.server.secondPresentations()).isZero();
    }

    /** Refreshes, and breaks the tiers just before a step. */
    private void refreshWith(Step step, Condition authority, Condition near, Condition far) {
        Gate response = new Gate();
        if (step == Step.SETTLE) {
            fixture.server.next(AuthorizationServer.heldAfter(response));
        }
        Checkpoint before = chain.untilRepaired(held(step));
        if (step == Step.LOAD) {
            breakTiers(authority, near, far);
        }
        CompletableFuture<?> call = fixture.async(() -> tokens.accessToken(ANNA));
        switch (step) {
            case LOAD -> {}
            case SETTLE -> {
                response.awaitArrival();
                breakTiers(authority, near, far);
                response.open();
            }
            case CLAIM, PUBLISH -> {
                before.awaitArrived();
                breakTiers(authority, near, far);
                if ((step == Step.CLAIM ? authority : near) != Condition.HANGING) {
                    before.release();
                }
            }
        }
        chain.until(call::isDone);
    }

    private Checkpoint held(Step step) {
        return switch (step) {
            case CLAIM ->
                chain.authority
                        .next(COMPARE_AND_SET)
                        .where(record -> record.claim().isPresent())
                        .holdBefore();
            case PUBLISH ->
                chain.near
                        .next(COMPARE_AND_SET)
                        .where(record -> record.generation() == 2)
                        .holdBefore();
            case LOAD, SETTLE -> new Checkpoint();
        };
    }

    @ParameterizedTest(name = "authority {0}, near {1}, far {2}")
    @MethodSource("pairs")
    @Fault({"F4", "F17"})
    void aDisconnectFinallyReachesEveryTierAndNoCopyIsServedBefore(Condition authority, Condition near, Condition far) {
        chain.connectExpired(fixture, tokens);
        Checkpoint before = chain.untilRepaired(chain.authority.next(REMOVE).holdBefore());
        CompletableFuture<?> call = fixture.async(() -> tokens.disconnect(ANNA));
        before.awaitArrived();
        breakTiers(authority, near, far);
        if (authority != Condition.HANGING) {
            before.release();
        }
        chain.until(call::isDone);
        CompletableFuture<?> copy = fixture.async(() -> chain.store.newestKnown(ANNA));
        chain.until(copy::isDone);
        assertThat(copy.join()).as("marked as removed").isEqualTo(Optional.empty());

        chain.repair();
        chain.eventually(fixture, () -> tokens.disconnect(ANNA));
        assertThat(chain.in(chain.authorityItself)).isEmpty();
        chain.until(() -> chain.in(chain.nearItself).isEmpty()
                && chain.in(chain.farItself).isEmpty());
        assertThat(fixture.server.requests()).isZero();
    }

    private void breakTiers(Condition authority, Condition near, Condition far) {
        chain.put(chain.authority, authority);
        chain.put(chain.near, near);
        chain.put(chain.far, far);
    }
}
