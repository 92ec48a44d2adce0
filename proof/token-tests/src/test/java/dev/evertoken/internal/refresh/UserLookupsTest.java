package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.refresh.UserLookupFixture.FAILED;
import static dev.evertoken.internal.refresh.UserLookupFixture.LATER;
import static dev.evertoken.internal.refresh.UserLookupFixture.NAMED;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.ForeignRecords;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.UserLookupOutcome;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Looking up whose tokens they are: behind everybody, and never at the cost of the tokens. */
class UserLookupsTest {

    private final UserLookupFixture lookup = new UserLookupFixture();
    private final EngineFixture engine = lookup.engine;
    private final TaskList tasks = lookup.tasks;
    private final UserLookups userLookups = lookup.userLookups;

    @Test
    void whoTheUserIsIsWrittenDownAndNothingElse() {
        TokenRecord record = lookup.nameless();
        lookup.responses(NAMED);

        userLookups.after(record, engine.client);
        assertThat(lookup.asked).as("behind the caller").isEmpty();
        tasks.runAll();

        TokenRecord now = engine.record(ALICE);
        assertThat(now.subject()).contains("alice-1");
        assertThat(now.grantedScopes()).isEqualTo(record.grantedScopes());
        assertThat(now.secrets()).isEqualTo(record.secrets());
        assertThat(now.generation()).isEqualTo(1);
        assertThat(engine.events).isEmpty();
        assertThat(lookup.asked)
                .containsExactly(new HeldTokens(
                        ALICE,
                        engine.client.client(),
                        engine.parts.mapper().tokens(record),
                        EngineFixture.CALL,
                        engine.time));
    }

    @Test
    void theScopesThatAreToldAreWrittenDownToo() {
        TokenRecord record = lookup.nameless();
        lookup.responses(new UserLookupOutcome.Found(Optional.of("alice-1"), Optional.of(Set.of("mail"))));

        lookup.run(record);

        assertThat(engine.record(ALICE).grantedScopes()).containsExactly("mail");
    }

    @Test
    void otherScopesAloneAreNewsAndTheSameAreNot() {
        TokenRecord record = lookup.nameless();
        lookup.responses(new UserLookupOutcome.Found(Optional.empty(), Optional.of(record.grantedScopes())));
        lookup.run(record);
        assertThat(engine.record(ALICE)).isEqualTo(record);

        lookup.responses(new UserLookupOutcome.Found(Optional.empty(), Optional.of(Set.of("mail"))));
        lookup.run(record);
        assertThat(engine.record(ALICE).grantedScopes()).containsExactly("mail");
    }

    @Test
    void whoseUserIsKnownOrWhoHasNoneIsNotAskedFor() {
        TokenRecord known = engine.connect(ALICE);
        userLookups.after(known, engine.client);
        userLookups.after(
                engine.first(ALICE, engine.tokens(), Optional.empty(), GrantSource.ofClient()), engine.client);
        userLookups.after(
                engine.first(ALICE, engine.tokens(), Optional.empty(), GrantSource.ofParent(SampleRecords.BOB)),
                engine.client);
        engine.provider.userLookup = null;
        userLookups.after(known.next().subject(Optional.empty()).build(3, engine.time.now()), engine.client);

        assertThat(tasks.size()).isZero();
    }

    @Test
    void oneGrantIsLookedUpByOneAtATime() {
        TokenRecord record = lookup.nameless();

        userLookups.after(record, engine.client);
        userLookups.after(record, engine.client);
        assertThat(tasks.size()).isEqualTo(1);

        lookup.responses(NAMED);
        tasks.runAll();
        userLookups.after(record, engine.client);
        assertThat(tasks.size()).as("it has ended, so another look may begin").isEqualTo(1);
    }

    // ---- what is in the way

    @Test
    void aRecordThatSomebodyIsRefreshingIsNotWrittenOver() {
        TokenRecord record = lookup.nameless();
        engine.peerClaims(ALICE);
        TokenRecord claimed = engine.record(ALICE);
        lookup.responses(NAMED);
        lookup.run(record);
        assertThat(engine.record(ALICE)).isEqualTo(claimed);

        engine.change(claimed.next().noClaim());
        lookup.responses(NAMED);
        engine.clock.advance(LATER);
        tasks.runAll();
        assertThat(engine.record(ALICE).subject()).contains("alice-1");
    }

    @Test
    void whoLosesTheRaceDecidesAgain() {
        TokenRecord record = lookup.nameless();
        engine.peers.beforeAWrite(() -> engine.peerSaves(ALICE));
        lookup.responses(NAMED);

        lookup.run(record);

        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
        assertThat(engine.record(ALICE).subject()).contains("alice-1");
    }

    @Test
    void anotherGrantIsNotWrittenOver() {
        TokenRecord record = lookup.nameless();
        lookup.calls(held -> {
            engine.remove(ALICE);
            engine.clock.advance(Duration.ofSeconds(1));
            engine.store(ForeignRecords.ofAnotherStage(engine, ALICE));
            return NAMED;
        });

        lookup.run(record);

        assertThat(engine.record(ALICE).subject()).isEmpty();
        assertThat(engine.clock.timers()).isZero();
    }

    @Test
    void whatIsKnownOrGoneMeanwhileIsNotAskedFor() {
        TokenRecord record = lookup.nameless();
        userLookups.after(record, engine.client);
        engine.remove(ALICE);
        tasks.runAll();

        assertThat(lookup.asked).isEmpty();
        assertThat(engine.clock.timers()).isZero();
        userLookups.after(record, engine.client);
        assertThat(tasks.size()).as("it may be looked up when it is back").isEqualTo(1);
    }

    @Test
    void whileEverythingIsClosingNobodyIsAsked() {
        userLookups.after(lookup.nameless(), engine.client);
        engine.parts.closing().complete(null);
        tasks.runAll();

        assertThat(lookup.asked).isEmpty();
    }

    @Test
    void aFailureWhileEverythingIsClosingIsTheLast() {
        lookup.calls(held -> {
            engine.parts.closing().complete(null);
            return FAILED;
        });

        lookup.run(lookup.nameless());

        assertThat(engine.clock.timers()).isZero();
    }

    @Test
    void aStoreThatFailsOrARecordThatCannotBeReadIsLookedAtLater() {
        TokenRecord record = lookup.nameless();
        engine.store.next(LOAD).failBefore();
        lookup.run(record);
        assertThat(engine.clock.timers()).isEqualTo(1);

        engine.peers.spoil(ALICE, Reason.CORRUPT);
        engine.clock.advance(LATER);
        tasks.runAll();
        assertThat(engine.clock.timers()).isEqualTo(1);
        assertThat(lookup.asked).isEmpty();
        assertThat(engine.store.calls(COMPARE_AND_SET)).isZero();
    }
}
