package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.protocol.AuthorizationServer.Step;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.StoreOperation;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One failure has one retry time: the event, the exceptions and the status state the same. */
class RetryTimesTest {

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final ProtocolFixture fixture =
            new ProtocolFixture(clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.SOFT, clock), store);

    @AfterEach
    void close() {
        store.up();
        fixture.close();
    }

    /** The failure of a call. */
    private enum Failing {
        UNREACHABLE,
        DOWN,
        DOWN_UNTIL_A_TIME,
        DOWN_FOR_LONGER_THAN_A_DAY,
        RATE_LIMITED,
        RATE_LIMITED_FOR_A_MINUTE,
        RATE_LIMITED_FOR_A_DAY,
        CLIENT_REJECTED,
        APPLICATION_BLOCKED,
        ACCOUNT_UNUSABLE,
        SCOPE_INVALID,
        UNRECOGNIZED,
        UNRECOGNIZED_BODY,
        RESPONSE_LOST,
        GATEWAY,
        REFRESHER_THROWS,
        NO_ACCESS_TOKEN
    }

    private static Step step(Failing failing) {
        return switch (failing) {
            case UNREACHABLE -> AuthorizationServer.notSent();
            case DOWN -> AuthorizationServer.refuses(Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE);
            case DOWN_UNTIL_A_TIME -> until(Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, Duration.ofMinutes(20));
            case DOWN_FOR_LONGER_THAN_A_DAY -> until(Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, Duration.ofDays(9));
            case RATE_LIMITED -> AuthorizationServer.refuses(Kind.RATE_LIMITED, Problem.RATE_LIMITED);
            case RATE_LIMITED_FOR_A_MINUTE -> until(Kind.RATE_LIMITED, Problem.RATE_LIMITED, Duration.ofMinutes(1));
            case RATE_LIMITED_FOR_A_DAY -> until(Kind.RATE_LIMITED, Problem.RATE_LIMITED, Duration.ofDays(1));
            case CLIENT_REJECTED -> AuthorizationServer.refuses(Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED);
            case APPLICATION_BLOCKED -> AuthorizationServer.refuses(Kind.APP_BLOCKED, Problem.APP_BLOCKED);
            case ACCOUNT_UNUSABLE -> AuthorizationServer.refuses(Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE);
            case SCOPE_INVALID -> AuthorizationServer.refuses(Kind.SCOPE_INVALID, Problem.SCOPE_INVALID);
            case UNRECOGNIZED -> AuthorizationServer.refuses(Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE);
            case UNRECOGNIZED_BODY -> (request, honest) -> unrecognized(honest.get());
            case RESPONSE_LOST -> AuthorizationServer.lostResponse();
            case GATEWAY -> AuthorizationServer.gatewayFails();
            case REFRESHER_THROWS ->
                (request, honest) -> {
                    throw new IllegalStateException("planned by a test");
                };
            case NO_ACCESS_TOKEN ->
                (request, honest) -> withoutAccessToken(request.time().now());
        };
    }

    private static TokenOutcome unrecognized(TokenOutcome honest) {
        assertThat(honest).isInstanceOf(TokenOutcome.Issued.class);
        return new TokenOutcome.MaybeSent(
                TokenVerdict.of(Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE, "token endpoint answered 418"));
    }

    private static TokenOutcome withoutAccessToken(Instant began) {
        return new TokenOutcome.Issued(TokenResponse.builder(began)
                .refreshToken(Secret.of(TestTokens.refresh()))
                .build());
    }

    private static Step until(Kind kind, Problem problem, Duration pause) {
        return (request, honest) ->
                new TokenOutcome.Refused(TokenVerdict.of(kind, problem, "token endpoint answered " + problem)
                        .until(request.time().now().plus(pause)));
    }

    @ParameterizedTest
    @EnumSource
    @Fault("O4")
    void aFailureHasOneRetryTime(Failing failing) throws InterruptedException {
        Tokens tokens = connectExpired();
        fixture.server.next(step(failing)).next(step(failing));

        TokenException told = failure(tokens);

        oneRetryTime(tokens, told);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("O4")
    void aFailureThatTheStoreDoesNotAcceptHasOneRetryTime(Failing failing) throws InterruptedException {
        Tokens tokens = connectExpired();
        fixture.server
                .next((request, honest) -> {
                    TokenOutcome outcome = step(failing).play(request, honest);
                    store.next(StoreOperation.COMPARE_AND_SET).failBefore();
                    return outcome;
                })
                .next(step(failing));

        TokenException told = failure(tokens);

        oneRetryTime(tokens, told);
    }

    private Tokens connectExpired() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        return tokens;
    }

    /** Asserts that everything that this failure is told by has the same retry time, until that time. */
    private void oneRetryTime(Tokens tokens, TokenException told) throws InterruptedException {
        TokenEvent.RefreshFailed event = fixture.event(TokenEvent.RefreshFailed.class);
        AccountStatus status = tokens.status(ANNA);
        Instant retryAt = told.retryAt().orElseThrow();

        assertThat(event.nextAttempt()).contains(retryAt);
        assertThat(status.nextAttempt()).contains(retryAt);
        assertThat(event.problem()).isEqualTo(told.problem());
        assertThat(status.problem()).contains(told.problem());
        assertThat(event.detail()).isEqualTo(told.detail());
        assertThat(status.detail()).isEqualTo(told.detail());
        assertThat(event.state()).isEqualTo(status.state());
        assertThat(failure(tokens).retryAt()).as("a second caller").contains(retryAt);
        clock.advanceTo(retryAt.minusMillis(1));
        assertThat(failure(tokens).retryAt()).as("the last caller").contains(retryAt);
        assertThat(tokens.status(ANNA).nextAttempt()).as("at last").contains(retryAt);
    }
}
