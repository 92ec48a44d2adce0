package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A token endpoint answers 429 and asks for a pause of a day. */
class RateLimitTest {

    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final Duration DAY = Duration.ofDays(1);
    private static final TokenKey BEN = TokenKey.of("acme", "ben");
    private static final TokenKey CARA = TokenKey.of("acme", "cara");

    private final ManualClock clock = ManualClock.start();
    private final ProtocolFixture fixture = new ProtocolFixture(
            clock, new AuthorizationServer(RefreshModel.STATIC, Reuse.SOFT, clock), new InMemoryTokenStore(clock));
    private final Tokens tokens = fixture.process();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("L7")
    void theOtherAccountsAreServedAfterFiveMinutesAndTheLimitedOneKeepsToItsDay() {
        expired(ANNA, BEN, CARA);
        TokenException limited = limited(ANNA);
        assertThat(limited.remedy()).isEqualTo(Remedy.WAIT);
        assertThat(limited.retryAt())
                .hasValueSatisfying(
                        at -> assertThat(at).isAfterOrEqualTo(clock.now().plus(DAY)));

        TokenException paused = failure(() -> tokens.accessToken(BEN));
        assertThat(paused.problem()).isEqualTo(Problem.RATE_LIMITED);
        assertThat(paused.retryAt()).contains(clock.now().plus(FIVE_MINUTES));
        assertThat(client().until()).isEqualTo(paused.retryAt());

        clock.advance(FIVE_MINUTES);
        assertThat(failure(tokens).retryAt()).isEqualTo(limited.retryAt());
        assertThat(fixture.server.requests())
                .as("the limited account does not probe")
                .isZero();
        assertThat(tokens.accessToken(BEN).generation()).isEqualTo(2);
        assertThat(tokens.accessToken(CARA).generation()).isEqualTo(2);
        assertThat(client().isOpen()).isTrue();

        clock.advance(DAY.minus(FIVE_MINUTES).minusSeconds(1));
        assertThat(failure(tokens).problem()).isEqualTo(Problem.RATE_LIMITED);
        clock.advanceTo(limited.retryAt().orElseThrow());
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("L7")
    void anotherProcessKeepsToTheLimitOfTheAccountAndServesTheOthers() {
        expired(ANNA, BEN);
        TokenException limited = limited(ANNA);
        Tokens other = fixture.process();

        TokenException there = failure(other);

        assertThat(there.problem()).isEqualTo(Problem.RATE_LIMITED);
        assertThat(there.detail()).isEqualTo(limited.detail());
        assertThat(there.retryAt()).isEqualTo(limited.retryAt());
        assertThat(other.status(ANNA).state()).isEqualTo(ConnectionState.STALLED);
        assertThat(other.status(ANNA).nextAttempt()).isEqualTo(limited.retryAt());
        assertThat(other.accessToken(BEN).generation()).isEqualTo(2);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("L7")
    void aLimitThatEveryAccountMeetsIsProbedByOneAccountInAQuarterOfAnHour() {
        TokenKey[] keys = IntStream.range(0, 40)
                .mapToObj(i -> TokenKey.of("acme", "user-" + i))
                .toArray(TokenKey[]::new);
        expired(keys);
        limited(keys[0]);
        IntStream.range(0, 100).forEach(i -> fixture.server.next(RateLimitTest::aDay));
        Instant began = clock.now();
        int refused = 0;
        while (clock.now().isBefore(began.plus(Duration.ofHours(6)))) {
            clock.advance(FIVE_MINUTES);
            for (TokenKey key : keys) {
                Instant until = failure(() -> tokens.accessToken(key)).retryAt().orElseThrow();
                refused += until.isAfter(clock.now().plus(DAY.minusMinutes(1))) ? 1 : 0;
            }
        }

        assertThat(refused).as("one after five minutes, then four in an hour").isEqualTo(24);
        assertThat(client().isOpen()).isFalse();
    }

    @Test
    @Fault("L7")
    void oneAccountProbesWhileTheOthersAreRefused() {
        expired(ANNA, BEN, CARA);
        limited(ANNA);
        clock.advance(FIVE_MINUTES);
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<Long> probe =
                fixture.async(() -> tokens.accessToken(BEN).generation());
        gate.awaitArrival();

        assertThat(failure(() -> tokens.accessToken(CARA)).problem()).isEqualTo(Problem.RATE_LIMITED);

        gate.open();
        assertThat(ProtocolFixture.get(probe)).isEqualTo(2);
        clock.advance(Duration.ofSeconds(2));
        assertThat(tokens.accessToken(CARA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("L7")
    void theOnlyAccountOfAClientKeepsToItsOwnTime() {
        expired(ANNA);
        TokenException limited = limited(ANNA);
        for (int hour = 0; hour < 23; hour++) {
            clock.advance(Duration.ofHours(1));
            assertThat(failure(tokens).retryAt()).isEqualTo(limited.retryAt());
        }
        assertThat(fixture.server.requests()).isZero();

        clock.advanceTo(limited.retryAt().orElseThrow());
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("L7")
    void aNewConsentEndsTheLimitOfAnAccount() {
        expired(ANNA, BEN);
        limited(ANNA);
        clock.advance(FIVE_MINUTES);

        expired(ANNA);

        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    private void expired(TokenKey... keys) {
        List.of(keys).forEach(key -> tokens.connect(key, fixture.server.consent(key.account())));
        clock.advance(LIFETIME.plusSeconds(1));
    }

    private TokenException limited(TokenKey key) {
        fixture.server.next(RateLimitTest::aDay);
        TokenException limited = failure(() -> tokens.accessToken(key));
        assertThat(limited.problem()).isEqualTo(Problem.RATE_LIMITED);
        return limited;
    }

    private static TokenOutcome aDay(RefreshRequest request, Supplier<TokenOutcome> honest) {
        return new TokenOutcome.Refused(
                TokenVerdict.of(Kind.RATE_LIMITED, Problem.RATE_LIMITED, "token endpoint answered 429")
                        .until(request.time().now().plus(DAY)));
    }

    private ClientStatus client() {
        return tokens.operations().clients().get(0);
    }
}
