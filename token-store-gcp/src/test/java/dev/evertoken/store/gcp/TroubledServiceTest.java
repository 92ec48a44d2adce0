package dev.evertoken.store.gcp;

import static dev.evertoken.testing.Office.ANNA;
import static dev.evertoken.testing.Office.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.store.gcp.fake.Quota;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.Hold;
import dev.evertoken.testing.Office;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the engine makes of a service that goes, comes back, hangs, refuses, and has no quota left. */
class TroubledServiceTest extends AtTheOffice {

    // ---- the service is away

    @Test
    @Fault({"A8", "A20", "B4"})
    void aServiceThatGoesDuringTheCallGetsTheAnswerWhenItIsBackAndNobodyAsksTwice() {
        office.connectExpired(here);
        Tokens there = tokens();
        Hold answer = office.acme().holdAnswer();
        CompletableFuture<String> first = office.async(() -> here.accessToken(ANNA));
        answer.awaitArrived();
        service.down();
        answer.release();
        assertThat(Office.get(first)).as("served from memory").isEqualTo("GENERATION 2");
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("PROBLEM STORE_UNAVAILABLE");
        Until.holds("the alarm was told", () -> office.hasTold(TokenEvent.Kind.ROTATION_AT_RISK));

        service.up();

        Until.holds("it is saved", () -> outcome(() -> there.accessToken(ANNA)).equals("GENERATION 2"));
        assertThat(office.posts()).isEqualTo(1);
        assertThat(office.acme().ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault({"A10", "F1", "F2", "F3"})
    void withoutTheServiceNobodyIsAskedAndWhatIsAtHandIsServed() {
        office.connect(here);
        AccessToken first = here.accessToken(ANNA);
        Tokens there = tokens();
        service.down();

        assertThat(here.accessToken(ANNA)).isEqualTo(first);
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("PROBLEM STORE_UNAVAILABLE");
        assertThat(outcome(() -> here.replace(ANNA, first))).isEqualTo("PROBLEM STORE_UNAVAILABLE");
        assertThat(office.posts()).isZero();
    }

    @Test
    @Fault("F17")
    void aServiceThatHangsCostsItsTimeOutAndNoToken() {
        office.connect(here);
        AccessToken first = here.accessToken(ANNA);
        service.hang();

        assertThat(here.accessToken(ANNA)).isEqualTo(first);
        assertThat(outcome(() -> here.replace(ANNA, first))).isEqualTo("PROBLEM STORE_UNAVAILABLE");

        service.answer();
        assertThat(outcome(() -> here.replace(ANNA, first))).isEqualTo("GENERATION 2");
        assertThat(office.posts()).isEqualTo(1);
    }

    @Test
    @Fault({"A10", "F3"})
    void withoutTheRightToWriteNobodyIsAskedAndWhatDoesNotRotateGoesOn() {
        office.connectExpired(here);
        connectExpiredGina();
        service.deny("secretmanager.secrets.update");

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("PROBLEM STORE_REFUSED");
        assertThat(outcome(() -> here.accessToken(GINA))).isEqualTo("GENERATION 2");
        assertThat(office.posts()).isZero();

        service.allow();
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
    }

    // ---- the quota is used up

    @Test
    @Fault({"F8", "B4"})
    void anAnswerThatTheQuotaDoesNotLetThroughIsJournalledAndSavedWhenItIsThereAgain() throws IOException {
        office.connectExpired(here);
        Hold answer = office.acme().holdAnswer();
        CompletableFuture<String> first = office.async(() -> here.accessToken(ANNA));
        answer.awaitArrived();
        service.quota(Quota.WRITE, 0);
        answer.release();

        assertThat(Office.get(first)).as("served from memory").isEqualTo("GENERATION 2");
        Until.holds("the alarm was told", () -> office.hasTold(TokenEvent.Kind.ROTATION_AT_RISK));
        assertThat(journalled()).as("on disk until it is saved").isNotEmpty();
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");

        service.noQuota();
        Until.holds("it is saved", () -> {
            try {
                return journalled().isEmpty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Tokens there = tokens();
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("GENERATION 2");
        assertThat(office.posts()).isEqualTo(1);
    }

    @Test
    @Fault("F8")
    void anAnswerThatWasThrottledSurvivesARestart() {
        office.connectExpired(here);
        Hold answer = office.acme().holdAnswer();
        CompletableFuture<String> first = office.async(() -> here.accessToken(ANNA));
        answer.awaitArrived();
        service.quota(Quota.WRITE, 0);
        answer.release();
        assertThat(Office.get(first)).isEqualTo("GENERATION 2");
        here.close();
        service.noQuota();

        Tokens next = tokens();

        assertThat(outcome(() -> next.accessToken(ANNA))).isEqualTo("GENERATION 2");
        assertThat(office.posts()).isEqualTo(1);
        assertThat(office.acme().ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault({"A10", "F8"})
    void withoutQuotaForAClaimNobodyIsAskedAndOthersGoOn() {
        office.connectExpired(here);
        connectExpiredGina();
        service.quota(Quota.WRITE, 0);

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("PROBLEM STORE_QUOTA");
        assertThat(outcome(() -> here.accessToken(GINA))).isEqualTo("GENERATION 2");
        assertThat(office.posts()).isZero();
    }

    @Test
    @Fault("B17")
    void withoutRoomForTheAnswerNothingIsClaimedAndNobodyIsAsked() throws IOException {
        office.connectExpired(here);
        try (var files = Files.walk(journal)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.writeString(journal, "not a folder");
        service.forgetCounts();

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("PROBLEM JOURNAL_UNAVAILABLE");

        assertThat(office.posts()).isZero();
        assertThat(counts()).doesNotContainKey("UpdateSecret");
    }

    private List<Path> journalled() throws IOException {
        try (var files = Files.walk(journal)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".entry"))
                    .toList();
        }
    }
}
