package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.ReauthorizationRequiredException;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request that may have reached the provider, with an unknown response. */
class LostResponseTest {

    private final ManualClock clock = ManualClock.start();
    private ProtocolFixture fixture = newFixture(RefreshModel.ROTATING, Reuse.STRICT);

    private ProtocolFixture newFixture(RefreshModel model, Reuse reuse) {
        return newFixture(ProviderProfile.builder(model), reuse);
    }

    private ProtocolFixture newFixture(ProviderProfile.Builder profile, Reuse reuse) {
        return new ProtocolFixture(
                clock, new AuthorizationServer(profile, reuse, clock), new InMemoryTokenStore(clock));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("B7")
    void aRotatingGrantWithALostResponseIsServedUntilItsAccessTokenExpiresWithoutAnotherCall() {
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(3));
        fixture.server.next(AuthorizationServer.lostResponse());
        AccessToken first = tokens.accessToken(ANNA);
        awaitRequests(1);
        for (int minute = 0; minute < 2; minute++) {
            clock.advance(Duration.ofMinutes(1));
            assertThat(tokens.accessToken(ANNA)).isEqualTo(first);
        }
        assertThat(fixture.record(ANNA).uncertain()).isEqualTo(1);
        assertThat(fixture.record(ANNA).health().state()).isEqualTo(ConnectionState.UNCERTAIN);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault({"B7", "B9"})
    void afterExpiryOneReplayReportsThatTheRefreshTokenIsLost() throws InterruptedException {
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.plusSeconds(1));
        fixture.server.next(AuthorizationServer.lostResponse());
        TokenException lost = failure(tokens);
        assertThat(lost.problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
        assertThat(lost.remedy()).isEqualTo(Remedy.WAIT);
        assertThat(lost.retryAt()).hasValueSatisfying(at -> assertThat(at).isAfter(clock.now()));
        assertThat(failure(tokens).problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
        assertThat(fixture.server.requests()).as("the gate is closed").isEqualTo(1);

        clock.advanceTo(lost.retryAt().orElseThrow());
        TokenException replayed = failure(tokens);
        assertThat(replayed).isInstanceOf(ReauthorizationRequiredException.class);
        assertThat(replayed.problem()).isEqualTo(Problem.REFRESH_TOKEN_LOST);
        assertThat(fixture.server.requests()).isEqualTo(2);
        assertThat(fixture.event(TokenEvent.ReauthorizationRequired.class).problem())
                .isEqualTo(Problem.REFRESH_TOKEN_LOST);

        clock.advance(Duration.ofDays(1));
        assertThat(failure(tokens).problem()).isEqualTo(Problem.REFRESH_TOKEN_LOST);
        assertThat(fixture.server.requests())
                .as("a lost grant causes no further request")
                .isEqualTo(2);
    }

    @Test
    @Fault("B7")
    void replaysContinueOneAtATimeSpacedByTheGateUntilTheProviderResponds() {
        fixture.close();
        fixture = newFixture(RefreshModel.ROTATING, Reuse.SOFT);
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.plusSeconds(1));
        for (int i = 0; i < 4; i++) {
            fixture.server.next((request, honest) -> {
                assertThat(request.permit().maySend()).isTrue();
                return AuthorizationServer.unknown("token endpoint answered 502");
            });
        }
        for (int attempt = 1; attempt <= 4; attempt++) {
            TokenException lost = failure(tokens);
            assertThat(lost.problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
            assertThat(fixture.record(ANNA).uncertain()).isEqualTo(attempt);
            clock.advanceTo(lost.retryAt().orElseThrow());
        }
        assertThat(tokens.accessToken(ANNA).generation())
                .as("the token was never spent")
                .isEqualTo(2);
        assertThat(fixture.record(ANNA).uncertain()).isZero();
    }

    @Test
    @Fault({"D9", "B9"})
    void aGatewayErrorDoesNotProveThatARotatingTokenWasNotSpent() {
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(4));
        fixture.server.next(AuthorizationServer.lostResponse());
        tokens.accessToken(ANNA);
        awaitRequests(1);
        clock.advance(Duration.ofMinutes(3));
        tokens.accessToken(ANNA);
        assertThat(fixture.server.secondPresentations())
                .as("while the access token is valid")
                .isZero();
        fixture.server.assertNothingReused();
    }

    @Test
    @Fault("B6")
    void aStaticGrantIsRefreshedAgainAfterALostResponse() {
        fixture.close();
        fixture = newFixture(RefreshModel.STATIC, Reuse.SOFT);
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.plusSeconds(1));
        fixture.server.next(AuthorizationServer.lostResponse());
        TokenException transientFailure = failure(tokens);
        assertThat(transientFailure.remedy()).isEqualTo(Remedy.RETRY);
        clock.advanceTo(transientFailure.retryAt().orElseThrow());
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("B5")
    void theSameTokenIsSentAgainWithinTheReuseGraceWhileTheAccessTokenIsValid() {
        fixture.close();
        fixture = newFixture(
                ProviderProfile.builder(RefreshModel.ROTATING).reuseGrace(Duration.ofSeconds(60)), Reuse.SOFT);
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(3));
        fixture.server.next((request, honest) -> AuthorizationServer.unknown("no response was received"));
        tokens.accessToken(ANNA);
        until(() -> fixture.record(ANNA).uncertain() > 0);
        clock.advanceTo(fixture.record(ANNA).failures().nextAttempt().orElseThrow());
        assertThat(tokens.refresh(ANNA, "test").generation()).isEqualTo(2);
    }

    @Test
    @Fault("B5")
    void furtherFailuresDoNotExtendTheReuseGrace() {
        fixture.close();
        fixture = newFixture(
                ProviderProfile.builder(RefreshModel.ROTATING).reuseGrace(Duration.ofSeconds(60)), Reuse.STRICT);
        Tokens tokens = fixture.process(builder -> builder.withoutJournal().executor(Runnable::run));
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(4));
        fixture.server.next(AuthorizationServer.lostResponse()).next(AuthorizationServer.notSent());
        tokens.accessToken(ANNA);
        clock.advanceTo(fixture.record(ANNA).failures().nextAttempt().orElseThrow());
        failure(() -> tokens.replace(ANNA, tokens.accessToken(ANNA)));
        for (int i = 0; i < 6; i++) {
            clock.advance(Duration.ofSeconds(20));
            assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
        }
        assertThat(fixture.server.requests()).as("the access token is valid").isEqualTo(1);
        fixture.server.assertNothingReused();
    }

    @Test
    @Fault("B8")
    void aRequestThatWasNeverSentIsTriedAgain() {
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.plusSeconds(1));
        fixture.server.next(AuthorizationServer.notSent());
        TokenException network = failure(tokens);
        assertThat(network.problem()).isEqualTo(Problem.NETWORK);
        assertThat(fixture.record(ANNA).uncertain()).isZero();
        assertThat(fixture.record(ANNA).claim()).isEmpty();
        assertThat(fixture.record(ANNA).health().state()).isEqualTo(ConnectionState.STALLED);
        clock.advanceTo(network.retryAt().orElseThrow());
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        fixture.server.assertNothingReused();
    }

    /** Waits for background refreshes: a cleared claim in the record shows that they are done. */
    private void awaitRequests(int count) {
        until(() -> fixture.server.requests() >= count
                && fixture.record(ANNA).claim().isEmpty());
    }
}
