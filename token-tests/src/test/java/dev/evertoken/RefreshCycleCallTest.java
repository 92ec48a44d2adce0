package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.TokenVerdict;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The third step of a cycle: what the caller gets when the provider gives no tokens. */
class RefreshCycleCallTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);

    @Test
    void aFailureWhileTheTokenIsValidCostsTheCallerNothing() {
        bench.connect(ALICE);
        bench.untilDue();
        bench.provider.answers(EngineBench.unreachable());

        AccessToken token = bench.run(ALICE);

        long again = bench.record(ALICE).failures().nextAttempt().orElseThrow().toEpochMilli();
        assertThat(token.generation()).isEqualTo(1);
        assertThat(bench.cell(ALICE).fresh(again - 1)).isEqualTo(token);
        assertThat(bench.cell(ALICE).fresh(again)).isNull();
    }

    @Test
    void aFailureAfterTheTokensEndIsTheCallers() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.provider.answers(EngineBench.unreachable());

        TokenException failure = bench.failure(ALICE);

        assertThat(failure).hasMessage("google/alice: connection refused");
        assertThat(failure.problem()).isEqualTo(Problem.NETWORK);
        assertThat(failure.retryAt())
                .isPresent()
                .isEqualTo(bench.record(ALICE).failures().nextAttempt());
        assertThat(bench.record(ALICE).claim()).isEmpty();
    }

    @Test
    void whoAsksForANewTokenIsNotGivenTheOldOne() {
        bench.connect(ALICE);
        bench.untilDue();
        bench.provider.answers(EngineBench.unreachable());
        assertThat(bench.failure(ALICE, Ask.anew()).problem()).isEqualTo(Problem.NETWORK);

        bench.clock.advance(Duration.ofSeconds(5));
        bench.provider.answers(EngineBench.unreachable());
        AccessToken rejected = bench.run(ALICE);
        bench.clock.advance(Duration.ofMinutes(1));
        bench.provider.answers(EngineBench.unreachable());
        assertThat(bench.failure(ALICE, Ask.insteadOf(rejected)).problem()).isEqualTo(Problem.NETWORK);
    }

    @Test
    void aDeadGrantIsMarkedToldOnceAndNotServedAnyMore() {
        bench.connect(ALICE);
        bench.run(ALICE);
        bench.untilDue();
        bench.provider.answers(EngineBench.dead());

        TokenException dead = bench.failure(ALICE);

        assertThat(dead.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(dead.reconnectUrl()).contains(Workshops.reconnectUrl(ALICE));
        assertThat(bench.record(ALICE).health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(bench.cell(ALICE).valid(bench.time.millis())).isNull();
        TokenEvent.ReauthorizationRequired told = bench.told(TokenEvent.ReauthorizationRequired.class);
        assertThat(told.key()).isEqualTo(ALICE);
        assertThat(told.problem()).isEqualTo(Problem.GRANT_DEAD);

        assertThat(bench.failure(ALICE).problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(bench.events).hasSize(1);
    }

    @Test
    void aRefusalOfWhatAPeerHasReplacedIsNoDeadGrant() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.provider.calls(request -> {
            bench.peerSaves(ALICE);
            return EngineBench.dead();
        });

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(bench.events).isEmpty();
    }

    @Test
    void whileAPeerIsRefreshingNoGrantIsMarkedDead() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.provider.calls(request -> {
            bench.peerClaims(ALICE);
            return EngineBench.dead();
        });
        bench.time.meanwhile(() -> bench.peerSaves(ALICE));

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(bench.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aGrantIsMarkedDeadWhenThePeerThatWasAtItHasGoneWithoutAnAnswer() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.provider.calls(request -> {
            bench.peerClaims(ALICE);
            return EngineBench.dead();
        });
        bench.time.meanwhile(() -> bench.change(bench.record(ALICE).next().noClaim()));

        assertThat(bench.failure(ALICE).problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(bench.record(ALICE).health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    @Test
    void aRefusalThatTellsATimeIsKeptToIt() {
        bench.connect(ALICE);
        bench.untilDue();
        Instant later = bench.time.now().plus(Duration.ofMinutes(4));
        bench.provider.answers(new RefreshOutcome.Refused(
                TokenVerdict.of(TokenVerdict.Kind.NOT_YET, Problem.NOT_YET, "the token is too young")
                        .until(later)));

        AccessToken token = bench.run(ALICE);

        assertThat(bench.cell(ALICE).fresh(later.toEpochMilli() - 1)).isEqualTo(token);
        assertThat(bench.cell(ALICE).fresh(later.toEpochMilli())).isNull();
        assertThat(bench.record(ALICE).lifetime().notBefore()).contains(later);
    }

    @Test
    void aRefusalOfTheClientIsNotTheAccounts() {
        TokenRecord before = bench.connect(ALICE);
        bench.untilEnded();
        bench.provider.answers(EngineBench.refused(
                TokenVerdict.Kind.RATE_LIMITED, Problem.RATE_LIMITED, "token endpoint answered 429"));

        TokenException failure = bench.failure(ALICE);

        assertThat(failure.problem()).isEqualTo(Problem.RATE_LIMITED);
        assertThat(bench.record(ALICE).health()).isEqualTo(before.health());
        assertThat(bench.record(ALICE).failures()).isEqualTo(before.failures());
        assertThat(bench.client.health().shut(bench.time.now())).isPresent();
        assertThat(failure.retryAt())
                .isEqualTo(bench.client.health().shut(bench.time.now()).map(ClientHealth.Shut::until));
    }

    @Test
    void aSuccessOpensTheClientForTheOthers() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.client.health().paused(bench.time.now().plusSeconds(1), Problem.RATE_LIMITED, "slow down");
        bench.clock.advance(Duration.ofSeconds(1));
        bench.providerAnswers();

        bench.run(ALICE);

        assertThat(bench.client.health().isOpen()).isTrue();
    }
}
