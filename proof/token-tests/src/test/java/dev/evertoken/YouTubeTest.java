package dev.evertoken;

import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.providers.YouTubeScopes;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connection of a channel, from consent to the end of its tokens. */
class YouTubeTest {

    private static final TokenKey YARA = TokenKey.of("youtube", "yara");
    private static final String NO_CHANNEL = "{\"error\":{\"errors\":[{\"domain\":\"youtube.header\",\"reason\":"
            + "\"youtubeSignupRequired\",\"message\":\"Unauthorized\"}],\"code\":401,\"message\":\"Unauthorized\"}}";

    private final ConsentFixture fixture = new ConsentFixture();
    private final Tokens tokens = fixture.process();
    private final MockProvider youTube = fixture.provider(YARA);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aConsentConnectsTheSelectedChannel() {
        fixture.connect(tokens, YARA);

        AccountStatus status = tokens.status(YARA);
        assertThat(status.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status.subject().orElseThrow()).matches("UC.{22}");
        assertThat(status.missingScopes()).isEmpty();
        assertThat(youTube.ledger().apiRequests("yara"))
                .as("units of the quota")
                .isEqualTo(1);
    }

    @Test
    void aReconnectDetectsAnotherChannelAndAcceptsItOnlyIfAllowed() {
        fixture.connect(tokens, YARA);
        AccountStatus before = tokens.status(YARA);

        failure(
                Problem.WRONG_ACCOUNT,
                () -> tokens.completeAuthorization(fixture.approved(tokens, YARA, "another channel")));
        assertThat(tokens.status(YARA)).isEqualTo(before);

        AuthorizationOptions change = AuthorizationOptions.defaults().allowAccountChange();
        URI page = tokens.authorize(YARA, ConsentFixture.BACK, change).url();
        assertThat(page.getRawQuery()).contains("prompt=select_account+consent");
        AccountStatus after = tokens.completeAuthorization(youTube.approve(page, "another channel"));
        assertThat(after.subject()).isPresent().isNotEqualTo(before.subject());
    }

    @Test
    void anAccountWithoutAChannelIsConnectedAndReportedAsUnusable() {
        youTube.onApi(MockResponse.json(401, NO_CHANNEL), MockResponse.json(401, NO_CHANNEL));
        fixture.connect(tokens, YARA);
        assertThat(tokens.status(YARA).subject()).isEmpty();

        Validation validation = tokens.validate(YARA);

        assertThat(validation.verdict()).isEqualTo(Verdict.UNUSABLE);
        assertThat(validation.problem()).hasValue(Problem.ACCOUNT_UNUSABLE);
        assertThat(tokens.status(YARA).generation()).as("nothing is refreshed").isEqualTo(1);
        assertThat(tokens.validate(YARA).verdict()).as("it has a channel now").isEqualTo(Verdict.VALID);
    }

    @Test
    void aGrantThatMayOnlyUploadIsValidatedWithoutItsChannel() {
        AccountStatus status =
                tokens.completeAuthorization(fixture.approved(tokens, YARA, "yara", YouTubeScopes.UPLOAD));
        assertThat(status.subject()).isEmpty();
        assertThat(status.missingScopes()).containsExactly(YouTubeScopes.READ_ONLY);

        Validation validation = tokens.validate(YARA);
        assertThat(validation.verdict()).isEqualTo(Verdict.VALID);
        assertThat(validation.scopes()).containsExactly(YouTubeScopes.UPLOAD);
        assertThat(youTube.ledger().apiRequests("yara"))
                .as("units of the quota")
                .isZero();
        youTube.expire("yara");
        assertThat(tokens.validate(YARA).verdict()).isEqualTo(Verdict.REJECTED);
    }

    @Test
    void theGoogleAccountInARefreshResponseIsNotTakenForAnotherChannel() {
        fixture.connect(tokens, YARA);
        AccountStatus before = tokens.status(YARA);
        TokenSet next = ConsentResponses.withoutRefreshToken(youTube.consent("yara"));
        youTube.onToken(ConsentResponses.response(next, "110248495921238986420"));
        fixture.later(Duration.ofHours(2));

        AccessToken refreshed = tokens.accessToken(YARA);

        assertThat(refreshed.value()).isEqualTo(next.accessToken().orElseThrow());
        assertThat(refreshed.generation()).isEqualTo(2);
        assertThat(tokens.status(YARA).subject()).isEqualTo(before.subject());
        fixture.later(Duration.ofHours(2));
        assertThat(tokens.accessToken(YARA).generation())
                .as("the refresh token stays")
                .isEqualTo(3);
    }

    @Test
    void aGrantSharedByGoogleAndYouTubeIsNotRevokedWithoutConfirmation() {
        TokenKey google = TokenKey.of("google", "yara");
        URI revocation = fixture.provider(google)
                .endpoints()
                .address(EndpointKind.REVOKE)
                .orElseThrow();
        Tokens oneServer = fixture.process(builder -> builder.encryption(ConsentFixture.ring(7))
                .endpoints("youtube", Endpoints.none().with(EndpointKind.REVOKE, revocation)));
        TokenSet shared = fixture.provider(google).consent("yara");
        oneServer.connect(google, shared);
        oneServer.connect(YARA, shared);

        Revocation held = oneServer.revoke(YARA);

        assertThat(held.outcome()).isEqualTo(Revocation.Outcome.NOT_ATTEMPTED);
        assertThat(held.affectedAccounts()).containsExactly(google);
    }

    @Test
    void aRevocationSucceedsAndAGrantRevokedAtGoogleRequiresAReconnect() {
        fixture.connect(tokens, YARA);
        assertThat(tokens.revoke(YARA).outcome()).isEqualTo(Revocation.Outcome.REVOKED);

        fixture.connect(tokens, YARA);
        youTube.revoke("yara");
        fixture.later(Duration.ofHours(2));
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(YARA));
        assertThat(tokens.status(YARA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }
}
