package dev.evertoken.examples.mailwarmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.examples.setup.LocalPostgres;
import dev.evertoken.examples.setup.MailServer;
import dev.evertoken.examples.setup.SharedPostgres;
import dev.evertoken.model.Secret;
import dev.evertoken.testing.FastForwardClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pool of two accounts: what fails concerns one account and one round, and nothing is lost or added. */
class MailWarmupTest {

    private static final String ANNA = "anna@pool.example";
    private static final String BEN = "ben@pool.example";

    private final FastForwardClock clock = new FastForwardClock();
    private final MockProviders providers = MockProviders.start(clock);
    private final MockProvider google = providers.google();
    private final Set<Secret> refusedByImap = ConcurrentHashMap.newKeySet();
    private final MailServer smtp = MailServer.smtp(google.ledger()::isAccepted);
    private final MailServer imap =
            MailServer.imap(token -> google.ledger().isAccepted(token) && !refusedByImap.contains(token));
    private final HikariDataSource database = SharedPostgres.empty();
    private final MailRows rows = new MailRows(database);
    private final List<String> log = new CopyOnWriteArrayList<>();
    private MailWarmup pool;

    @TempDir
    private Path journal;

    @BeforeEach
    void open() {
        LocalPostgres.execute(database, EmailAccounts.SCHEMA);
        rows.insert(ANNA, google.consent(ANNA), Map.of());
        rows.insert(BEN, google.consent(BEN), Map.of());
        pool = process();
    }

    private MailWarmup process() {
        return new MailWarmup(
                MailStory.settings(google, smtp, imap),
                database,
                log::add,
                builder -> builder.timekeeper(clock).journal(journal).endpoints("google", google.endpoints()));
    }

    @AfterEach
    void close() {
        pool.close();
        database.close();
        imap.close();
        smtp.close();
        providers.close();
        clock.close();
    }

    @Test
    void aMailServerThatRejectsATokenGetsAnotherOneOnce() {
        refusedByImap.add(rows.accessTokens().get(1L));

        assertThat(pool.round()).hasToString("2 done, 0 need consent, 0 failed");
        assertThat(imap.logins()).containsExactly(ANNA + " refused", ANNA + " accepted", BEN + " accepted");
        assertThat(google.ledger().tokenRequests(ANNA)).isEqualTo(1);
    }

    @Test
    void anAccountThatFailsConcernsNoOtherAndIsTriedAgain() {
        google.onApi(MockResponse.status(500));

        assertThat(pool.round()).hasToString("1 done, 0 need consent, 1 failed");
        assertThat(log).containsExactly(ANNA + " failed: the Gmail API responds with 500");
        assertThat(pool.round()).hasToString("2 done, 0 need consent, 0 failed");
    }

    @Test
    void aProcessThatEndsWhileCommitsFailLosesNoAccount() {
        rows.failCommits();
        clock.setOffset(Duration.ofMinutes(61));
        assertThat(pool.round()).hasToString("2 done, 0 need consent, 0 failed");
        pool.close();
        rows.acceptCommits();

        pool = process();

        assertThat(pool.round()).hasToString("2 done, 0 need consent, 0 failed");
        assertThat(pool.unsaved()).isZero();
        assertThat(rows.accessTokens().values()).allMatch(google.ledger()::isAccepted);
    }

    @Test
    void anAccountThatIsConnectedAgainIsNotAddedAndANewOneIs() {
        google.revoke(ANNA);
        assertThat(pool.round()).hasToString("1 done, 1 need consent, 0 failed");

        assertThat(pool.connected(google.approve(pool.connect(ANNA), ANNA))).isEqualTo("account 1 is connected");
        assertThat(pool.connected(google.approve(pool.connectAgain("1"), ANNA))).isEqualTo("account 1 is connected");
        assertThat(rows.contents()).hasSize(2);
        assertThat(pool.connected(google.approve(pool.connect("cleo@pool.example"), "cleo@pool.example")))
                .endsWith(" is connected");

        assertThat(rows.contents()).hasSize(3);
        assertThat(pool.round()).hasToString("3 done, 0 need consent, 0 failed");
    }

    @Test
    void aDeniedConsentChangesNothing() {
        Map<Long, ?> before = rows.contents();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.connected(google.deny(pool.connectAgain("1"))))
                .withMessageContaining("declined the consent");
        assertThat(rows.contents()).isEqualTo(before);
        assertThat(pool.round()).hasToString("2 done, 0 need consent, 0 failed");
    }

    @ParameterizedTest
    @CsvSource({
        "/connect, 400, 'the parameter email is missing, or is not an address'",
        "/connect?email=anna, 400, 'the parameter email is missing, or is not an address'",
        "/connect?mail=anna@pool.example, 400, 'the parameter email is missing, or is not an address'",
        "/connect/99, 400, the pool has no account 99",
        "/connect/anna, 400, the pool has no account anna",
        "/connected, 400, ",
        "/connected?code=forged&state=forged, 400, ",
        "/else, 404, there is no route /else",
        "/report, 200, 'accounts: 2, valid: 2'",
    })
    void eachRouteRefusesABadRequestWithAReason(String route, int status, String reason) throws Exception {
        try (PoolRoutes routes = PoolRoutes.open(0, pool)) {
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(routes.address() + route))
                                    .build(),
                            BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.body()).isNotBlank().startsWith(reason == null ? "" : reason);
        }
        assertThat(rows.contents()).hasSize(2);
    }
}
