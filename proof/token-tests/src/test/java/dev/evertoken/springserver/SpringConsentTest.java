package dev.evertoken.springserver;

import static dev.evertoken.springserver.SpringServerFixture.ANNA;
import static dev.evertoken.springserver.SpringServerFixture.OPEN;
import static dev.evertoken.springserver.SpringServerFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.Validation;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Consent at Spring Authorization Server connects an account through the generic provider. */
class SpringConsentTest {

    @TempDir
    private static Path folder;

    @AutoClose
    private static SpringAuthorizationServer server;

    @AutoClose
    private final SpringServerFixture fixture = new SpringServerFixture(server);

    private final Tokens tokens = fixture.process();

    @BeforeAll
    static void start() throws Exception {
        server = SpringAuthorizationServer.start(folder);
    }

    @Test
    void aLoginConnectsAnAccountWithTheUserAndTheScopes() {
        AccountStatus status = fixture.connect(tokens, ANNA);

        assertThat(status.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status.subject()).contains(SpringAuthorizationServer.USER);
        assertThat(status.grantedScopes()).containsExactlyInAnyOrder("openid", "orders");
        assertThat(status.expiresAt().orElseThrow())
                .isAfter(fixture.clock.now().plus(SpringAuthorizationServer.LIFETIME.minusSeconds(2)))
                .isBeforeOrEqualTo(fixture.clock.now().plus(SpringAuthorizationServer.LIFETIME));
        assertThat(server.presented()).isEmpty();
    }

    @Test
    void aRepeatedRedirectIsExchangedOnceAndTheGrantStaysValid() {
        URI redirect = fixture.redirect(tokens, ANNA);
        AccountStatus first = tokens.completeAuthorization(ANNA, redirect);

        AccountStatus again = tokens.completeAuthorization(ANNA, redirect);

        assertThat(again).isEqualTo(first);
        assertThat(tokens.validate(ANNA).verdict()).isEqualTo(Validation.Verdict.VALID);
    }

    @Test
    void aRedirectThatASecondProcessRepeatsIsNotExchangedAgainSoTheGrantStaysValid() {
        URI redirect = fixture.redirect(tokens, ANNA);
        tokens.completeAuthorization(ANNA, redirect);

        AccountStatus again = fixture.process().completeAuthorization(ANNA, redirect);

        assertThat(again.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(tokens.validate(ANNA).verdict())
                .as("RFC 6749 section 4.1.2: tokens of a code that is used twice would be revoked")
                .isEqualTo(Validation.Verdict.VALID);
    }

    @Test
    void aConsentWithoutASelectedScopeIsADenial() {
        URI consentPage =
                tokens.authorize(OPEN, SpringAuthorizationServer.REDIRECT).url();
        URI redirect = server.browser().deny(consentPage);

        TokenException declined =
                catchThrowableOfType(TokenException.class, () -> tokens.completeAuthorization(OPEN, redirect));

        assertThat(declined.problem()).isEqualTo(Problem.CONSENT_DENIED);
        assertThat(failure(tokens, OPEN).problem()).isEqualTo(Problem.NOT_CONNECTED);
    }

    @Test
    @Fault("D17")
    void aPublicClientConnectsWithPkceAndReportsThatItHasNoRefreshToken() {
        AccountStatus status = fixture.connect(tokens, OPEN);

        assertThat(status.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(status.reconnectBy()).isEqualTo(status.expiresAt()).isPresent();
        assertThat(tokens.accessToken(OPEN).generation()).isEqualTo(1);
        fixture.expireTokens();
        assertThat(failure(tokens, OPEN).problem()).isEqualTo(Problem.NO_REFRESH_TOKEN);
    }
}
