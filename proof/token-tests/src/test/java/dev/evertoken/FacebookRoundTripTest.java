package dev.evertoken;

import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Derivable;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.providers.Facebook;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Accounts and their pages at a Facebook that behaves as documented, from consent to expiry. */
class FacebookRoundTripTest {

    private static final TokenKey FAY = TokenKey.of("facebook", "fay");
    private static final TokenKey FINN = TokenKey.of("facebook", "finn");
    private static final TokenKey SHOP = TokenKey.of("facebook", "shop");
    private static final Duration SIXTY_DAYS = Duration.ofDays(60);

    private final ConsentFixture fixture = new ConsentFixture();
    private final MockProvider facebook = fixture.providers.facebook();
    private final Tokens tokens = fixture.process(
            builder -> builder.encryption(ConsentFixture.ring(7)).allowHosts("facebook", "127.0.0.1"));

    @AfterEach
    void close() {
        fixture.close();
    }

    // ---- Facebook

    @Test
    void aConsentAtFacebookGivesSixtyDaysAndTheDayOnWhichDataAccessEnds() {
        fixture.connect(tokens, FAY);
        AccountStatus status = tokens.status(FAY);
        Instant now = fixture.clock.now();

        assertThat(status.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status.expiresAt()).hasValue(now.plus(SIXTY_DAYS));
        assertThat(status.reconnectBy()).hasValue(now.plus(Duration.ofDays(90)));
        assertThat(status.subject()).isPresent();
        assertThat(status.grantedScopes()).isEqualTo(Set.of("email", "pages_show_list"));
        assertThat(facebook.ledger().tokenRequests()).isEqualTo(2);
        assertThat(facebook.ledger().isAccepted(tokens.accessToken(FAY).value()))
                .isTrue();
    }

    @Test
    void deselectedPermissionsAreMissing() {
        tokens.completeAuthorization(fixture.approved(tokens, FAY, "fay", "email"));
        assertThat(tokens.status(FAY).missingScopes()).containsExactly("pages_show_list");
    }

    @Test
    void aValidFacebookTokenIsExchangedWeeksBeforeItExpires() {
        fixture.connect(tokens, FAY);
        fixture.later(Duration.ofDays(39));
        tokens.accessToken(FAY);
        assertThat(tokens.status(FAY).generation()).isEqualTo(1);

        fixture.later(Duration.ofDays(10));
        tokens.accessToken(FAY, Duration.ofDays(30));

        assertThat(tokens.status(FAY).generation()).isEqualTo(2);
        assertThat(tokens.status(FAY).expiresAt()).hasValue(fixture.clock.now().plus(SIXTY_DAYS));
    }

    @Test
    void anExchangeThatExtendsNothingAnnouncesAReconnectAndAnExtensionWithdrawsIt() throws InterruptedException {
        facebook.withoutExtension();
        tokens.connect(FAY, facebook.consent("fay"));
        Instant end = fixture.clock.now().plus(SIXTY_DAYS);
        fixture.later(Duration.ofDays(45));
        tokens.refresh(FAY, "a test");

        TokenEvent.ExpiresSoon announced = fixture.event(TokenEvent.ExpiresSoon.class);
        assertThat(announced.key()).isEqualTo(FAY);
        assertThat(announced.reconnectBy()).isEqualTo(end);
        assertThat(tokens.status(FAY).reconnectBy()).hasValue(end);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);

        fixture.later(Duration.ofDays(5));
        facebook.onToken(MockResponse.json(
                200,
                "{\"access_token\":\"" + TestTokens.access() + "\",\"token_type\":\"bearer\",\"expires_in\":5184000}"));
        tokens.refresh(FAY, "a test");
        assertThat(tokens.status(FAY).reconnectBy()).isEmpty();
        assertThat(tokens.status(FAY).expiresAt()).hasValue(fixture.clock.now().plus(SIXTY_DAYS));
    }

    @Test
    void anExpiredTokenIsTriedOnceAndThenRequiresAReconnect() {
        fixture.connect(tokens, FAY);
        fixture.later(Duration.ofDays(61));

        assertThat(failure(Problem.GRANT_DEAD, () -> tokens.accessToken(FAY)).remedy())
                .isEqualTo(Remedy.RECONNECT);
        int requests = facebook.ledger().tokenRequests();
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(FAY));
        assertThat(facebook.ledger().tokenRequests()).isEqualTo(requests);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);

        fixture.connect(tokens, FAY);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aSecondStepThatFailedAtTheConsentIsDoneByTheNextRefresh() {
        facebook.onToken(MockResponse.normal(), MockResponse.status(503));
        fixture.connect(tokens, FAY);
        assertThat(tokens.status(FAY).expiresAt()).hasValue(fixture.clock.now().plus(Duration.ofMinutes(90)));

        fixture.later(Duration.ofMinutes(80));
        tokens.accessToken(FAY, Duration.ofHours(1));
        assertThat(tokens.status(FAY).expiresAt()).hasValue(fixture.clock.now().plus(SIXTY_DAYS));
    }

    @Test
    @Fault("D5")
    void aBlockedApplicationPausesAllItsAccountsAndMarksNone() {
        for (TokenKey key : List.of(FAY, FINN)) {
            tokens.connect(key, facebook.consent(key.account()));
        }
        fixture.later(Duration.ofMinutes(1));
        String blocked = "{\"error\":{\"message\":\"API access blocked.\",\"type\":\"OAuthException\",\"code\":200}}";
        facebook.onToken(MockResponse.json(400, blocked));
        failure(Problem.APP_BLOCKED, () -> tokens.refresh(FAY, "a test"));
        failure(Problem.APP_BLOCKED, () -> tokens.refresh(FINN, "a test"));

        assertThat(facebook.ledger().tokenRequests()).isEqualTo(1);
        for (TokenKey key : List.of(FAY, FINN)) {
            assertThat(tokens.status(key).state()).isEqualTo(ConnectionState.ACTIVE);
            assertThat(facebook.ledger().isAccepted(tokens.accessToken(key).value()))
                    .isTrue();
        }
    }

    @Test
    @Fault("D6")
    void anApplicationReportedAsUnknownForOneAccountStaysOpenForTheOthers() {
        for (TokenKey key : List.of(FAY, FINN)) {
            tokens.connect(key, facebook.consent(key.account()));
        }
        fixture.later(Duration.ofMinutes(1));
        tokens.refresh(FINN, "a test");
        facebook.onTokenOf(
                "fay",
                MockResponse.json(400, "{\"error\":{\"message\":\"?\",\"type\":\"OAuthException\",\"code\":101}}"));
        failure(Problem.CLIENT_REJECTED, () -> tokens.refresh(FAY, "a test"));

        fixture.later(Duration.ofMinutes(1));
        assertThat(tokens.refresh(FINN, "a test").generation()).isEqualTo(3);
        assertThat(tokens.refresh(FAY, "a test").generation()).isEqualTo(2);
    }

    @Test
    @Fault("C20")
    void aFormIsReadAsWellAsJson() {
        MockResponse form =
                MockResponse.of(200, "text/plain", "access_token=" + TestTokens.access() + "&expires=5183944");
        tokens.connect(FAY, facebook.consent("fay"));
        fixture.later(Duration.ofMinutes(1));
        facebook.onToken(form);
        assertThat(tokens.refresh(FAY, "a test").generation()).isEqualTo(2);
    }

    @Test
    @Fault("D16")
    void anUnknownErrorCodeIsCountedAndNeverEndsTheGrant() {
        tokens.connect(FAY, facebook.consent("fay"));
        fixture.later(Duration.ofMinutes(1));
        String odd = "{\"error\":{\"message\":\"?\",\"type\":\"OAuthException\",\"code\":31337,\"error_subcode\":463}}";
        facebook.onToken(MockResponse.json(400, odd));

        failure(Problem.UNRECOGNIZED_RESPONSE, () -> tokens.refresh(FAY, "a test"));
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(tokens.status(FAY).nextAttempt()).isPresent();
        assertThat(tokens.accessToken(FAY).generation()).isEqualTo(1);
    }

    @Test
    void facebookSupportsValidationRevocationAndApplicationTokens() {
        fixture.connect(tokens, FAY);
        assertThat(tokens.validate(FAY).verdict()).isEqualTo(Verdict.VALID);
        assertThat(tokens.validate(FAY).expiresAt())
                .hasValue(fixture.clock.now().plus(SIXTY_DAYS));
        assertThat(tokens.clientCredentialsToken("facebook").expiresAt()).isPresent();

        facebook.expire("fay");
        assertThat(tokens.validate(FAY).problem()).hasValue(Problem.GRANT_DEAD);

        fixture.connect(tokens, FINN);
        AccessToken valid = tokens.accessToken(FINN);
        assertThat(tokens.revoke(FINN).outcome()).isEqualTo(Revocation.Outcome.REVOKED);
        assertThat(facebook.ledger().isAccepted(valid.value())).isFalse();
    }

    @Test
    void aDeclinedConsentIsReported() {
        failure(
                Problem.CONSENT_DENIED,
                () -> tokens.completeAuthorization(
                        facebook.deny(tokens.authorize(FAY, ConsentFixture.BACK).url())));
    }

    // ---- pages

    @Test
    void aPageHasItsOwnTokenWhichIsDerivedAgainWhenAnApiRejectsIt() throws IOException {
        fixture.connect(tokens, FAY);
        List<Derivable> pages = tokens.derivable(FAY);
        assertThat(pages).extracting(Derivable::isTokenAvailable).containsExactly(true, true, false);
        String id = pages.get(0).id();
        tokens.connectDerived(SHOP, FAY, id);
        AccessToken first = tokens.accessToken(SHOP);
        assertThat(first.value()).isNotEqualTo(tokens.accessToken(FAY).value());
        assertThat(tokens.status(SHOP).subject()).hasValue(id);

        facebook.expire(id);
        assertThat(sent(SHOP)).startsWith("200 ");
        assertThat(tokens.accessToken(SHOP).value()).isNotEqualTo(first.value());
        failure(
                Problem.ACCOUNT_UNUSABLE,
                () -> tokens.connectDerived(
                        TokenKey.of("facebook", "third"), FAY, pages.get(2).id()));
    }

    @Test
    void aLostRoleOnAPageIsNotTheFaultOfTheUsersGrant() throws IOException {
        fixture.connect(tokens, FAY);
        tokens.connectDerived(SHOP, FAY, tokens.derivable(FAY).get(0).id());
        String lostRole = "{\"error\":{\"message\":\"The user must be an administrator of the page in order to"
                + " impersonate it.\",\"type\":\"OAuthException\",\"code\":190}}";
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        facebook.onApi(MockResponse.json(400, lostRole), MockResponse.json(400, lostRole));
        for (String when : List.of("after another derivation", "while there is no other derivation")) {
            ResourceVerdict verdict = verdict(http, SHOP);
            assertThat(verdict.problem()).as(when).contains(Problem.ACCOUNT_UNUSABLE);
            assertThat(verdict.detail()).as(when).contains("the user's role on the page");
        }
        assertThat(facebook.responsesLeft()).isZero();
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void anApiThatRequiresAnotherKindOfTokenEndsNoGrant() throws IOException {
        fixture.connect(tokens, FAY);
        facebook.onApi(MockResponse.json(
                400,
                "{\"error\":{\"message\":\"(#190) This method must be called with a Page Access Token\",\"type\":"
                        + "\"OAuthException\",\"code\":190}}"));

        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        assertThat(verdict(http, FAY).problem()).contains(Problem.API_REJECTS_TOKEN);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(sent(FAY)).startsWith("200 ");
    }

    @Test
    void anExpiredUserTokenIsNotRefreshedAfterARejectionByAnApi() throws IOException {
        fixture.connect(tokens, FAY);
        int before = facebook.ledger().tokenRequests();
        facebook.expire("fay");

        assertThat(sent(FAY)).startsWith("400 ");
        assertThat(facebook.ledger().tokenRequests()).isEqualTo(before);
    }

    @Test
    void requestsCarryTheProofOfTheAppSecretIfItIsEnabled() throws IOException {
        Tokens proving = fixture.process(builder -> builder.encryption(ConsentFixture.ring(7))
                .provider(new Facebook().withAppSecretProof())
                .allowHosts("facebook", "127.0.0.1"));
        fixture.connect(tokens, FAY);

        assertThat(sent(
                        proving,
                        FAY,
                        url -> assertThat(url.queryParameter("appsecret_proof")).matches("[0-9a-f]{64}")))
                .startsWith("200 ");
        assertThat(sent(
                        tokens,
                        FAY,
                        url -> assertThat(url.queryParameterNames()).isEmpty()))
                .startsWith("200 ");
    }

    @Test
    @Fault("H11")
    void aTokenErrorInASuccessfulResponseAdoptsTheNewerTokenOfAnotherProcess() throws IOException {
        tokens.connect(FAY, facebook.consent("fay"));
        Tokens other = fixture.process(builder -> builder.encryption(ConsentFixture.ring(7)));
        fixture.later(Duration.ofMinutes(1));
        AccessToken newer = other.refresh(FAY, "a test");
        String error = "{\"error\":{\"message\":\"?\",\"type\":\"OAuthException\",\"code\":190,\"error_subcode\":463}}";
        facebook.onApi(MockResponse.json(200, error));

        assertThat(sent(FAY)).isEqualTo("200 {\"account\":\"fay\"}");
        assertThat(tokens.accessToken(FAY).value()).isEqualTo(newer.value());
        assertThat(facebook.ledger().tokenRequests()).isEqualTo(1);
    }

    private String sent(TokenKey key) throws IOException {
        return sent(tokens, key, url -> {});
    }

    private ResourceVerdict verdict(OkHttpClient http, TokenKey key) throws IOException {
        try (Response response = http.newCall(request(key)).execute()) {
            return TokenInterceptor.verdict(response).orElseThrow();
        } finally {
            http.connectionPool().evictAll();
        }
    }

    private String sent(Tokens process, TokenKey key, Consumer<HttpUrl> asSent) throws IOException {
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(process))
                .addNetworkInterceptor(chain -> {
                    asSent.accept(chain.request().url());
                    return chain.proceed(chain.request());
                })
                .build();
        try (Response response = http.newCall(request(key)).execute()) {
            return response.code() + " " + response.body().string();
        } finally {
            http.dispatcher().executorService().shutdownNow();
            http.connectionPool().evictAll();
        }
    }

    private Request request(TokenKey key) {
        return new Request.Builder()
                .url(facebook.apiUrl().toString())
                .tag(TokenKey.class, key)
                .build();
    }
}
