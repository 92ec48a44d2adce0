package dev.evertoken;

import static dev.evertoken.Workbench.ANNA;
import static dev.evertoken.Workbench.BEN;
import static dev.evertoken.Workbench.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Connection;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Drip;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.LeapingTime;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.TestTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A token endpoint that answers what it should not, seen by the application: typed, and nothing is lost. */
class BadAnswersTest {

    private static final Duration SHORT = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private final Workbench bench = new Workbench();

    @AfterEach
    void close() {
        bench.close();
    }

    private Tokens impatient() {
        return bench.open(stored().callDeadline(SHORT));
    }

    private TokensBuilder stored() {
        return bench.builder().store("file:" + folder.resolve("tokens"));
    }

    /** Opens the tokens when every pause after a failure is over. */
    private Tokens later() {
        return bench.open(stored().timekeeper(LeapingTime.ahead(Duration.ofMinutes(20))));
    }

    static Stream<Arguments> answers() {
        String deep = "{\"a\":".repeat(20_000);
        return Stream.of(
                row("a login page", Answer.html(200)),
                row("a gateway's page", Answer.html(502)),
                row("a firewall's page", Answer.html(403)),
                row("an empty 200", Answer.empty()),
                row("no content", Answer.status(204)),
                row("server error", Answer.status(500)),
                row("a gigabyte", Answer.huge(1L << 30)),
                row("a body without end", Answer.endless()),
                row("half a body", Answer.disconnectMidBody()),
                row("a closed connection", Answer.disconnect()),
                row("a reset connection", Answer.reset()),
                row("silence", Answer.silence()),
                row("one byte and no more", Answer.drip(new Drip())),
                row("no JSON", Answer.json(200, "access_token=1")),
                row("an array", Answer.json(200, "[1,2,3]")),
                row("deep nesting", Answer.json(200, deep)),
                row("an empty object", Answer.json(200, "{}")),
                row(
                        "a line break in a token",
                        Answer.json(200, "{\"access_token\":\"a\\r\\nb\",\"token_type\":\"bearer\"}")));
    }

    private static Arguments row(String name, Answer answer) {
        return Arguments.of(name, answer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    @Fault({"C1", "C2", "C4", "C10", "C11"})
    void aStrangeAnswerIsATypedProblemAndTheGrantLivesOn(String name, Answer answer) {
        for (TokenKey key : new TokenKey[] {ANNA, BEN}) {
            MockProvider provider = bench.provider(key);
            Tokens tokens = impatient();
            TokenSet consent = bench.connectExpired(tokens, key);
            provider.onToken(answer);

            TokenException problem = failure(() -> tokens.accessToken(key));

            assertThat(problem.remedy()).as(problem.getMessage()).isIn(Remedy.RETRY, Remedy.WAIT);
            assertThat(problem.retryAt()).isPresent();
            assertThat(problem.getMessage()).hasSizeLessThan(300).doesNotContain("sign in", "<html");
            Connection connection = tokens.status(key);
            assertThat(connection.generation()).isEqualTo(1);
            assertThat(connection.state())
                    .as(problem.getMessage())
                    .isNotIn(ConnectionState.NEEDS_REAUTH, ConnectionState.UNREADABLE);
            failure(() -> tokens.accessToken(key));
            assertThat(provider.ledger().tokenRequests()).as("the gate is shut").isEqualTo(1);
            assertThat(provider.ledger().isAlive(consent.refreshToken().orElseThrow()))
                    .isTrue();

            assertThat(later().accessToken(key).generation()).isEqualTo(2);
        }
    }

    @Test
    void aRotatingGrantIsUncertainAfterAnAnswerThatIsNoneAndSaysSo() {
        Tokens tokens = impatient();
        bench.connectExpired(tokens, ANNA);
        bench.providers.rotating().onToken(Answer.html(502));
        assertThat(failure(() -> tokens.accessToken(ANNA)).problem()).isEqualTo(Problem.ANSWER_LOST);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.UNCERTAIN);
    }

    // ---- told lifetimes

    static Stream<Arguments> lifetimes() {
        return Stream.of(
                Arguments.of("nothing", "", Duration.ofHours(1), true),
                Arguments.of("null", ",\"expires_in\":null", Duration.ofHours(1), true),
                Arguments.of("zero", ",\"expires_in\":0", Duration.ofSeconds(30), true),
                Arguments.of("a negative number", ",\"expires_in\":-3600", Duration.ofSeconds(30), true),
                Arguments.of("a text", ",\"expires_in\":\"3600\"", Duration.ofHours(1), false),
                Arguments.of("a fraction", ",\"expires_in\":7200.0", Duration.ofHours(2), false),
                Arguments.of("no number", ",\"expires_in\":\"soon\"", Duration.ofHours(1), true),
                Arguments.of("sixty days", ",\"expires_in\":5184000", Duration.ofDays(60), false),
                Arguments.of("sixty days in milliseconds", ",\"expires_in\":5184000000", Duration.ofDays(60), false),
                Arguments.of("beyond reason", ",\"expires_in\":1e300", Duration.ofHours(1), true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lifetimes")
    @Fault({"C8", "C9"})
    void aToldLifetimeOfAnyFormMakesATokenThatIsUsedAndNotAskedForAgain(
            String name, String expiresIn, Duration expected, boolean assumed) {
        Tokens tokens = bench.open(stored());
        bench.connectExpired(tokens, ANNA);
        bench.providers
                .rotating()
                .onToken(Answer.json(
                        200,
                        "{\"access_token\":\"" + TestTokens.access()
                                + "\",\"token_type\":\"bearer\",\"refresh_token\":\"" + TestTokens.refresh() + "\""
                                + expiresIn + "}"));
        Instant before = Instant.now();

        AccessToken token = tokens.accessToken(ANNA);

        assertThat(token.generation()).isEqualTo(2);
        assertThat(token.expiresAt().orElseThrow())
                .isBetween(
                        before.plus(expected).minusSeconds(2),
                        before.plus(expected).plusSeconds(25));
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        try (TokenStore store = FileTokenStore.open(folder.resolve("tokens"), "bench")) {
            assertThat(store.load(ANNA).orElseThrow().lifetime().expiryAssumed())
                    .isEqualTo(assumed);
        }
        assertThat(tokens.accessToken(ANNA)).isEqualTo(token);
        assertThat(bench.providers.rotating().ledger().tokenRequests()).isEqualTo(1);
    }
}
