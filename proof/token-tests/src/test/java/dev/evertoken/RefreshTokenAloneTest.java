package dev.evertoken;

import static dev.evertoken.ConsentFixture.ANNA;
import static dev.evertoken.ConsentFixture.BEN;
import static dev.evertoken.ConsentFixture.CARA;
import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.imports.TokenFileFormat;
import dev.evertoken.imports.TokenRows;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.ConnectResult.Outcome;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.providers.Strava;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SecretCanary;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts that are imported with a refresh token and without an access token. */
class RefreshTokenAloneTest {

    private final ConsentFixture fixture = new ConsentFixture();
    private final Tokens tokens = fixture.process();
    private final MockProvider acme = fixture.providers.rotating();
    private final MockProvider google = fixture.providers.google();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("N5")
    void theFirstUseObtainsAnAccessTokenWithOneRequest() {
        AccountStatus connected = tokens.connect(ANNA, alone(acme, "anna"));

        assertThat(connected.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(acme.ledger().tokenRequests()).isZero();
        AccessToken token = tokens.accessToken(ANNA);
        assertThat(acme.ledger().isAccepted(token.value())).isTrue();
        assertThat(token.generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ANNA)).isEqualTo(token);
        assertThat(fixture.process().accessToken(ANNA).value()).isEqualTo(token.value());
        assertThat(acme.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault("N5")
    void theStatusSaysThatARefreshIsDueAtOnce() {
        AccountStatus status = tokens.connect(BEN, alone(google, "ben"));

        assertThat(status).isEqualTo(tokens.status(BEN));
        assertThat(status.refreshAt()).hasValue(fixture.clock.now());
        assertThat(status.expiresAt()).hasValue(Instant.EPOCH);
        assertThat(status.problem()).isEmpty();
        assertThat(tokens.operations()
                        .dueIndex()
                        .orElseThrow()
                        .due("google", fixture.clock.now().plusMillis(1), Optional.empty(), 10))
                .containsExactly(BEN);

        AccessToken token = tokens.accessToken(BEN);

        assertThat(tokens.status(BEN).expiresAt()).isEqualTo(token.expiresAt());
    }

    @Test
    @Fault("N5")
    void aProcessWhoseClockIsHoursBehindServesNoEmptyToken() {
        tokens.connect(BEN, alone(google, "ben"));
        fixture.clock.jumpWall(Duration.ofHours(-5));

        AccessToken token = fixture.process().accessToken(BEN);

        assertThat(google.ledger().isAccepted(token.value())).isTrue();
    }

    @Test
    @Fault("N5")
    void everyWayToAskForATokenLeadsToTheRefresh() throws Exception {
        AccessToken rejected = tokenOfAnEarlierConsent();
        tokens.connect(BEN, alone(google, "ben"));
        assertThat(tokens.refresh(BEN, "first use").generation()).isEqualTo(2);

        tokens.connect(BEN, alone(google, "ben"));
        assertThat(tokens.accessToken(BEN, Duration.ofMinutes(10)).generation()).isEqualTo(2);

        tokens.connect(BEN, alone(google, "ben"));
        assertThat(tokens.replace(BEN, rejected).generation()).isEqualTo(2);

        tokens.connect(BEN, alone(google, "ben"));
        assertThat(tokens.source(BEN).accessToken().generation()).isEqualTo(2);

        tokens.connect(BEN, alone(google, "ben"));
        assertThat(tokens.accessTokenAsync(BEN).get().generation()).isEqualTo(2);
    }

    @ParameterizedTest
    @Fault("N5")
    @ValueSource(strings = {"acme", "google", "youtube", "strava", "linkedin", "x"})
    void everyProviderWithRefreshTokensCompletesSuchAnAccount(String id) {
        MockProvider provider = fixture.providers.provider(id);
        TokenKey key = TokenKey.of(id, "dora");
        tokens.connect(key, alone(provider, "dora"));

        assertThat(provider.ledger().isAccepted(tokens.accessToken(key).value()))
                .isTrue();
    }

    @Test
    @Fault("N5")
    void accountsOfOtherProgramsAreConnectedFromTheirFiles(@TempDir Path folder) throws IOException {
        String refreshToken = refreshToken(google, "ben");
        Path file = Files.writeString(
                folder.resolve("token.json"),
                "{\"type\":\"authorized_user\",\"client_id\":\"4711\",\"client_secret\":\"GOCSPX-1\","
                        + "\"refresh_token\":\"" + refreshToken + "\"}");
        Map<String, String> row = Map.of("access_token", "outdated", "refreshToken", refreshToken(acme, "anna"));

        tokens.connect(
                BEN, TokenFileFormat.GOOGLE_AUTHORIZED_USER.read(file).get(0).tokens());
        tokens.connect(ANNA, TokenRows.tokens(row));

        assertThat(google.ledger().isAccepted(tokens.accessToken(BEN).value())).isTrue();
        assertThat(acme.ledger().isAccepted(tokens.accessToken(ANNA).value())).isTrue();
    }

    private AccessToken tokenOfAnEarlierConsent() {
        tokens.connect(BEN, google.consent("ben"));
        return tokens.accessToken(BEN);
    }

    @Test
    @Fault("N5")
    void aFailedRefreshIsReportedAndNothingIsServed() {
        tokens.connect(BEN, alone(google, "ben"));
        google.onToken(MockResponse.status(503));

        TokenException down = failure(Problem.PROVIDER_UNAVAILABLE, () -> tokens.accessToken(BEN));

        assertThat(down.retryAt()).isPresent();
        AccountStatus status = tokens.status(BEN);
        assertThat(status.state()).isEqualTo(ConnectionState.STALLED);
        assertThat(status.problem()).hasValue(Problem.PROVIDER_UNAVAILABLE);
        assertThat(status.expiresAt()).hasValue(Instant.EPOCH);
        failure(Problem.PROVIDER_UNAVAILABLE, () -> tokens.accessToken(BEN));

        fixture.later(Duration.ofHours(1));
        assertThat(google.ledger().isAccepted(tokens.accessToken(BEN).value())).isTrue();
        assertThat(tokens.status(BEN).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    @Fault("N5")
    void aRefreshTokenThatTheProviderRefusesAsksForAConsent() {
        tokens.connect(BEN, TokenSet.ofRefreshToken("1//0fakeRefreshTokenOfNobody"));

        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(BEN));

        assertThat(tokens.status(BEN).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    @Test
    @Fault("N5")
    void nothingIsServedWhileTheStoreIsDown() {
        tokens.connect(ANNA, alone(acme, "anna"));
        fixture.store.down();

        failure(Problem.STORE_UNAVAILABLE, () -> tokens.accessToken(ANNA));

        fixture.store.up();
        fixture.later(Duration.ofMinutes(1));
        assertThat(acme.ledger().isAccepted(tokens.accessToken(ANNA).value())).isTrue();
    }

    @Test
    @Fault("N5")
    void aResponseWithoutAnAccessTokenLeavesTheAccountDue() {
        tokens.connect(ANNA, alone(acme, "anna"));
        MockResponse empty = MockResponse.json(200, "{\"token_type\":\"Bearer\",\"refresh_token\":\"rt-next\"}");
        acme.onToken(empty, empty);

        failure(Problem.MALFORMED_RESPONSE, () -> tokens.accessToken(ANNA));

        assertThat(tokens.status(ANNA).expiresAt()).hasValue(Instant.EPOCH);
    }

    @Test
    @Fault("N5")
    void aBatchImportsRefreshTokensAndReplacesNoValidGrant() {
        TokenSet anna = alone(acme, "anna");
        Map<TokenKey, TokenSet> rows = Map.of(ANNA, anna, BEN, alone(google, "ben"));

        assertThat(tokens.connectAll(rows)).extracting(ConnectResult::outcome).containsOnly(Outcome.CONNECTED);
        assertThat(tokens.connectAll(rows)).extracting(ConnectResult::outcome).containsOnly(Outcome.KEPT_NEWER);
        AccessToken first = tokens.accessToken(ANNA);
        assertThat(tokens.connectAll(Map.of(ANNA, anna)))
                .extracting(ConnectResult::outcome)
                .containsOnly(Outcome.KEPT_NEWER);

        assertThat(tokens.accessToken(ANNA)).isEqualTo(first);
        assertThat(acme.ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault("N5")
    void aSpentRefreshTokenIsNotConnectedAgain() {
        TokenSet spent = alone(acme, "anna");
        tokens.connect(ANNA, spent);
        AccessToken refreshed = tokens.accessToken(ANNA);

        tokens.connect(ANNA, spent);
        tokens.connectIfAbsent(ANNA, spent);

        assertThat(tokens.accessToken(ANNA)).isEqualTo(refreshed);
        fixture.later(Duration.ofHours(3));
        assertThat(acme.ledger().isAccepted(tokens.accessToken(ANNA).value())).isTrue();
    }

    @Test
    @Fault("N5")
    void connectIfAbsentStoresARefreshTokenOnce() {
        assertThat(tokens.connectIfAbsent(BEN, alone(google, "ben")).generation())
                .isEqualTo(1);
        AccessToken first = tokens.accessToken(BEN);

        assertThat(tokens.connectIfAbsent(BEN, alone(google, "ben")).generation())
                .isEqualTo(2);
        assertThat(tokens.accessToken(BEN)).isEqualTo(first);
    }

    @Test
    @Fault("N5")
    void aProviderWithoutRefreshTokensRefusesIt() {
        for (String id : List.of("facebook", "instagram", "x-oauth1")) {
            TokenKey key = TokenKey.of(id, "finn");

            TokenException refused =
                    failure(Problem.NOT_SUPPORTED, () -> tokens.connect(key, TokenSet.ofRefreshToken("rt-of-finn")));

            assertThat(refused.detail())
                    .isEqualTo("the tokens have no access token, and the provider has no refresh tokens that could"
                            + " obtain one; nothing was stored. Import the access token");
            failure(Problem.NOT_CONNECTED, () -> tokens.status(key));
        }
    }

    @Test
    @Fault("N5")
    void aPlaceholderInsteadOfTheRefreshTokenIsRefused() {
        failure(Problem.PLACEHOLDER_CREDENTIALS, () -> tokens.connect(BEN, TokenSet.ofRefreshToken("changeme")));
        failure(Problem.PLACEHOLDER_CREDENTIALS, () -> tokens.connect(BEN, TokenSet.ofRefreshToken("1//0a\nb")));

        failure(Problem.NOT_CONNECTED, () -> tokens.status(BEN));
    }

    @Test
    @Fault("N5")
    void validationSaysThatThereIsNoAccessTokenYet() {
        tokens.connect(BEN, alone(google, "ben"));

        Validation validation = tokens.validate(BEN);

        assertThat(validation.verdict()).isEqualTo(Validation.Verdict.UNKNOWN);
        assertThat(validation.problem()).isEmpty();
        assertThat(validation.detail())
                .isEqualTo("the account has no access token yet; its first use obtains one with the refresh token");
    }

    @Test
    @Fault("N5")
    void anAccountThatWasNeverUsedCanBeRevoked() {
        TokenSet alone = alone(google, "ben");
        tokens.connect(BEN, alone);

        assertThat(tokens.revoke(BEN).outcome()).isEqualTo(Revocation.Outcome.REVOKED);

        assertThat(google.ledger().isValid(alone.refreshToken().orElseThrow())).isFalse();
        failure(Problem.NOT_CONNECTED, () -> tokens.status(BEN));
    }

    @Test
    @Fault("N5")
    void aRevocationThatNeedsAnAccessTokenSaysSo() {
        URI revoke = fixture.providers
                .strava()
                .endpoints()
                .address(EndpointKind.REVOKE)
                .orElseThrow();
        URI old = URI.create(revoke.toString().replace("/revoke", "/deauthorize"));
        Tokens before2027 = fixture.process(
                Strava.withDeauthorization(),
                builder -> builder.encryption(ConsentFixture.ring(7))
                        .endpoints("strava", Endpoints.none().with(EndpointKind.REVOKE, old)));
        before2027.connect(CARA, alone(fixture.providers.strava(), "cara"));

        Revocation revocation = before2027.revoke(CARA);

        assertThat(revocation.outcome()).isEqualTo(Revocation.Outcome.NOT_REVOKED);
        assertThat(revocation.detail())
                .isEqualTo("the request needs an access token, and the account has none yet; use the account once");
        assertThat(revocation.disconnected()).isTrue();
    }

    @Test
    @Fault("N5")
    void aSealedBackupAndItsImportKeepTheAccountUsable(@TempDir Path folder) throws IOException {
        tokens.connect(ANNA, alone(acme, "anna"));
        try (FileTokenStore backup = FileTokenStore.open(folder, "consents")) {
            assertThat(tokens.exportTo(backup)
                            .otherKeys(ConsentFixture.ring(9))
                            .copy()
                            .isComplete())
                    .isTrue();
            TokenRecord copied = backup.load(ANNA).orElseThrow();
            assertThat(copied.secrets()).isInstanceOf(SecretPart.Envelope.class);
            assertThat(copied.lifetime().hasAccessToken()).isFalse();
            SecretCanary.ofTestTokens().assertNoneBelow(folder);
            tokens.disconnect(ANNA);

            assertThat(tokens.importFrom(backup)
                            .otherKeys(ConsentFixture.ring(9))
                            .move()
                            .isComplete())
                    .isTrue();
        }

        assertThat(acme.ledger().isAccepted(tokens.accessToken(ANNA).value())).isTrue();
    }

    @Test
    @Fault("N5")
    void aProcessThatIsStartedLaterFindsTheAccountInTheFileStore(@TempDir Path folder) {
        TokenSet alone = alone(google, "ben").toBuilder().scopes("email").build();
        try (FileTokenStore store = FileTokenStore.open(folder, "consents")) {
            Tokens first = fixture.process(builder -> builder.store(store).encryption(ConsentFixture.ring(7)));
            assertThat(first.connect(BEN, alone).grantedScopes()).containsExactly("email");
            first.close();
            Tokens second = fixture.process(builder -> builder.store(store).encryption(ConsentFixture.ring(7)));

            Secret token = second.accessToken(BEN).value();

            assertThat(google.ledger().isAccepted(token)).isTrue();
            second.close();
        }
    }

    /** Returns a refresh token that a user has consented to. */
    private static TokenSet alone(MockProvider provider, String user) {
        return TokenSet.ofRefreshToken(refreshToken(provider, user));
    }

    private static String refreshToken(MockProvider provider, String user) {
        return provider.consent(user).refreshToken().orElseThrow().reveal();
    }
}
