package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole responses of a rotating provider that have no access token to use. */
class UnusableResponseTest {

    private static final Duration QUARTER_HOUR = Duration.ofMinutes(15);

    private final ManualClock clock = ManualClock.start();
    private final ProtocolFixture fixture = new ProtocolFixture(
            clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.SOFT, clock), new InMemoryTokenStore(clock));

    @AfterEach
    void close() {
        fixture.close();
    }

    // ---- a new refresh token without a usable access token

    @Test
    @Fault("M1")
    void aProviderThatReturnsOnlyRefreshTokensIsCalledEverMoreRarelyAcrossAttempts() {
        Tokens tokens = process();
        fixture.connectExpired(tokens);
        neverReturnsAnAccessToken();

        TokenException last = requestEverySecond(tokens, QUARTER_HOUR);

        assertThat(fixture.server.requests()).as("in a quarter of an hour").isBetween(4, 14);
        assertThat(last.problem()).isEqualTo(Problem.MALFORMED_RESPONSE);
        assertThat(last)
                .hasMessageContaining("the provider responded without a usable access token: token_type is not Bearer");
        assertThat(Duration.between(clock.now(), last.retryAt().orElseThrow())).isPositive();
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.STALLED);
        assertThat(fixture.server.secondPresentations())
                .as("each new refresh token is saved")
                .isZero();
    }

    @Test
    @Fault("M1")
    void thePauseHoldsForEveryProcessAndTheNextGoodResponseEndsIt() throws InterruptedException {
        Tokens tokens = process();
        fixture.connectExpired(tokens);
        neverReturnsAnAccessToken();
        TokenException here = requestEverySecond(tokens, QUARTER_HOUR);
        int requests = fixture.server.requests();

        TokenException there = failure(process());

        assertThat(there.problem()).isEqualTo(Problem.MALFORMED_RESPONSE);
        assertThat(there.retryAt()).isEqualTo(here.retryAt());
        assertThat(fixture.server.requests()).isEqualTo(requests);
        fixture.server.forgetScript();
        clock.advanceTo(here.retryAt().orElseThrow());
        AccessToken token = tokens.accessToken(ANNA);
        assertThat(token.expiresAt().orElseThrow()).isAfter(clock.now());
        assertThat(fixture.record(ANNA).failures().count()).isZero();
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.event(TokenEvent.Recovered.class).from()).isEqualTo(ConnectionState.STALLED);
    }

    @Test
    @Fault("M1")
    void aRejectedAccessTokenIsNotReturnedAsItsOwnReplacement() {
        Tokens tokens = process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        AccessToken rejected = tokens.accessToken(ANNA);
        neverReturnsAnAccessToken();

        TokenException none = failure(() -> tokens.replace(ANNA, rejected));

        assertThat(none.problem()).isEqualTo(Problem.MALFORMED_RESPONSE);
        assertThat(fixture.server.requests()).isEqualTo(2);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.DEGRADED);
    }

    /** Requests the token once in each second, and returns the last failure. */
    private TokenException requestEverySecond(Tokens tokens, Duration period) {
        TokenException last = failure(tokens);
        for (long second = 1; second < period.toSeconds(); second++) {
            clock.advance(Duration.ofSeconds(1));
            last = failure(tokens);
        }
        return last;
    }

    private void neverReturnsAnAccessToken() {
        for (int i = 0; i < 2_000; i++) {
            fixture.server.next(UnusableResponseTest::withoutAccessToken);
        }
    }

    private static TokenOutcome withoutAccessToken(RefreshRequest request, Supplier<TokenOutcome> honest) {
        TokenResponse response = ((TokenOutcome.Issued) honest.get()).response();
        return new TokenOutcome.Issued(TokenResponse.builder(response.issuedAt())
                .refreshToken(response.refreshToken())
                .accessTokenFault(Optional.of("token_type is not Bearer"))
                .build());
    }

    // ---- a response that no rule recognizes

    @Test
    @Fault("M5")
    void anUnknownErrorIsReportedWithItsCodeAndNotRepeatedBeforeTheAccessTokenExpires() {
        Tokens tokens = process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        AccessToken valid = tokens.accessToken(ANNA);
        respondsWithAnUnknownError(1);
        clock.advance(LIFETIME.minusMinutes(4));

        for (int second = 0; second < 239; second++) {
            assertThat(tokens.accessToken(ANNA)).isEqualTo(valid);
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(fixture.record(ANNA).failures().count()).as("calls").isEqualTo(1);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(tokens.status(ANNA).problem()).contains(Problem.UNRECOGNIZED_RESPONSE);
        assertThat(tokens.status(ANNA).detail()).isEqualTo("token endpoint answered 200 no_such_luck");
        clock.advance(Duration.ofSeconds(2));
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.STALLED);
    }

    @Test
    @Fault("M5")
    void anUnknownErrorThatNeverEndsIsRepeatedAfterHours() {
        Tokens tokens = process();
        fixture.connectExpired(tokens);
        respondsWithAnUnknownError(3_000);
        Instant end = clock.now().plus(Duration.ofDays(14));
        TokenException last = failure(tokens);
        int calls = 1;

        while (last.retryAt().orElseThrow().isBefore(end)) {
            clock.advanceTo(last.retryAt().orElseThrow());
            last = failure(tokens);
            calls++;
        }

        assertThat(calls).as("in two weeks").isBetween(50, 130);
        assertThat(last.problem()).isEqualTo(Problem.UNRECOGNIZED_RESPONSE);
        assertThat(last).hasMessageContaining("no_such_luck");
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.STALLED);
        assertThat(fixture.record(ANNA).uncertain()).isEqualTo(calls);
        fixture.server.forgetScript();
        clock.advanceTo(last.retryAt().orElseThrow());
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    private void respondsWithAnUnknownError(int times) {
        TokenVerdict verdict = TokenVerdict.of(
                TokenVerdict.Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE, "token endpoint answered 200 no_such_luck");
        for (int i = 0; i < times; i++) {
            fixture.server.next((request, honest) -> {
                assertThat(request.permit().maySend()).isTrue();
                return new TokenOutcome.MaybeSent(verdict);
            });
        }
    }

    private Tokens process() {
        return fixture.process(builder -> builder.withoutJournal().executor(Runnable::run));
    }
}
