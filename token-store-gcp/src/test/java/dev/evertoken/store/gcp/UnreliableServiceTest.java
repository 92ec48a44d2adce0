package dev.evertoken.store.gcp;

import static dev.evertoken.testing.EngineCluster.ANNA;
import static dev.evertoken.testing.EngineCluster.outcome;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.store.gcp.fake.Quota;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.EngineCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The engine over a service that stops, restarts, hangs, refuses calls or has no quota left. */
class UnreliableServiceTest extends EngineClusterTestBase {

    // ---- the service is unavailable

    @Test
    @Fault({"A8", "A20", "B4"})
    void aResponseDuringAnOutageIsSavedAfterItAndNoRequestIsRepeated() {
        cluster.connectExpired(here);
        Tokens there = tokens();
        Checkpoint response = cluster.acme().holdResponse();
        CompletableFuture<String> first = cluster.async(() -> here.accessToken(ANNA));
        response.awaitArrived();
        service.down();
        response.release();
        assertThat(EngineCluster.get(first)).as("served from memory").isEqualTo("GENERATION 2");
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("PROBLEM STORE_UNAVAILABLE");
        Until.holds("the risk was published", () -> cluster.hasEvent(TokenEvent.Kind.ROTATION_AT_RISK));

        service.up();

        Until.holds("it is saved", () -> outcome(() -> there.accessToken(ANNA)).equals("GENERATION 2"));
        assertThat(cluster.tokenRequests()).isEqualTo(1);
        assertThat(cluster.acme().ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault({"A10", "F1", "F2", "F3"})
    void anOutageCausesNoTokenRequestAndCachedTokensAreServed() {
        cluster.connect(here);
        AccessToken first = here.accessToken(ANNA);
        Tokens there = tokens();
        service.down();

        assertThat(here.accessToken(ANNA)).isEqualTo(first);
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("PROBLEM STORE_UNAVAILABLE");
        assertThat(outcome(() -> here.replace(ANNA, first))).isEqualTo("PROBLEM STORE_UNAVAILABLE");
        assertThat(cluster.tokenRequests()).isZero();
    }

    @Test
    @Fault("F17")
    void aHangingServiceTimesOutAndLosesNoToken() {
        cluster.connect(here);
        AccessToken first = here.accessToken(ANNA);
        service.hang();

        assertThat(here.accessToken(ANNA)).isEqualTo(first);
        assertThat(outcome(() -> here.replace(ANNA, first))).isEqualTo("PROBLEM STORE_UNAVAILABLE");

        service.resume();
        assertThat(outcome(() -> here.replace(ANNA, first))).isEqualTo("GENERATION 2");
        assertThat(cluster.tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault({"A10", "F3"})
    void aMissingWritePermissionCausesNoTokenRequestExceptForNonRotatingAccounts() {
        cluster.connectExpired(here);
        connectExpiredGina();
        service.deny("secretmanager.secrets.update");

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("PROBLEM STORE_REFUSED");
        assertThat(outcome(() -> here.accessToken(GINA))).isEqualTo("GENERATION 2");
        assertThat(cluster.tokenRequests()).isZero();

        service.allow();
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
    }

    // ---- the quota is exhausted

    @Test
    @Fault({"F8", "B4"})
    void aThrottledResponseIsJournaledAndSavedOnceTheQuotaAllowsIt() throws IOException {
        cluster.connectExpired(here);
        Checkpoint response = cluster.acme().holdResponse();
        CompletableFuture<String> first = cluster.async(() -> here.accessToken(ANNA));
        response.awaitArrived();
        service.quota(Quota.WRITE, 0);
        response.release();

        assertThat(EngineCluster.get(first)).as("served from memory").isEqualTo("GENERATION 2");
        Until.holds("the risk was published", () -> cluster.hasEvent(TokenEvent.Kind.ROTATION_AT_RISK));
        assertThat(journalEntries()).as("on disk until it is saved").isNotEmpty();
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");

        service.noQuota();
        Until.holds("it is saved", () -> {
            try {
                return journalEntries().isEmpty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Tokens there = tokens();
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("GENERATION 2");
        assertThat(cluster.tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault("F8")
    void aThrottledResponseSurvivesARestart() {
        cluster.connectExpired(here);
        Checkpoint response = cluster.acme().holdResponse();
        CompletableFuture<String> first = cluster.async(() -> here.accessToken(ANNA));
        response.awaitArrived();
        service.quota(Quota.WRITE, 0);
        response.release();
        assertThat(EngineCluster.get(first)).isEqualTo("GENERATION 2");
        here.close();
        service.noQuota();

        Tokens next = tokens();

        assertThat(outcome(() -> next.accessToken(ANNA))).isEqualTo("GENERATION 2");
        assertThat(cluster.tokenRequests()).isEqualTo(1);
        assertThat(cluster.acme().ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault({"A10", "F8"})
    void anExhaustedQuotaCausesNoTokenRequestExceptForNonRotatingAccounts() {
        cluster.connectExpired(here);
        connectExpiredGina();
        service.quota(Quota.WRITE, 0);

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("PROBLEM STORE_QUOTA");
        assertThat(outcome(() -> here.accessToken(GINA))).isEqualTo("GENERATION 2");
        assertThat(cluster.tokenRequests()).isZero();
    }

    @Test
    @Fault("B17")
    void anUnavailableJournalPreventsTheClaimAndTheTokenRequest() throws IOException {
        cluster.connectExpired(here);
        try (var files = Files.walk(journal)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.writeString(journal, "not a folder");
        service.forgetCounts();

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("PROBLEM JOURNAL_UNAVAILABLE");

        assertThat(cluster.tokenRequests()).isZero();
        assertThat(counts()).doesNotContainKey("UpdateSecret");
    }

    /** Returns the files that have the text of an entry. */
    private List<Path> journalEntries() throws IOException {
        try (var files = Files.walk(journal)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> content(file).contains("\"claim\""))
                    .toList();
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (NoSuchFileException e) {
            return ""; // settled meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
