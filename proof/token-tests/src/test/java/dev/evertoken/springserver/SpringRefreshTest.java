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

/** The generic provider keeps accounts at Spring Authorization Server usable, and says so where it cannot. */
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
            CyclicBarrier line = new CyclicBarrier(CALLERS);
            List<Future<AccessToken>> calls = Stream.generate(() -> threads.submit(() -> {
                        line.await(20, TimeUnit.SECONDS);
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
    void fiftyCallersOfAnEndedTokenAreOneRequest() throws Exception {
        fixture.connect(tokens, ANNA);
        fixture.letTokensEnd();

        List<AccessToken> results = together(() -> tokens.accessToken(ANNA));

        assertThat(results).hasSize(CALLERS);
        assertThat(results.stream().distinct()).hasSize(1);
        assertThat(results.get(0).generation()).isEqualTo(2);
        assertThat(server.presented()).hasSize(1);
    }

    @Test
    void everyRefreshTokenItRotatesInIsPresentedOnce() {
        fixture.connect(tokens, ANNA);
        Tokens peer = fixture.process();
        for (int generation = 2; generation <= 4; generation++) {
            fixture.letTokensEnd();
            AccessToken renewed = tokens.accessToken(ANNA);
            assertThat(renewed.generation()).isEqualTo(generation);
            assertThat(peer.accessToken(ANNA)).as("adopted by another process").isEqualTo(renewed);
            assertThat(tokens.validate(ANNA).verdict()).isEqualTo(Validation.Verdict.VALID);
        }

        assertThat(server.presented()).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void aSpentRefreshTokenIsADeadGrantThatIsAskedForOnce() {
        fixture.connect(tokens, ANNA);
        fixture.letTokensEnd();
        tokens.accessToken(ANNA);
        Secret spent = server.presented().get(0);
        TokenKey copy = TokenKey.of("acme", "copy of anna");
        tokens.connect(
                copy, TokenSet.builder(TestTokens.access()).refreshToken(spent).build());
        fixture.clock.advance(Duration.ofHours(2));

        TokenException dead = failure(tokens, copy);
        TokenException still = failure(tokens, copy);

        assertThat(dead.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(dead.remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(dead)
                .hasMessage("acme/copy of anna: token endpoint answered 400 invalid_grant; the refresh token was 120"
                        + " minutes old: another holder of it, such as another application or a copy of the store,"
                        + " may have used it");
        assertThat(still.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(server.presented()).containsExactly(spent, spent);
        assertThat(tokens.accessToken(ANNA).generation())
                .as("this server lets the newest token live")
                .isEqualTo(3);
    }

    @Test
    @Fault("D1")
    void aGrantThatItEndedNeedsAReconnectAfterOneRefreshAndOneEvent() {
        fixture.connect(tokens, ANNA);
        AccessToken held = tokens.accessToken(ANNA);
        server.end(held.value());
        fixture.letTokensEnd();

        assertThat(failure(tokens, ANNA).problem()).isEqualTo(Problem.GRANT_DEAD);
        fixture.letTokensEnd();
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
    void itSaysThatATokenIsActiveUntilItsGrantIsEnded() {
        fixture.connect(tokens, ANNA);

        Validation before = tokens.validate(ANNA);
        server.end(tokens.accessToken(ANNA).value());
        Validation after = tokens.validate(ANNA);

        assertThat(before.verdict()).isEqualTo(Validation.Verdict.VALID);
        assertThat(before.subject()).contains(SpringAuthorizationServer.PERSON);
        assertThat(before.scopes()).containsExactlyInAnyOrder("openid", "orders");
        assertThat(before.expiresAt()).isPresent();
        assertThat(after.verdict()).isEqualTo(Validation.Verdict.REJECTED);
        assertThat(tokens.status(ANNA).state()).as("asking changes nothing").isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aRevokedConnectionIsGoneHereAndItsTokensAreDeadThere() {
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
    void aClientWhoseIdAndSecretMustBeFormEncodedIsUnderstoodEverywhere() throws Exception {
        fixture.connect(tokens, ODD);
        fixture.letTokensEnd();

        assertThat(tokens.accessToken(ODD).generation()).isEqualTo(2);
        assertThat(tokens.validate(ODD).verdict()).isEqualTo(Validation.Verdict.VALID);
        assertThat(statusOfRawBasic(server.odd()))
                .as("as it is, without the encoding")
                .isBetween(400, 401);
        assertThat(tokens.revoke(ODD).outcome()).isEqualTo(Revocation.Outcome.REVOKED);
    }

    /** Asks the server something as a client that forgets to form-encode id and secret (RFC 6749 section 2.3.1). */
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
    void aWrongSecretClosesTheClientAndMarksNoAccount() {
        TokenKey ben = TokenKey.of("acme", "ben");
        fixture.connect(tokens, ANNA);
        fixture.connect(tokens, ben);
        fixture.letTokensEnd();
        Tokens mistaken =
                fixture.process(ClientRegistration.of(server.confidential().clientId(), TestTokens.clientSecret()));

        TokenException rejected = failure(mistaken, ANNA);
        TokenException spared = failure(mistaken, ben);

        assertThat(rejected.problem()).isEqualTo(Problem.CLIENT_REJECTED);
        assertThat(rejected.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(spared.problem()).isEqualTo(Problem.CLIENT_REJECTED);
        assertThat(server.presented()).as("the second account did not try").hasSize(1);
        assertThat(tokens.status(ANNA).state()).isNotEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ben).generation()).isEqualTo(2);
    }

    @Test
    @Fault("I2")
    void noSecretOfTheWholeWayIsLoggedOrPrinted() {
        try (LoggedErrors logged = new LoggedErrors()) {
            Tokens logging = fixture.process();
            fixture.connect(logging, ODD);
            Secret first = logging.accessToken(ODD).value();
            fixture.letTokensEnd();
            Secret second = logging.refresh(ODD, "an operator asks").value();
            server.end(second);
            fixture.letTokensEnd();
            TokenException dead = failure(logging, ODD);
            fixture.close();

            SecretCanary canary = SecretCanary.ofTestTokens().watching(first).watching(second);
            for (Secret presented : server.presented()) {
                canary = canary.watching(presented);
            }
            assertThat(logged.text()).contains("odd/anna: refresh requested");
            assertThat(dead.problem()).isEqualTo(Problem.GRANT_DEAD);
            canary.assertNoneIn("the log", logged.text());
            canary.assertNonePrintedBy(dead, fixture.events, logging, server.odd());
        }
    }
}
