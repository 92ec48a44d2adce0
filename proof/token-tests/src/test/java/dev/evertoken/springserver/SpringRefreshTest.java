package dev.evertoken.springserver;

import static dev.evertoken.springserver.SpringServerFixture.ANNA;
import static dev.evertoken.springserver.SpringServerFixture.ODD;
import static dev.evertoken.springserver.SpringServerFixture.failure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generic provider refreshes accounts at Spring Authorization Server and reports those it cannot refresh. */
class SpringRefreshTest {

    private static final int CALLERS = 50;

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

    private static List<AccessToken> together(Callable<AccessToken> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            CyclicBarrier start = new CyclicBarrier(CALLERS);
            List<Future<AccessToken>> calls = Stream.generate(() -> threads.submit(() -> {
                        start.await(20, TimeUnit.SECONDS);
                        return call.call();
                    }))
                    .limit(CALLERS)
                    .toList();
            List<AccessToken> results = new ArrayList<>();
            for (Future<AccessToken> one : calls) {
                results.add(one.get(20, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void fiftyCallersOfAnExpiredTokenMakeOneRequest() throws Exception {
        fixture.connect(tokens, ANNA);
        fixture.expireTokens();

        List<AccessToken> results = together(() -> tokens.accessToken(ANNA));

        assertThat(results).hasSize(CALLERS);
        assertThat(results.stream().distinct()).hasSize(1);
        assertThat(results.get(0).generation()).isEqualTo(2);
        assertThat(server.presented()).hasSize(1);
    }

    @Test
    void everyRotatedRefreshTokenIsPresentedOnce() {
        fixture.connect(tokens, ANNA);
        Tokens peer = fixture.process();
        for (int generation = 2; generation <= 4; generation++) {
            fixture.expireTokens();
            AccessToken renewed = tokens.accessToken(ANNA);
            assertThat(renewed.generation()).isEqualTo(generation);
            assertThat(peer.accessToken(ANNA)).as("adopted by another process").isEqualTo(renewed);
            assertThat(tokens.validate(ANNA).verdict()).isEqualTo(Validation.Verdict.VALID);
        }

        assertThat(server.presented()).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void aSpentRefreshTokenNeedsAReconnectAfterOneRequest() {
        fixture.connect(tokens, ANNA);
        fixture.expireTokens();
        tokens.accessToken(ANNA);
        Secret spent = server.presented().get(0);
        TokenKey copy = TokenKey.of("acme", "copy of anna");
        tokens.connect(
                copy, TokenSet.builder(TestTokens.access()).refreshToken(spent).build());
        fixture.clock.advance(Duration.ofHours(2));

        TokenException refused = failure(tokens, copy);
        TokenException repeated = failure(tokens, copy);

        assertThat(refused.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(refused.remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(refused)
                .hasMessage("acme/copy of anna: token endpoint answered 400 invalid_grant; the refresh token was 120"
                        + " minutes old: another holder of it, such as another application or a copy of the store,"
                        + " may have used it");
        assertThat(repeated.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(server.presented()).containsExactly(spent, spent);
        assertThat(tokens.accessToken(ANNA).generation())
                .as("the newest token stays valid at this server")
                .isEqualTo(3);
    }

    @Test
    @Fault("D1")
    void aGrantRemovedByTheServerNeedsAReconnectAfterOneRefreshAndOneEvent() {
        fixture.connect(tokens, ANNA);
        AccessToken held = tokens.accessToken(ANNA);
        server.removeGrant(held.value());
        fixture.expireTokens();

        assertThat(failure(tokens, ANNA).problem()).isEqualTo(Problem.GRANT_DEAD);
        fixture.expireTokens();
        assertThat(failure(tokens, ANNA).problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(failure(fixture.process(), ANNA).problem()).isEqualTo(Problem.GRANT_DEAD);

        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(server.presented()).hasSize(1);
        assertThat(fixture.connect(tokens, ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        fixture.close();
        assertThat(fixture.events)
                .extracting(TokenEvent::kind)
                .containsOnlyOnce(TokenEvent.Kind.REAUTHORIZATION_REQUIRED);
    }

    @Test
    void aTokenIsReportedAsValidUntilItsGrantIsRemoved() {
        fixture.connect(tokens, ANNA);

        Validation before = tokens.validate(ANNA);
        server.removeGrant(tokens.accessToken(ANNA).value());
        Validation after = tokens.validate(ANNA);

        assertThat(before.verdict()).isEqualTo(Validation.Verdict.VALID);
        assertThat(before.subject()).contains(SpringAuthorizationServer.USER);
        assertThat(before.scopes()).containsExactlyInAnyOrder("openid", "orders");
        assertThat(before.expiresAt()).isPresent();
        assertThat(after.verdict()).isEqualTo(Validation.Verdict.REJECTED);
        assertThat(tokens.status(ANNA).state())
                .as("a validation does not change the status")
                .isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aRevokedAccountIsDisconnectedAndItsTokensAreRejectedByTheServer() {
        fixture.connect(tokens, ANNA);
        Secret access = tokens.accessToken(ANNA).value();

        Revocation revocation = tokens.revoke(ANNA);

        assertThat(revocation.outcome()).isEqualTo(Revocation.Outcome.REVOKED);
        assertThat(revocation.disconnected()).isTrue();
        assertThat(failure(tokens, ANNA).problem()).isEqualTo(Problem.NOT_CONNECTED);
        tokens.connect(
                ANNA,
                TokenSet.builder(access.reveal())
                        .refreshToken(TestTokens.refresh())
                        .build());
        assertThat(tokens.validate(ANNA).verdict()).isEqualTo(Validation.Verdict.REJECTED);
    }

    @Test
    void aClientWhoseIdAndSecretMustBeFormEncodedIsAcceptedByAllEndpoints() throws Exception {
        fixture.connect(tokens, ODD);
        fixture.expireTokens();

        assertThat(tokens.accessToken(ODD).generation()).isEqualTo(2);
        assertThat(tokens.validate(ODD).verdict()).isEqualTo(Validation.Verdict.VALID);
        assertThat(statusOfRawBasic(server.odd()))
                .as("credentials without form encoding")
                .isBetween(400, 401);
        assertThat(tokens.revoke(ODD).outcome()).isEqualTo(Revocation.Outcome.REVOKED);
    }

    /** Returns the status of a request with an id and secret that are not form-encoded (RFC 6749 section 2.3.1). */
    private static int statusOfRawBasic(ClientRegistration client) throws Exception {
        String pair =
                client.clientId() + ":" + client.clientSecret().orElseThrow().reveal();
        HttpRequest request = HttpRequest.newBuilder(server.address("/oauth2/introspect"))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("token=" + TestTokens.access()))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    @Fault("D5")
    void aWrongSecretBlocksTheClientAndMarksNoAccount() {
        TokenKey ben = TokenKey.of("acme", "ben");
        fixture.connect(tokens, ANNA);
        fixture.connect(tokens, ben);
        fixture.expireTokens();
        Tokens mistaken =
                fixture.process(ClientRegistration.of(server.confidential().clientId(), TestTokens.clientSecret()));

        TokenException rejected = failure(mistaken, ANNA);
        TokenException blocked = failure(mistaken, ben);

        assertThat(rejected.problem()).isEqualTo(Problem.CLIENT_REJECTED);
        assertThat(rejected.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(blocked.problem()).isEqualTo(Problem.CLIENT_REJECTED);
        assertThat(server.presented()).as("no request for the second account").hasSize(1);
        assertThat(tokens.status(ANNA).state()).isNotEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ben).generation()).isEqualTo(2);
    }

    @Test
    @Fault("I2")
    void noSecretIsLoggedOrPrinted() {
        try (LoggedErrors logged = new LoggedErrors()) {
            Tokens logging = fixture.process();
            fixture.connect(logging, ODD);
            Secret first = logging.accessToken(ODD).value();
            fixture.expireTokens();
            Secret second = logging.refresh(ODD, "an operator asks").value();
            server.removeGrant(second);
            fixture.expireTokens();
            TokenException revoked = failure(logging, ODD);
            fixture.close();

            SecretCanary canary = SecretCanary.ofTestTokens().watching(first).watching(second);
            for (Secret presented : server.presented()) {
                canary = canary.watching(presented);
            }
            assertThat(logged.text()).contains("odd/anna: refresh requested");
            assertThat(revoked.problem()).isEqualTo(Problem.GRANT_DEAD);
            canary.assertNoneIn("the log", logged.text());
            canary.assertNonePrintedBy(revoked, fixture.events, logging, server.odd());
        }
    }
}
