package dev.evertoken;

import static dev.evertoken.LookupBench.FAILED;
import static dev.evertoken.LookupBench.LATER;
import static dev.evertoken.LookupBench.NAMED;
import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.EnrichmentOutcome;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.UnreadableRecordException.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Looking up whose tokens they are: behind everybody, and never at the cost of the tokens. */
class EnrichmentsTest {

    private final LookupBench lookup = new LookupBench();
    private final EngineBench bench = lookup.bench;
    private final TaskList tasks = lookup.tasks;
    private final Enrichments enrichments = lookup.enrichments;

    @Test
    void whoTheUserIsIsWrittenDownAndNothingElse() {
        TokenRecord record = lookup.nameless();
        lookup.answers(NAMED);

        enrichments.after(record, bench.client);
        assertThat(lookup.asked).as("behind the caller").isEmpty();
        tasks.runAll();

        TokenRecord now = bench.record(ALICE);
        assertThat(now.subject()).contains("alice-1");
        assertThat(now.grantedScopes()).isEqualTo(record.grantedScopes());
        assertThat(now.secrets()).isEqualTo(record.secrets());
        assertThat(now.generation()).isEqualTo(1);
        assertThat(bench.events).isEmpty();
        assertThat(lookup.asked)
                .containsExactly(new HeldTokens(
                        ALICE,
                        bench.client.client(),
                        bench.workshop.records().tokens(record),
                        EngineBench.CALL,
                        bench.time));
    }

    @Test
    void theScopesThatAreToldAreWrittenDownToo() {
        TokenRecord record = lookup.nameless();
        lookup.answers(new EnrichmentOutcome.Told(Optional.of("alice-1"), Optional.of(Set.of("mail"))));

        lookup.run(record);

        assertThat(bench.record(ALICE).grantedScopes()).containsExactly("mail");
    }

    @Test
    void otherScopesAloneAreNewsAndTheSameAreNot() {
        TokenRecord record = lookup.nameless();
        lookup.answers(new EnrichmentOutcome.Told(Optional.empty(), Optional.of(record.grantedScopes())));
        lookup.run(record);
        assertThat(bench.record(ALICE)).isEqualTo(record);

        lookup.answers(new EnrichmentOutcome.Told(Optional.empty(), Optional.of(Set.of("mail"))));
        lookup.run(record);
        assertThat(bench.record(ALICE).grantedScopes()).containsExactly("mail");
    }

    @Test
    void whoseUserIsKnownOrWhoHasNoneIsNotAskedFor() {
        TokenRecord known = bench.connect(ALICE);
        enrichments.after(known, bench.client);
        enrichments.after(bench.first(ALICE, bench.tokens(), Optional.empty(), Descent.ofClient()), bench.client);
        enrichments.after(
                bench.first(ALICE, bench.tokens(), Optional.empty(), Descent.ofParent(SampleRecords.BOB)),
                bench.client);
        bench.provider.enrichment = null;
        enrichments.after(known.next().subject(Optional.empty()).build(3, bench.time.now()), bench.client);

        assertThat(tasks.size()).isZero();
    }

    @Test
    void oneGrantIsLookedUpByOneAtATime() {
        TokenRecord record = lookup.nameless();

        enrichments.after(record, bench.client);
        enrichments.after(record, bench.client);
        assertThat(tasks.size()).isEqualTo(1);

        lookup.answers(NAMED);
        tasks.runAll();
        enrichments.after(record, bench.client);
        assertThat(tasks.size()).as("it has ended, so another look may begin").isEqualTo(1);
    }

    // ---- what is in the way

    @Test
    void aRecordThatSomebodyIsRefreshingIsNotWrittenOver() {
        TokenRecord record = lookup.nameless();
        bench.peerClaims(ALICE);
        TokenRecord claimed = bench.record(ALICE);
        lookup.answers(NAMED);
        lookup.run(record);
        assertThat(bench.record(ALICE)).isEqualTo(claimed);

        bench.change(claimed.next().noClaim());
        lookup.answers(NAMED);
        bench.clock.advance(LATER);
        tasks.runAll();
        assertThat(bench.record(ALICE).subject()).contains("alice-1");
    }

    @Test
    void whoLosesTheRaceDecidesAgain() {
        TokenRecord record = lookup.nameless();
        bench.shelf.beforeAWrite(() -> bench.peerSaves(ALICE));
        lookup.answers(NAMED);

        lookup.run(record);

        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
        assertThat(bench.record(ALICE).subject()).contains("alice-1");
    }

    @Test
    void anotherGrantIsNotWrittenOver() {
        TokenRecord record = lookup.nameless();
        lookup.calls(held -> {
            bench.remove(ALICE);
            bench.clock.advance(Duration.ofSeconds(1));
            bench.store(Strangers.ofAnotherStage(bench, ALICE));
            return NAMED;
        });

        lookup.run(record);

        assertThat(bench.record(ALICE).subject()).isEmpty();
        assertThat(bench.clock.timers()).isZero();
    }

    @Test
    void whatIsKnownOrGoneMeanwhileIsNotAskedFor() {
        TokenRecord record = lookup.nameless();
        enrichments.after(record, bench.client);
        bench.remove(ALICE);
        tasks.runAll();

        assertThat(lookup.asked).isEmpty();
        assertThat(bench.clock.timers()).isZero();
        enrichments.after(record, bench.client);
        assertThat(tasks.size()).as("it may be looked up when it is back").isEqualTo(1);
    }

    @Test
    void whileEverythingIsClosingNobodyIsAsked() {
        enrichments.after(lookup.nameless(), bench.client);
        bench.workshop.closing().complete(null);
        tasks.runAll();

        assertThat(lookup.asked).isEmpty();
    }

    @Test
    void aFailureWhileEverythingIsClosingIsTheLast() {
        lookup.calls(held -> {
            bench.workshop.closing().complete(null);
            return FAILED;
        });

        lookup.run(lookup.nameless());

        assertThat(bench.clock.timers()).isZero();
    }

    @Test
    void aStoreThatFailsOrARecordThatCannotBeReadIsLookedAtLater() {
        TokenRecord record = lookup.nameless();
        bench.store.next(LOAD).failsBefore();
        lookup.run(record);
        assertThat(bench.clock.timers()).isEqualTo(1);

        bench.shelf.spoil(ALICE, Reason.CORRUPT);
        bench.clock.advance(LATER);
        tasks.runAll();
        assertThat(bench.clock.timers()).isEqualTo(1);
        assertThat(lookup.asked).isEmpty();
        assertThat(bench.store.calls(COMPARE_AND_SET)).isZero();
    }
}
