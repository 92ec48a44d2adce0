package dev.evertoken;

import static dev.evertoken.ConsentFixture.BEN;
import static dev.evertoken.ConsentFixture.CARA;
import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A firewall or country block in front of the token endpoint returns 403, which says nothing about the grant. */
class FirewallTest {

    private static final Duration LONG = Duration.ofDays(3);

    private final ConsentFixture fixture = new ConsentFixture();
    /** Early refreshes run on the thread of the caller. */
    private final Tokens tokens = fixture.process(
            builder -> builder.encryption(ConsentFixture.ring(7)).executor(Runnable::run));

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @Fault("D10")
    @CsvSource({"text/plain, error code: 1020", "application/json, '{\"message\":\"Forbidden\"}'", "text/plain, ''"})
    void aGrantThatDoesNotRotateIsStalledWhileTheBlockLastsAndNeverEnds(String type, String body) throws Exception {
        MockProvider google = fixture.provider(BEN);
        fixture.connect(tokens, BEN);
        AccessToken valid = tokens.accessToken(BEN);
        fixture.later(Duration.ofSeconds(3599 - 30));
        google.onToken(MockResponse.of(403, type, body));
        assertThat(tokens.accessToken(BEN)).as("still valid").isEqualTo(valid);
        assertThat(tokens.status(BEN).state()).isEqualTo(ConnectionState.DEGRADED);
        fixture.later(Duration.ofMinutes(20));

        Instant began = fixture.clock.now();
        int attempts = 0;
        while (Duration.between(began, fixture.clock.now()).compareTo(LONG) < 0) {
            google.onToken(MockResponse.of(403, type, body));
            TokenException blocked = failure(Problem.FORBIDDEN_UNRECOGNIZED, () -> tokens.accessToken(BEN));
            assertThat(blocked.remedy()).isEqualTo(Remedy.RETRY);
            assertThat(blocked.detail()).startsWith("token endpoint answered 403 with");
            assertThat(tokens.status(BEN).state()).isEqualTo(ConnectionState.STALLED);
            attempts++;
            fixture.clock.advanceTo(blocked.retryAt().orElseThrow());
        }
        assertThat(attempts).as("backing off").isBetween(72 * 6, 72 * 14);
        assertThat(tokens.accessToken(BEN).generation()).isEqualTo(2);
        assertThat(fixture.event(TokenEvent.Recovered.class).from()).isEqualTo(ConnectionState.STALLED);
        assertNoReauthorization();
    }

    @Test
    @Fault("D10")
    void aBlockPageOfGoogleThrottlesTheClientAndNeverEndsAGrantEither() {
        MockProvider google = fixture.provider(BEN);
        expired(BEN);

        Instant began = fixture.clock.now();
        while (Duration.between(began, fixture.clock.now()).compareTo(LONG) < 0) {
            google.onToken(MockResponse.html(403));
            TokenException throttled = failure(Problem.RATE_LIMITED, () -> tokens.accessToken(BEN));
            assertThat(throttled.remedy()).isEqualTo(Remedy.WAIT);
            fixture.clock.advanceTo(throttled.retryAt().orElseThrow());
        }
        assertThat(tokens.accessToken(BEN).generation()).isEqualTo(2);
        assertNoReauthorization();
    }

    /** The refresh token may have been used up before the block, so a rotating grant is uncertain. */
    @Test
    @Fault("D10")
    void aGrantThatRotatesIsUncertainWhileTheBlockLastsAndNeverEnds() {
        MockProvider strava = fixture.provider(CARA);
        expired(CARA);

        Instant began = fixture.clock.now();
        while (Duration.between(began, fixture.clock.now()).compareTo(LONG) < 0) {
            strava.onToken(MockResponse.html(403));
            TokenException blocked = failure(Problem.OUTCOME_UNKNOWN, () -> tokens.accessToken(CARA));
            assertThat(blocked.remedy()).isEqualTo(Remedy.WAIT);
            assertThat(blocked.detail()).startsWith("token endpoint answered 403 with text/html");
            assertThat(tokens.status(CARA).state()).isEqualTo(ConnectionState.UNCERTAIN);
            fixture.clock.advanceTo(blocked.retryAt().orElseThrow());
        }
        assertThat(tokens.accessToken(CARA).generation()).isEqualTo(2);
        assertThat(tokens.status(CARA).state()).isEqualTo(ConnectionState.ACTIVE);
        assertNoReauthorization();
    }

    private void expired(TokenKey key) {
        fixture.connect(tokens, key);
        fixture.later(Duration.ofHours(7));
    }

    private void assertNoReauthorization() {
        assertThat(fixture.events).noneMatch(event -> event instanceof TokenEvent.ReauthorizationRequired);
    }
}
