package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.account.ConnectionsTest;
import dev.evertoken.internal.account.Consent;
import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With costly writes, repeatable responses are kept in this process only. The store always takes precedence. */
class RefreshCycleUnwrittenTest {

    private final EngineFixture costly = EngineFixture.of(RefreshModel.STATIC);

    @BeforeEach
    void makeWritesCostly() {
        costly.peers.isCostly();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"REISSUED", "NON_EXPIRING"})
    void onlyRepeatableRefreshesWithCostlyWritesHaveNoClaim(RefreshModel model) {
        for (boolean costly : new boolean[] {false, true}) {
            EngineFixture each = EngineFixture.of(model);
            each.connect(ALICE);
            each.untilEnded();
            if (costly) {
                each.peers.isCostly();
            }
            each.provider.calls(request -> {
                assertThat(each.record(ALICE).claim().isEmpty()).isEqualTo(costly && model == RefreshModel.STATIC);
                return new TokenOutcome.Issued(each.accessTokenOnly());
            });

            assertThat(each.run(ALICE).generation()).isEqualTo(2);
        }
    }

    @Test
    void aRepeatableResponseIsNotWrittenIfWritesAreCostly() {
        costly.connect(ALICE);
        costly.untilEnded();
        costly.provider.responses(new TokenOutcome.Issued(costly.accessTokenOnly()));

        AccessToken token = costly.run(ALICE);

        assertThat(costly.cell(ALICE).fresh(costly.time.millis())).isEqualTo(token);
        assertThat(costly.store.calls(COMPARE_AND_SET)).isZero();
        assertThat(costly.store.calls(LOAD))
                .as("one load before the call, and one to check that the grant still exists")
                .isEqualTo(2);
    }

    @Test
    void aNewRefreshTokenIsWrittenEvenIfWritesAreCostly() {
        costly.connect(ALICE);
        costly.untilEnded();
        costly.providerResponses();

        costly.run(ALICE);

        assertThat(costly.record(ALICE).generation()).isEqualTo(2);
        assertThat(costly.store.calls(COMPARE_AND_SET)).isEqualTo(1);
    }

    @Test
    void anUnwrittenResponseIsUsedByTheNextCycle() {
        refresh();
        TokenCache.Cell another = new TokenCache(1).cell(ALICE);

        AccessToken known = run(another);

        assertThat(known.generation()).isEqualTo(2);
        assertThat(costly.provider.requests).hasSize(1);
        assertThat(costly.record(ALICE).generation()).isEqualTo(1);
    }

    @Test
    void aWriteOfAPeerReplacesAnUnwrittenResponse() {
        refresh();
        costly.clock.advance(EngineFixture.HOUR);
        costly.provider.responses(new TokenOutcome.Issued(costly.accessTokenOnly()));
        assertThat(costly.run(ALICE).generation()).isEqualTo(3);
        costly.peerSaves(ALICE);

        AccessToken peers = costly.run(ALICE);

        assertThat(peers.generation()).isEqualTo(2);
        assertThat(costly.cell(ALICE).fresh(costly.time.millis())).isEqualTo(peers);
    }

    @Test
    void theResponseOfARemovedGrantIsNotServed() {
        expire();
        costly.provider.calls(request -> {
            costly.remove(ALICE);
            return new TokenOutcome.Issued(costly.accessTokenOnly());
        });

        assertThat(costly.failure(ALICE).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(costly.events).isEmpty();
    }

    @Test
    void theResponseOfAnEarlierGrantIsReplacedByTheNewGrant() {
        expire();
        costly.provider.calls(request -> {
            costly.remove(ALICE);
            ConnectionsTest.connections(costly)
                    .connect(new TokenCache(1).cell(ALICE), costly.client, costly.tokens(), Consent.Over.ANYTHING);
            return new TokenOutcome.Issued(costly.accessTokenOnly());
        });

        AccessToken token = costly.run(ALICE);

        assertThat(token.grantId()).isEqualTo(costly.record(ALICE).grant().id()).isNotEqualTo("grant-alice");
        assertThat(costly.told(TokenEvent.Connected.class).key()).isEqualTo(ALICE);
        assertThat(costly.events).hasSize(1);
    }

    @Test
    void aResponseIsServedEvenIfTheStoreCannotBeCheckedAfterTheCall() {
        expire();
        costly.provider.calls(request -> {
            costly.store.next(LOAD).failBefore();
            return new TokenOutcome.Issued(costly.accessTokenOnly());
        });
        assertThat(costly.run(ALICE).generation()).isEqualTo(2);

        costly.clock.advance(EngineFixture.HOUR.plus(Duration.ofMinutes(1)));
        costly.provider.calls(request -> {
            costly.peers.spoil(ALICE, Reason.CORRUPT);
            return new TokenOutcome.Issued(costly.accessTokenOnly());
        });
        assertThat(costly.run(ALICE).generation()).isEqualTo(3);
    }

    private void refresh() {
        expire();
        costly.provider.responses(new TokenOutcome.Issued(costly.accessTokenOnly()));
        costly.run(ALICE);
    }

    private void expire() {
        costly.connect(ALICE);
        costly.untilEnded();
    }

    private AccessToken run(TokenCache.Cell cell) {
        return costly.run(cell, TokenRequirement.usable(), costly.events::add);
    }
}
