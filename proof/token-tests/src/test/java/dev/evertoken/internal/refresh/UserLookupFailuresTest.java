package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.refresh.UserLookupFixture.FAILED;
import static dev.evertoken.internal.refresh.UserLookupFixture.LATER;
import static dev.evertoken.internal.refresh.UserLookupFixture.NAMED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.UserLookupOutcome;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Failed lookups: they are reported and retried without an effect on the tokens. */
class UserLookupFailuresTest {

    private final UserLookupFixture lookup = new UserLookupFixture();
    private final EngineFixture engine = lookup.engine;
    private final TaskList tasks = lookup.tasks;
    private final UserLookups userLookups = lookup.userLookups;

    @Test
    void aFailureIsReportedWithoutAnEffectOnRefreshes() {
        TokenRecord record = lookup.nameless();
        lookup.responses(FAILED);

        lookup.run(record);

        TokenRecord now = engine.record(ALICE);
        String detail = "the tokens are saved, but the user lookup failed: no route";
        assertThat(now.health().state()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(now.health().problem()).contains(Problem.USER_LOOKUP_FAILED);
        assertThat(now.failures())
                .isEqualTo(new Failures(0, Optional.of(Problem.USER_LOOKUP_FAILED), Optional.empty(), detail));
        assertThat(engine.events)
                .containsExactly(new TokenEvent.RefreshFailed(
                        ALICE,
                        engine.time.now(),
                        Problem.USER_LOOKUP_FAILED,
                        detail,
                        ConnectionState.DEGRADED,
                        Optional.empty()));
    }

    @Test
    void aFailedLookupIsRetriedAndItsRecoveryPublished() {
        lookup.responses(FAILED);
        lookup.run(lookup.nameless());
        lookup.responses(NAMED);

        engine.clock.advance(LATER);
        tasks.runAll();

        assertThat(engine.record(ALICE).subject()).contains("alice-1");
        assertThat(engine.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(engine.record(ALICE).failures()).isEqualTo(Failures.none());
        TokenEvent.Recovered recovered = engine.told(TokenEvent.Recovered.class);
        assertThat(recovered.from()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(recovered.lasted()).isBetween(Duration.ofSeconds(1), LATER);
        assertThat(engine.clock.timers()).isZero();
    }

    @Test
    void anEmptyResultIsARecovery() {
        lookup.responses(FAILED);
        lookup.run(lookup.nameless());
        lookup.responses(new UserLookupOutcome.Found(Optional.empty(), Optional.empty()));

        engine.clock.advance(LATER);
        tasks.runAll();

        assertThat(engine.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aMoreSevereProblemIsNotReplaced() {
        TokenRecord record = lookup.nameless();
        TokenRecord stalled = engine.change(record.next()
                .health(record.health().become(ConnectionState.STALLED, Problem.NETWORK, engine.time.now())));
        lookup.responses(FAILED);

        lookup.run(stalled);

        assertThat(engine.record(ALICE)).isEqualTo(stalled);
        assertThat(engine.events).isEmpty();
    }

    @Test
    void aUserLookupThatThrowsIsAFailure() {
        TokenRecord record = lookup.nameless();
        lookup.calls(held -> {
            throw new IllegalStateException("planned by a test");
        });
        lookup.run(record);
        assertThat(engine.record(ALICE).failures().detail())
                .endsWith(": the UserLookup failed with java.lang.IllegalStateException");

        TokenException known = TokenException.about(Problem.TLS)
                .detail("the certificate does not match")
                .build();
        UserLookupFixture other = new UserLookupFixture();
        other.calls(held -> {
            throw known;
        });
        other.run(other.nameless());
        assertThat(other.engine.record(ALICE).failures().detail()).endsWith(": the certificate does not match");
    }

    @Test
    void theLookupStopsAfterTwelveAttemptsUntilTheNextRefresh() {
        TokenRecord record = lookup.nameless();
        for (int i = 0; i < 12; i++) {
            lookup.responses(FAILED);
        }

        userLookups.after(record, engine.client);
        for (int i = 0; i < 20; i++) {
            tasks.runAll();
            engine.clock.advance(Duration.ofMinutes(10));
        }

        assertThat(lookup.asked).hasSize(12);
        assertThat(engine.clock.timers()).isZero();
        userLookups.after(record, engine.client);
        assertThat(tasks.size()).isEqualTo(1);
    }

    @Test
    void theLookupIsRetriedIfNoThreadIsAvailable() {
        int[] refusals = {0};
        UserLookups withoutThreads = lookup.userLookups(task -> {
            if (refusals[0]++ < 3) {
                throw new RejectedExecutionException("planned by a test");
            }
            task.run();
        });
        lookup.responses(NAMED);

        withoutThreads.after(lookup.nameless(), engine.client);
        engine.clock.advance(Duration.ofMinutes(1));

        assertThat(engine.record(ALICE).subject()).contains("alice-1");
    }

    @Test
    void anExecutorThatFailsDoesNotEndTheLookup() {
        boolean[] failed = {false};
        UserLookups unlucky = lookup.userLookups(task -> {
            if (!failed[0]) {
                failed[0] = true;
                throw new IllegalStateException("planned by a test");
            }
            task.run();
        });
        lookup.responses(NAMED);

        unlucky.after(lookup.nameless(), engine.client);
        engine.clock.advance(LATER);

        assertThat(failed[0]).isTrue();
        assertThat(engine.record(ALICE).subject()).contains("alice-1");
    }

    @Test
    void aLookupWhoseAttemptsAreUsedUpWithoutAThreadStartsAgainWithTheNextRefresh() {
        int[] submitted = {0};
        UserLookups starved = lookup.userLookups(task -> {
            submitted[0]++;
            throw new IllegalStateException("planned by a test");
        });
        TokenRecord record = lookup.nameless();
        starved.after(record, engine.client);
        for (int i = 0; i < 20; i++) {
            engine.clock.advance(Duration.ofMinutes(10));
        }
        assertThat(submitted[0]).isEqualTo(12);
        assertThat(engine.clock.timers()).isZero();

        starved.after(record, engine.client);

        assertThat(submitted[0]).isEqualTo(13);
    }
}
