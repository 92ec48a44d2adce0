package dev.evertoken;

import static dev.evertoken.ConsentFixture.BACK;
import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.jdkhttp.TokenHttpClient;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.testing.Ledger;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that are configured with the next and the previous client secret while the provider changes it. */
class ClientSecretRotationTest {

    private static final String CLIENT = "turning";
    private static final TokenKey ANNA = TokenKey.of(CLIENT, "anna");
    private static final TokenKey BEN = TokenKey.of(CLIENT, "ben");
    private static final String OLD = TestTokens.clientSecret();
    private static final String NEW = TestTokens.clientSecret();

    private final ConsentFixture fixture = new ConsentFixture();
    private final MockProvider acme = fixture.providers.rotating();
    private final MockProvider strava = fixture.providers.strava();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault({"I8", "O8"})
    void aRotationOfTheSecretSpendsEachRefreshTokenOnceAndRefreshesOnceEachTime() {
        acme.acceptSecrets(OLD);
        Tokens tokens = process(acme);
        tokens.connect(ANNA, acme.consent("anna"));

        expire();
        tokens.accessToken(ANNA);
        assertThat(status(tokens).usesPreviousSecret()).isTrue();

        acme.acceptSecrets(OLD, NEW);
        expire();
        tokens.accessToken(ANNA);

        acme.acceptSecrets(NEW);
        expire();
        tokens.accessToken(ANNA);
        assertThat(status(tokens).usesPreviousSecret()).isFalse();

        assertThat(acme.ledger().issued("anna"))
                .as("the consent and three refreshes")
                .isEqualTo(4);
        assertThat(List.of(1L, 2L, 3L))
                .allSatisfy(generation ->
                        assertThat(accepted(acme, "anna", generation)).isEqualTo(1));
        assertThat(acme.ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault({"I8", "O8"})
    void aProcessFindsOutWithoutARefreshTokenWhereTheProviderHasSuchARequest() {
        acme.acceptSecrets(OLD);
        Tokens tokens = process(acme);
        tokens.connect(ANNA, acme.consent("anna"));
        expire();

        tokens.accessToken(ANNA);

        assertThat(acme.ledger().presented("anna", 1)).isEqualTo(1);
        assertThat(details(acme, Ledger.Kind.TOKEN_REQUEST))
                .containsExactly("client_credentials", "client_credentials", "refresh_token");
    }

    @Test
    @Fault({"I8", "O8"})
    void aRefusalOfTheClientIsFollowedByTheSameRefreshWithTheOtherSecretOnce() {
        strava.acceptSecrets(OLD);
        Tokens tokens = process(strava);
        tokens.connect(ANNA, strava.consent("anna"));
        tokens.connect(BEN, strava.consent("ben"));
        expire();

        tokens.accessToken(ANNA);
        tokens.accessToken(BEN);

        assertThat(details(strava, Ledger.Kind.RESPONDED)).containsExactly("refused", "tokens", "tokens");
        assertThat(strava.ledger().issued("anna")).isEqualTo(2);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status(tokens).isOpen()).isTrue();
    }

    @Test
    @Fault("I8")
    void anUnknownOutcomeIsNeverFollowedByTheOtherSecret() {
        strava.acceptSecrets(OLD);
        Tokens tokens = process(strava);
        for (MockResponse response : List.of(
                MockResponse.disconnect(),
                MockResponse.html(503),
                MockResponse.json(401, "{}"),
                MockResponse.html(403))) {
            tokens.connect(ANNA, strava.consent("anna"));
            expire();
            strava.onToken(response);
            int before = strava.ledger().tokenRequests();

            assertThat(failed(() -> tokens.accessToken(ANNA)).problem()).isNotEqualTo(Problem.CLIENT_REJECTED);

            assertThat(strava.ledger().tokenRequests() - before).isEqualTo(1);
            assertThat(status(tokens).usesPreviousSecret()).isFalse();
        }
    }

    @Test
    @Fault({"D5", "I8"})
    void ifBothSecretsAreRefusedTheClientIsRefusedAndNoAccountIsMarked() {
        strava.acceptSecrets(TestTokens.clientSecret());
        Tokens tokens = process(strava);
        TokenSet consent = strava.consent("anna");
        tokens.connect(ANNA, consent);
        tokens.connect(BEN, strava.consent("ben"));
        expire();

        TokenException refused = failure(Problem.CLIENT_REJECTED, () -> tokens.accessToken(ANNA));
        failure(Problem.CLIENT_REJECTED, () -> tokens.accessToken(BEN));

        assertThat(strava.ledger().tokenRequests())
                .as("one attempt with each secret")
                .isEqualTo(2);
        assertThat(refused.toString() + refused.toJson()).doesNotContain(OLD).doesNotContain(NEW);
        assertThat(status(tokens).problem()).contains(Problem.CLIENT_REJECTED);
        assertThat(status(tokens).usesPreviousSecret()).isFalse();
        assertThat(strava.ledger().isValid(consent.refreshToken().orElseThrow()))
                .isTrue();
    }

    @Test
    @Fault("O8")
    void everyKindOfRequestUsesTheSecretThatWorks() {
        acme.acceptSecrets(OLD);
        Tokens tokens = process(acme);
        URI callback = acme.approve(tokens.authorize(ANNA, BACK).url(), "anna");

        assertThat(tokens.completeAuthorization(ANNA, callback).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(details(acme, Ledger.Kind.RESPONDED)).containsExactly("refused", "tokens");
        assertThat(acme.ledger()
                        .isAccepted(tokens.clientCredentialsToken(CLIENT).value()))
                .isTrue();

        acme.acceptSecrets(NEW);
        assertThat(tokens.revoke(ANNA).outcome()).isEqualTo(Revocation.Outcome.REVOKED);
        assertThat(status(tokens).usesPreviousSecret()).isFalse();
    }

    @Test
    @Fault("O8")
    void aCodeOfAProviderWithoutClientCredentialsIsExchangedWithThePreviousSecret() {
        MockProvider google = fixture.providers.google();
        google.acceptSecrets(OLD);
        Tokens tokens = process(google);

        tokens.completeAuthorization(google.approve(tokens.authorize(BEN, BACK).url(), "ben"));

        assertThat(tokens.status(BEN).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status(tokens).usesPreviousSecret()).isTrue();
    }

    @Test
    @Fault("O8")
    void aRequestWhoseSignatureIsRefusedIsSignedWithThePreviousSecret() throws Exception {
        MockProvider x = fixture.providers.xOAuth1();
        String right = x.registration().clientSecret().orElseThrow().reveal();
        Tokens before = process(x, x.registration());
        before.completeAuthorization(
                ANNA, x.approve(before.authorize(ANNA, BACK).url(), "anna"));
        Tokens tokens = process(x, both(x, NEW, right));

        assertThat(status(tokens, x)).isEqualTo(200);
        assertThat(status(tokens).usesPreviousSecret()).isTrue();
        int requests = x.ledger().apiRequests("anna");
        assertThat(status(tokens, x)).isEqualTo(200);
        assertThat(x.ledger().apiRequests("anna") - requests).isEqualTo(1);

        Tokens jdk = process(x, both(x, NEW, right));
        assertThat(TokenHttpClient.of(HttpClient.newHttpClient(), jdk.source(ANNA))
                        .send(HttpRequest.newBuilder(v1(x)).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
        assertThat(status(jdk).usesPreviousSecret()).isTrue();
    }

    @Test
    @Fault("O8")
    void aSignatureThatIsRefusedWithBothSecretsChangesNothing() throws Exception {
        MockProvider x = fixture.providers.xOAuth1();
        Tokens before = process(x, x.registration());
        before.completeAuthorization(
                ANNA, x.approve(before.authorize(ANNA, BACK).url(), "anna"));
        Tokens tokens = process(x, both(x, NEW, OLD));

        assertThat(status(tokens, x)).isEqualTo(401);
        assertThat(status(tokens).usesPreviousSecret()).isFalse();
        assertThat(status(tokens, x)).isEqualTo(401);
        assertThat(status(tokens).usesPreviousSecret()).isFalse();
    }

    @Test
    @Fault("O8")
    void anAuthorizationOfASigningProviderStartsWithThePreviousSecret() {
        MockProvider x = fixture.providers.xOAuth1();
        Tokens tokens = process(
                x, both(x, NEW, x.registration().clientSecret().orElseThrow().reveal()));

        URI callback = x.approve(tokens.authorize(ANNA, BACK).url(), "anna");

        assertThat(tokens.completeAuthorization(ANNA, callback).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status(tokens).usesPreviousSecret()).isTrue();
    }

    private static int status(Tokens tokens, MockProvider x) throws IOException {
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens.source(ANNA)))
                .build();
        try (Response response = http.newCall(
                        new Request.Builder().url(v1(x).toString()).build())
                .execute()) {
            return response.code();
        }
    }

    /** Version 1.1 reports that the signature is at fault. */
    private static URI v1(MockProvider x) {
        return URI.create(x.apiUrl() + "/1.1/account/settings.json");
    }

    private Tokens process(MockProvider mock) {
        return process(mock, both(mock, NEW, OLD));
    }

    private Tokens process(MockProvider mock, ClientRegistration registration) {
        return fixture.process(builder -> builder.encryption(ConsentFixture.ring(7))
                .client(CLIENT, mock.id(), registration)
                .endpoints(CLIENT, mock.endpoints())
                .allowHosts(CLIENT, "127.0.0.1"));
    }

    private static ClientRegistration both(MockProvider mock, String secret, String previous) {
        return ClientRegistration.builder(mock.registration().clientId())
                .clientSecret(secret)
                .previousSecret(previous)
                .scopes(mock.registration().scopes())
                .build();
    }

    private void expire() {
        fixture.later(Duration.ofHours(7));
    }

    private static ClientStatus status(Tokens tokens) {
        return tokens.operations().clients().stream()
                .filter(client -> client.registration().equals(CLIENT))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> details(MockProvider mock, Ledger.Kind kind) {
        return mock.ledger().entries().stream()
                .filter(entry -> entry.kind() == kind)
                .map(Ledger.Entry::detail)
                .toList();
    }

    /** Returns how many presentations of a refresh token were followed by tokens. */
    private static int accepted(MockProvider mock, String account, long generation) {
        List<Ledger.Entry> entries = mock.ledger().entries();
        int accepted = 0;
        for (int i = 0; i < entries.size(); i++) {
            Ledger.Entry one = entries.get(i);
            if (one.kind() == Ledger.Kind.PRESENTED
                    && one.account().equals(account)
                    && one.generation() == generation
                    && entries.subList(i, entries.size()).stream()
                            .filter(later -> later.kind() == Ledger.Kind.RESPONDED)
                            .findFirst()
                            .filter(response -> response.detail().equals("tokens"))
                            .isPresent()) {
                accepted++;
            }
        }
        return accepted;
    }

    private static TokenException failed(ThrowingCallable call) {
        TokenException failure = catchThrowableOfType(TokenException.class, call);
        assertThat(failure).as("a problem").isNotNull();
        return failure;
    }
}
