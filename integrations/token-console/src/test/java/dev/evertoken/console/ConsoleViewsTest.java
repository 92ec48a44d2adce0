package dev.evertoken.console;

import static dev.evertoken.console.ConsoleFixture.ANNA;
import static dev.evertoken.console.ConsoleFixture.account;
import static dev.evertoken.console.ConsoleFixture.encoded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.StoreOperation;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the console shows and does. */
class ConsoleViewsTest {

    private static final String GRANT_DEAD = "{\"error\":\"invalid_grant\"}";

    private final ConsoleFixture fixture = ConsoleFixture.start(
                    settings -> settings.reconnect(key -> URI.create("https://crm.example/connect/" + key.account())))
            .open();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("Q1")
    void anAccountIsListedWithItsStateAndItsTimes() {
        fixture.connect("anna");

        assertThat(fixture.json("api/accounts"))
                .contains("\"registration\":\"google\",\"account\":\"anna\",\"state\":\"ACTIVE\",\"label\":\"Works\"")
                .contains("\"issuedAt\":" + fixture.clock.millis())
                .contains("\"expiresAt\":" + (fixture.clock.millis() + 3_599_000))
                .contains("\"refreshed\":false", "\"total\":1", "\"pages\":1");
        assertThat(fixture.json(account(ANNA))).contains("\"refreshAt\":");
    }

    @Test
    @Fault("Q1")
    void aProblemAndItsRemedyAreInPlainWords() {
        fixture.connect("anna");
        fixture.clock.advance(Duration.ofMinutes(1)); // a refresh is not repeated within ten seconds
        fixture.google.onToken(MockResponse.json(400, GRANT_DEAD));
        fixture.act("refresh", "{\"registration\":\"google\",\"account\":\"anna\"}");

        assertThat(fixture.json("api/accounts"))
                .contains("\"label\":\"Must be reconnected\",\"attention\":\"now\"")
                .contains("\"advice\":\"" + Problem.GRANT_DEAD.advice())
                .contains("\"instruction\":\"The user has to give consent again.\"");
        assertThat(fixture.json(account(ANNA))).contains("\"generation\":1").doesNotContain("refreshAt");
    }

    @ParameterizedTest
    @EnumSource
    void everyStateHasWordsThatAreNotItsConstant(ConnectionState state) {
        assertThat(PlainWords.label(state)).isNotBlank().isNotEqualToIgnoringCase(state.name());
        assertThat(PlainWords.explanation(state)).endsWith(".");
    }

    @ParameterizedTest
    @EnumSource
    void everyRemedyIsAnInstruction(Remedy remedy) {
        assertThat(PlainWords.instruction(remedy)).endsWith(".");
    }

    @Test
    @Fault("Q1")
    void anActionShowsItsResultAndTheAccountAtOnce() {
        fixture.connect("anna");
        fixture.json("api/accounts");
        fixture.clock.advance(Duration.ofMinutes(1));
        String body = "{\"registration\":\"google\",\"account\":\"anna\"}";

        assertThat(fixture.act("refresh", body).body())
                .isEqualTo("{\"ok\":true,\"message\":\"The account has new tokens.\"}");
        assertThat(fixture.json(account(ANNA))).contains("\"generation\":2");
        assertThat(fixture.act("refresh", body).body()).contains("refreshed a moment ago");
        assertThat(fixture.act("validate", body).body()).contains("The provider accepts the token.");
        assertThat(fixture.act("reconnect", body).body()).contains("\"link\":\"https://crm.example/connect/anna\"");
        assertThat(fixture.act(
                                "disconnect",
                                "{\"registration\":\"google\",\"account\":\"anna\",\"confirmed\":\"anna\"}")
                        .body())
                .contains("The account is disconnected.");
        assertThat(fixture.json("api/accounts")).contains("\"total\":0");
    }

    @Test
    @Fault("Q1")
    void theTimelineHasTheLastHundredEventsOfThisProcessTheNewestFirst() {
        fixture.connect("anna");
        fixture.clock.advance(Duration.ofMinutes(1)); // a refresh is not repeated within ten seconds
        fixture.google.onToken(MockResponse.json(503, "{}"));
        fixture.act("refresh", "{\"registration\":\"google\",\"account\":\"anna\"}");
        until(() -> fixture.json(account(ANNA)).contains("REFRESH_FAILED"));

        assertThat(fixture.json(account(ANNA)))
                .containsSubsequence(
                        "\"kind\":\"REFRESH_FAILED\",\"title\":\"Refresh failed\"", "\"kind\":\"CONNECTED\"");
        assertThat(fixture.json("")).contains("The last 100 events of this process since it started.");
    }

    @Test
    @Fault("Q1")
    void theOverviewHasTheHealthAndTheChartsOfRefreshes() {
        fixture.connect("anna");
        fixture.clock.advance(Duration.ofMinutes(3));
        fixture.act("refresh", "{\"registration\":\"google\",\"account\":\"anna\"}");
        until(() -> fixture.json("api/overview").contains(",1,0]"));

        assertThat(fixture.json("api/overview"))
                .contains("\"store\":{\"up\":true,\"failing\":[]}")
                .contains("\"registration\":\"google\",\"provider\":\"google\",\"open\":true")
                .contains("\"state\":\"ACTIVE\",\"label\":\"Works\",\"accounts\":1")
                .contains("\"width\":60000", "\"width\":900000");
    }

    @Test
    @Fault("Q1")
    void theStoreIsReadOnceInFiveSecondsForAllViewers() {
        fixture.connect("anna");
        fixture.json("api/accounts");
        int reads = fixture.store.calls(StoreOperation.KEYS);

        for (int viewer = 0; viewer < 8; viewer++) {
            fixture.json("api/accounts?q=" + viewer);
            fixture.json("api/overview");
            fixture.json(account(ANNA));
        }
        assertThat(fixture.store.calls(StoreOperation.KEYS)).isEqualTo(reads);

        fixture.clock.advance(Snapshots.EVERY);
        fixture.json("api/accounts");
        fixture.json("api/accounts");
        assertThat(fixture.store.calls(StoreOperation.KEYS)).isEqualTo(reads + 1);
    }

    @Test
    @Fault("Q5")
    void aStoreThatIsDownIsReportedTheLastAccountsStayAndThePageRecovers() {
        fixture.connect("anna");
        fixture.json("api/accounts");

        fixture.store.down();
        fixture.clock.advance(Snapshots.EVERY);
        String during = fixture.json("api/accounts");
        assertThat(during).contains("\"account\":\"anna\"", "\"failure\":{\"since\":" + fixture.clock.millis());
        assertThat(fixture.json("api/overview")).contains("\"store\":{\"up\":false");

        fixture.store.up();
        fixture.clock.advance(Snapshots.EVERY);
        assertThat(fixture.json("api/accounts"))
                .contains("\"account\":\"anna\"")
                .doesNotContain("failure");
    }

    @Test
    @Fault("Q5")
    void aStoreThatIsDownFromTheStartIsReported() {
        fixture.store.down();

        assertThat(fixture.json("api/accounts")).contains("failure").doesNotContain("\"rows\"", "readAt");
    }

    @Test
    @Fault("Q5")
    void anActionWhileTheStoreIsDownSaysSo() {
        fixture.connect("anna");
        fixture.store.down();

        assertThat(fixture.act(
                                "disconnect",
                                "{\"registration\":\"google\",\"account\":\"anna\",\"confirmed\":\"anna\"}")
                        .body())
                .contains("\"ok\":false")
                .contains(Problem.STORE_UNAVAILABLE.advice());
    }

    @Test
    @Fault("Q6")
    void anAccountIdFullOfMarkupRightToLeftTextAndTheGreatestLengthIsShownAndUsed() {
        for (String id : List.of(
                "<img src=x onerror=alert(1)>\"'&amp;</script>",
                "\u202Eتقويم\u2066 שלום/..%2F?#+ &",
                "\uD83D\uDE00".repeat(256))) {
            TokenKey key = fixture.connect(id);
            fixture.clock.advance(Snapshots.EVERY);

            assertThat(fixture.json(account(key))).contains("\"status\":{\"registration\":\"google\"");
            assertThat(fixture.json("api/accounts?q=" + encoded(id.substring(0, 4))))
                    .contains("\"total\":1");
            assertThat(fixture.get("api/accounts").headers().firstValue("Content-Type"))
                    .contains("application/json; charset=utf-8");
        }
    }

    @Test
    @Fault("Q1")
    void aSearchFindsWordsFiltersStatesAndReturnsPages() {
        for (int account = 0; account < 12; account++) {
            fixture.connect("user-%02d".formatted(account));
        }

        assertThat(fixture.json("api/accounts?q=USER+07")).contains("\"total\":1", "user-07");
        assertThat(fixture.json("api/accounts?state=NEEDS_REAUTH")).contains("\"total\":0");
        assertThat(fixture.json("api/accounts?state=ATTENTION")).contains("\"total\":0");
        assertThat(fixture.json("api/accounts?registration=other")).contains("\"total\":0");
        assertThat(fixture.json("api/accounts?size=5&page=2&sort=account"))
                .contains("\"total\":12,\"page\":2,\"pages\":3", "user-10", "user-11")
                .doesNotContain("user-09");
        assertThat(fixture.json("api/accounts?size=5&page=9")).contains("\"page\":2");
        assertThat(fixture.json("api/accounts?size=1&sort=-account")).contains("user-11");
    }

    @Test
    void aStoreWithMoreAccountsThanAreKeptIsReportedAsIncomplete() {
        try (ConsoleFixture small =
                ConsoleFixture.start(settings -> settings.mostAccounts(2)).open()) {
            small.connect("anna");
            small.connect("ben");
            assertThat(small.json("api/accounts")).contains("\"complete\":true,\"accounts\":2");
            small.connect("carla");
            small.clock.advance(Snapshots.EVERY);

            assertThat(small.json("api/accounts")).contains("\"complete\":false,\"accounts\":2");
        }
    }

    @Test
    void closingTheEngineClosesTheConsole() {
        fixture.tokens.close();

        assertThat(catchThrowable(() -> fixture.get(""))).hasCauseInstanceOf(ConnectException.class);
    }

    /** Waits in real time for an event, which is delivered on a thread of the library. */
    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
