package dev.evertoken;

import static dev.evertoken.ConsentFixture.BACK;
import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.TestTokens;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Strava responds to a wrong secret with a 401 that names the application and no field. */
class StravaWrongSecretTest {

    private static final TokenKey RON = TokenKey.of("running", "ron");
    private static final TokenKey RIA = TokenKey.of("running", "ria");

    private final ConsentFixture fixture = new ConsentFixture();
    private final MockProvider strava = fixture.providers.strava();
    private final Tokens right = process(strava.registration());
    private final Tokens wrong =
            process(ClientRegistration.builder(strava.registration().clientId())
                    .clientSecret(TestTokens.clientSecret())
                    .scopes("read")
                    .build());

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("D5")
    void aWrongSecretStopsTheClientAfterOneRequestAndMarksNoAccount() {
        for (TokenKey key : List.of(RON, RIA)) {
            right.completeAuthorization(approved(right, key));
        }
        fixture.later(Duration.ofMinutes(1));
        int before = strava.ledger().tokenRequests();

        assertThat(failure(Problem.CLIENT_REJECTED, () -> wrong.refresh(RON, "a test"))
                        .detail())
                .isEqualTo("token endpoint answered 401 Application//invalid: check the client id and secret");
        failure(Problem.CLIENT_REJECTED, () -> wrong.refresh(RIA, "a test"));

        assertThat(strava.ledger().tokenRequests() - before).isEqualTo(1);
        for (TokenKey key : List.of(RON, RIA)) {
            assertThat(right.status(key).state()).isEqualTo(ConnectionState.ACTIVE);
        }
    }

    @Test
    void aWrongSecretDoesNotSendTheAthleteThroughTheConsentAgain() {
        URI callback = approved(wrong, RON);

        failure(Problem.CLIENT_REJECTED, () -> wrong.completeAuthorization(callback));
        assertThat(right.completeAuthorization(callback).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    private Tokens process(ClientRegistration client) {
        return fixture.process(builder -> builder.encryption(ConsentFixture.ring(7))
                .client("running", "strava", client)
                .endpoints("running", strava.endpoints()));
    }

    private URI approved(Tokens tokens, TokenKey key) {
        return strava.approve(tokens.authorize(key, BACK).url(), key.account());
    }
}
