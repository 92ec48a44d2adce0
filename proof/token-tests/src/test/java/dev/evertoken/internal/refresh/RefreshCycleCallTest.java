package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The third step of a cycle: the result for the caller if the provider returns no tokens. */
class RefreshCycleCallTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);

    @Test
    void aValidTokenIsReturnedAfterAFailure() {
        engine.connect(ALICE);
        engine.untilDue();
        engine.provider.responses(EngineFixture.unreachable());

        AccessToken token = engine.run(ALICE);

        long nextAttempt =
                engine.record(ALICE).failures().nextAttempt().orElseThrow().toEpochMilli();
        assertThat(token.generation()).isEqualTo(1);
        assertThat(engine.cell(ALICE).fresh(nextAttempt - 1)).isEqualTo(token);
        assertThat(engine.cell(ALICE).fresh(nextAttempt)).isNull();
    }

    @Test
    void aFailureIsThrownAfterTheTokenExpired() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.provider.responses(EngineFixture.unreachable());

        TokenException failure = engine.failure(ALICE);

        assertThat(failure).hasMessage("google/alice: connection refused");
        assertThat(failure.problem()).isEqualTo(Problem.NETWORK);
        assertThat(failure.retryAt())
                .isPresent()
                .isEqualTo(engine.record(ALICE).failures().nextAttempt());
        assertThat(engine.record(ALICE).claim()).isEmpty();
    }

    @Test
    void theOldTokenIsNotReturnedIfANewOneIsRequired() {
        engine.connect(ALICE);
        engine.untilDue();
        engine.provider.responses(EngineFixture.unreachable());
        assertThat(engine.failure(ALICE, TokenRequirement.anew()).problem()).isEqualTo(Problem.NETWORK);

        engine.clock.advance(Duration.ofSeconds(5));
        engine.provider.responses(EngineFixture.unreachable());
        AccessToken rejected = engine.run(ALICE);
        engine.clock.advance(Duration.ofMinutes(1));
        engine.provider.responses(EngineFixture.unreachable());
        assertThat(engine.failure(ALICE, TokenRequirement.insteadOf(rejected)).problem())
                .isEqualTo(Problem.NETWORK);
    }

    @Test
    void aRevokedGrantIsMarkedPublishedOnceAndNoLongerServed() {
        engine.connect(ALICE);
        engine.run(ALICE);
        engine.untilDue();
        engine.provider.responses(EngineFixture.dead());

        TokenException revoked = engine.failure(ALICE);

        assertThat(revoked.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(revoked.reconnectUrl()).contains(EngineParts.reconnectUrl(ALICE));
        assertThat(engine.record(ALICE).health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(engine.cell(ALICE).valid(engine.time.millis())).isNull();
        TokenEvent.ReauthorizationRequired event = engine.told(TokenEvent.ReauthorizationRequired.class);
        assertThat(event.key()).isEqualTo(ALICE);
        assertThat(event.problem()).isEqualTo(Problem.GRANT_DEAD);

        assertThat(engine.failure(ALICE).problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(engine.events).hasSize(1);
    }

    @Test
    void aRefusalOfATokenThatAPeerHasReplacedDoesNotMarkTheGrant() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.provider.calls(request -> {
            engine.peerSaves(ALICE);
            return EngineFixture.dead();
        });

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.events).isEmpty();
    }

    @Test
    void noGrantIsMarkedWhileAPeerIsRefreshing() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.provider.calls(request -> {
            engine.peerClaims(ALICE);
            return EngineFixture.dead();
        });
        engine.time.meanwhile(() -> engine.peerSaves(ALICE));

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aGrantIsMarkedAfterThePeerEndedWithoutAResponse() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.provider.calls(request -> {
            engine.peerClaims(ALICE);
            return EngineFixture.dead();
        });
        engine.time.meanwhile(() -> engine.change(engine.record(ALICE).next().noClaim()));

        assertThat(engine.failure(ALICE).problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(engine.record(ALICE).health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    @Test
    void theRetryTimeOfARefusalIsUsed() {
        engine.connect(ALICE);
        engine.untilDue();
        Instant later = engine.time.now().plus(Duration.ofMinutes(4));
        engine.provider.responses(new TokenOutcome.Refused(
                TokenVerdict.of(TokenVerdict.Kind.NOT_YET, Problem.NOT_YET, "the token is too young")
                        .until(later)));

        AccessToken token = engine.run(ALICE);

        assertThat(engine.cell(ALICE).fresh(later.toEpochMilli() - 1)).isEqualTo(token);
        assertThat(engine.cell(ALICE).fresh(later.toEpochMilli())).isNull();
        assertThat(engine.record(ALICE).lifetime().notBefore()).contains(later);
    }

    @Test
    void aRefusalOfTheClientLeavesTheAccountUnchanged() {
        TokenRecord before = engine.connect(ALICE);
        engine.untilEnded();
        engine.provider.responses(EngineFixture.refused(
                TokenVerdict.Kind.RATE_LIMITED, Problem.RATE_LIMITED, "token endpoint answered 429"));

        TokenException failure = engine.failure(ALICE);

        assertThat(failure.problem()).isEqualTo(Problem.RATE_LIMITED);
        assertThat(engine.record(ALICE).health()).isEqualTo(before.health());
        assertThat(engine.record(ALICE).failures()).isEqualTo(before.failures());
        assertThat(engine.client.health().suspension(engine.time.now())).isPresent();
        assertThat(failure.retryAt())
                .isEqualTo(engine.client.health().suspension(engine.time.now()).map(ClientHealth.Suspension::until));
    }

    @Test
    void aSuccessOpensTheClient() {
        engine.connect(ALICE);
        engine.untilEnded();
        Instant now = engine.time.now();
        engine.client.health().paused(now.plusSeconds(1), Problem.RATE_LIMITED, "slow down", now);
        engine.clock.advance(Duration.ofSeconds(1));
        engine.providerResponses();

        engine.run(ALICE);

        assertThat(engine.client.health().isOpen()).isTrue();
    }
}
