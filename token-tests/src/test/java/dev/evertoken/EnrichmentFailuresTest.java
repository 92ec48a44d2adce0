package dev.evertoken;

import static dev.evertoken.LookupBench.FAILED;
import static dev.evertoken.LookupBench.LATER;
import static dev.evertoken.LookupBench.NAMED;
import static dev.evertoken.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.EnrichmentOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Look-ups that fail: they are shown and tried again, and cost the tokens nothing. */
class EnrichmentFailuresTest {

    private final LookupBench lookup = new LookupBench();
    private final EngineBench bench = lookup.bench;
    private final TaskList tasks = lookup.tasks;
    private final Enrichments enrichments = lookup.enrichments;

    @Test
    void aFailureIsShownWithoutAnyEffectOnRefreshes() {
        TokenRecord record = lookup.nameless();
        lookup.answers(FAILED);

        lookup.run(record);

        TokenRecord now = bench.record(ALICE);
        String detail = "the tokens are saved, but who the user is could not be looked up: no route";
        assertThat(now.health().state()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(now.health().problem()).contains(Problem.ENRICHMENT);
        assertThat(now.failures())
                .isEqualTo(new Failures(0, Optional.of(Problem.ENRICHMENT), Optional.empty(), detail));
        assertThat(bench.events)
                .containsExactly(new TokenEvent.RefreshFailed(
                        ALICE,
                        bench.time.now(),
                        Problem.ENRICHMENT,
                        detail,
                        ConnectionState.DEGRADED,
                        Optional.empty()));
    }

    @Test
    void whatFailedIsTriedAgainAndItsEndIsTold() {
        lookup.answers(FAILED);
        lookup.run(lookup.nameless());
        lookup.answers(NAMED);

        bench.clock.advance(LATER);
        tasks.runAll();

        assertThat(bench.record(ALICE).subject()).contains("alice-1");
        assertThat(bench.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(bench.record(ALICE).failures()).isEqualTo(Failures.none());
        TokenEvent.Recovered recovered = bench.told(TokenEvent.Recovered.class);
        assertThat(recovered.from()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(recovered.lasted()).isBetween(Duration.ofSeconds(1), LATER);
        assertThat(bench.clock.timers()).isZero();
    }

    @Test
    void aRecoveryWithoutNewsIsARecovery() {
        lookup.answers(FAILED);
        lookup.run(lookup.nameless());
        lookup.answers(new EnrichmentOutcome.Told(Optional.empty(), Optional.empty()));

        bench.clock.advance(LATER);
        tasks.runAll();

        assertThat(bench.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aWorseTroubleIsNotPaintedOver() {
        TokenRecord record = lookup.nameless();
        TokenRecord stalled = bench.change(record.next()
                .health(record.health().become(ConnectionState.STALLED, Problem.NETWORK, bench.time.now())));
        lookup.answers(FAILED);

        lookup.run(stalled);

        assertThat(bench.record(ALICE)).isEqualTo(stalled);
        assertThat(bench.events).isEmpty();
    }

    @Test
    void anEnrichmentThatThrowsHasFailed() {
        TokenRecord record = lookup.nameless();
        lookup.calls(held -> {
            throw new IllegalStateException("planned by a test");
        });
        lookup.run(record);
        assertThat(bench.record(ALICE).failures().detail())
                .endsWith(": the enrichment failed with java.lang.IllegalStateException");

        TokenException known = TokenException.about(Problem.TLS)
                .detail("the certificate is not theirs")
                .build();
        LookupBench other = new LookupBench();
        other.calls(held -> {
            throw known;
        });
        other.run(other.nameless());
        assertThat(other.bench.record(ALICE).failures().detail()).endsWith(": the certificate is not theirs");
    }

    @Test
    void afterTwelveAttemptsTheNextRefreshHasToDo() {
        TokenRecord record = lookup.nameless();
        for (int i = 0; i < 12; i++) {
            lookup.answers(FAILED);
        }

        enrichments.after(record, bench.client);
        for (int i = 0; i < 20; i++) {
            tasks.runAll();
            bench.clock.advance(Duration.ofMinutes(10));
        }

        assertThat(lookup.asked).hasSize(12);
        assertThat(bench.clock.timers()).isZero();
        enrichments.after(record, bench.client);
        assertThat(tasks.size()).isEqualTo(1);
    }

    @Test
    void withoutAThreadItIsTriedLater() {
        int[] refusals = {0};
        Enrichments starved = lookup.enrichments(task -> {
            if (refusals[0]++ < 3) {
                throw new RejectedExecutionException("planned by a test");
            }
            task.run();
        });
        lookup.answers(NAMED);

        starved.after(lookup.nameless(), bench.client);
        bench.clock.advance(Duration.ofMinutes(1));

        assertThat(bench.record(ALICE).subject()).contains("alice-1");
    }
}
