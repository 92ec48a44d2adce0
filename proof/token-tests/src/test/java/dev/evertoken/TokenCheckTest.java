package dev.evertoken;

import static dev.evertoken.ConsentFixture.failure;
import static dev.evertoken.TokenCheckFixture.APART;
import static dev.evertoken.TokenCheckFixture.DAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that an API rejects and that no refresh can replace: the provider is asked whether they have ended. */
class TokenCheckTest {

    private static final TokenKey FAY = TokenKey.of("facebook", "fay");

    private final TokenCheckFixture fixture = new TokenCheckFixture();
    private final Tokens tokens = fixture.tokens;

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"facebook", "instagram", "linkedin"})
    @Fault("O2")
    void aTokenThatTheApiAndTwiceTheProviderRejectIsMarkedAndReported(String provider) throws InterruptedException {
        TokenKey key = TokenKey.of(provider, "mia");
        fixture.app.provider(key).withoutRefreshTokens();
        fixture.app.connect(tokens, key);
        ConnectionState before = tokens.status(key).state();
        int validations = fixture.validations(key);
        fixture.app.later(Duration.ofHours(1));
        fixture.app.provider(key).revoke("mia");

        assertThat(fixture.call(key)).isGreaterThanOrEqualTo(400);
        assertThat(tokens.status(key).state()).isEqualTo(before);
        fixture.app.later(APART);

        Instant now = fixture.app.clock.now();
        AccountStatus status = tokens.status(key);
        assertThat(status.state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(status.problem()).hasValue(Problem.GRANT_DEAD);
        assertThat(status.since()).isEqualTo(now);
        assertThat(status.detail()).startsWith("an API rejects the token, and the provider confirms it: ");
        TokenEvent.ReauthorizationRequired event = fixture.app.event(TokenEvent.ReauthorizationRequired.class);
        assertThat(event.key()).isEqualTo(key);
        assertThat(event.at()).isEqualTo(now);
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(key));
        assertThat(fixture.validations(key)).isEqualTo(validations + 2);
    }
}
