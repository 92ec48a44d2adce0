package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.House.ANNA;
import static dev.evertoken.protocol.House.failure;
import static dev.evertoken.protocol.House.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.ReauthorizationRequiredException;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request that may have reached the provider, its answer unknown. */
class LostAnswerTest {

    private final ManualClock clock = ManualClock.start();
    private House house = house(RefreshModel.ROTATING, Reuse.STRICT);

    private House house(RefreshModel model, Reuse reuse) {
        return house(ProviderProfile.builder(model), reuse);
    }

    private House house(ProviderProfile.Builder profile, Reuse reuse) {
        return new House(clock, new AuthorizationServer(profile, reuse, clock), new InMemoryTokenStore(clock));
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Fault("B7")
    void aRotatingGrantWhoseAnswerWasLostIsServedToTheEndOfItsAccessTokenWithoutAnotherCall() {
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(3));
        house.server.next(AuthorizationServer.lostAnswer());
        AccessToken first = tokens.accessToken(ANNA);
        awaitRequests(1);
        for (int minute = 0; minute < 2; minute++) {
            clock.advance(Duration.ofMinutes(1));
            assertThat(tokens.accessToken(ANNA)).isEqualTo(first);
        }
        assertThat(house.record(ANNA).uncertain()).isEqualTo(1);
        assertThat(house.record(ANNA).health().state()).isEqualTo(ConnectionState.UNCERTAIN);
        assertThat(house.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault({"B7", "B9"})
    void afterTheEndOneReplayTellsThatTheGrantIsLostAndWhy() throws InterruptedException {
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.advance(LIFETIME.plusSeconds(1));
        house.server.next(AuthorizationServer.lostAnswer());
        TokenException lost = failure(tokens);
        assertThat(lost.problem()).isEqualTo(Problem.ANSWER_LOST);
        assertThat(lost.remedy()).isEqualTo(Remedy.WAIT);
        assertThat(lost.retryAt()).hasValueSatisfying(at -> assertThat(at).isAfter(clock.now()));
        assertThat(failure(tokens).problem()).isEqualTo(Problem.ANSWER_LOST);
        assertThat(house.server.requests()).as("the gate is shut").isEqualTo(1);

        clock.advanceTo(lost.retryAt().orElseThrow());
        TokenException dead = failure(tokens);
        assertThat(dead).isInstanceOf(ReauthorizationRequiredException.class);
        assertThat(dead.problem()).isEqualTo(Problem.LOST_ANSWER);
        assertThat(house.server.requests()).isEqualTo(2);
        assertThat(house.event(TokenEvent.ReauthorizationRequired.class).problem())
                .isEqualTo(Problem.LOST_ANSWER);

        clock.advance(Duration.ofDays(1));
        assertThat(failure(tokens).problem()).isEqualTo(Problem.LOST_ANSWER);
        assertThat(house.server.requests())
                .as("a dead grant is not called again")
                .isEqualTo(2);
    }

    @Test
    @Fault("B7")
    void replaysGoOnOneAtATimeSpacedByTheGateUntilTheProviderAnswers() {
        house.close();
        house = house(RefreshModel.ROTATING, Reuse.SOFT);
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.advance(LIFETIME.plusSeconds(1));
        for (int i = 0; i < 4; i++) {
            house.server.next((request, honest) -> {
                assertThat(request.permit().maySend()).isTrue();
                return AuthorizationServer.unknown("token endpoint answered 502");
            });
        }
        for (int attempt = 1; attempt <= 4; attempt++) {
            TokenException lost = failure(tokens);
            assertThat(lost.problem()).isEqualTo(Problem.ANSWER_LOST);
            assertThat(house.record(ANNA).uncertain()).isEqualTo(attempt);
            clock.advanceTo(lost.retryAt().orElseThrow());
        }
        assertThat(tokens.accessToken(ANNA).generation())
                .as("the token was never spent")
                .isEqualTo(2);
        assertThat(house.record(ANNA).uncertain()).isZero();
    }

    @Test
    @Fault({"D9", "B9"})
    void aGatewayErrorIsNoProofThatARotatingTokenWasNotSpent() {
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(4));
        house.server.next(AuthorizationServer.lostAnswer());
        tokens.accessToken(ANNA);
        awaitRequests(1);
        clock.advance(Duration.ofMinutes(3));
        tokens.accessToken(ANNA);
        assertThat(house.server.secondPresentations())
                .as("while the access token is valid")
                .isZero();
        house.server.assertNothingReused();
    }

    @Test
    @Fault("B6")
    void aStaticGrantIsSimplyAskedAgain() {
        house.close();
        house = house(RefreshModel.STATIC, Reuse.SOFT);
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.advance(LIFETIME.plusSeconds(1));
        house.server.next(AuthorizationServer.lostAnswer());
        TokenException transientFailure = failure(tokens);
        assertThat(transientFailure.remedy()).isEqualTo(Remedy.RETRY);
        clock.advanceTo(transientFailure.retryAt().orElseThrow());
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("B5")
    void insideAProvidersGraceTheSameTokenIsSentAgainAtOnceThoughTheAccessTokenIsValid() {
        house.close();
        house = house(ProviderProfile.builder(RefreshModel.ROTATING).reuseGrace(Duration.ofSeconds(60)), Reuse.SOFT);
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(3));
        house.server.next((request, honest) -> AuthorizationServer.unknown("no answer came"));
        tokens.accessToken(ANNA);
        until(() -> house.record(ANNA).uncertain() > 0);
        clock.advanceTo(house.record(ANNA).failures().nextAttempt().orElseThrow());
        assertThat(tokens.refresh(ANNA, "test").generation()).isEqualTo(2);
    }

    @Test
    @Fault("B5")
    void theGraceDoesNotGrowWithFurtherFailures() {
        house.close();
        house = house(ProviderProfile.builder(RefreshModel.ROTATING).reuseGrace(Duration.ofSeconds(60)), Reuse.STRICT);
        Tokens tokens = house.process(builder -> builder.withoutJournal().executor(Runnable::run));
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(4));
        house.server.next(AuthorizationServer.lostAnswer()).next(AuthorizationServer.notSent());
        tokens.accessToken(ANNA);
        clock.advanceTo(house.record(ANNA).failures().nextAttempt().orElseThrow());
        failure(() -> tokens.replace(ANNA, tokens.accessToken(ANNA)));
        for (int i = 0; i < 6; i++) {
            clock.advance(Duration.ofSeconds(20));
            assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
        }
        assertThat(house.server.requests()).as("the access token is valid").isEqualTo(1);
        house.server.assertNothingReused();
    }

    @Test
    @Fault("B8")
    void whatNeverLeftIsSimplyTriedAgain() {
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.advance(LIFETIME.plusSeconds(1));
        house.server.next(AuthorizationServer.notSent());
        TokenException network = failure(tokens);
        assertThat(network.problem()).isEqualTo(Problem.NETWORK);
        assertThat(house.record(ANNA).uncertain()).isZero();
        assertThat(house.record(ANNA).claim()).isEmpty();
        assertThat(house.record(ANNA).health().state()).isEqualTo(ConnectionState.STALLED);
        clock.advanceTo(network.retryAt().orElseThrow());
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        house.server.assertNothingReused();
    }

    /** A refresh behind the caller tells nobody when it is done: its record does. */
    private void awaitRequests(int count) {
        until(() ->
                house.server.requests() >= count && house.record(ANNA).claim().isEmpty());
    }
}
