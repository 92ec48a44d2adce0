package dev.evertoken.store.gcp;

import static dev.evertoken.store.gcp.Desk.ANNA;
import static dev.evertoken.store.gcp.Desk.GINA;
import static dev.evertoken.store.gcp.Desk.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.store.gcp.fake.Quota;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.Hold;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the engine makes of a service that goes, comes back, hangs, refuses, and has no quota left. */
class TroubledServiceTest extends AtADesk {

    // ---- the service is away

    @Test
    @Fault({"A8", "A20", "B4"})
    void aServiceThatGoesDuringTheCallGetsTheAnswerWhenItIsBackAndNobodyAsksTwice() {
        desk.connectExpired(here);
        Tokens there = desk.tokens();
        Hold answer = desk.acme().holdAnswer();
        CompletableFuture<String> first = Desk.async(() -> here.accessToken(ANNA));
        answer.awaitArrived();
        desk.service.down();
        answer.release();
        assertThat(Desk.get(first)).as("served from memory").isEqualTo("GENERATION 2");
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("PROBLEM STORE_UNAVAILABLE");
        Until.holds("the alarm was told", () -> desk.hasTold(TokenEvent.Kind.ROTATION_AT_RISK));

        desk.service.up();

        Until.holds("it is saved", () -> outcome(() -> there.accessToken(ANNA)).equals("GENERATION 2"));
        assertThat(desk.posts()).isEqualTo(1);
        assertThat(desk.acme().ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault({"A10", "F1", "F2", "F3"})
    void withoutTheServiceNobodyIsAskedAndWhatIsAtHandIsServed() {
        desk.connect(here);
        AccessToken first = here.accessToken(ANNA);
        Tokens there = desk.tokens();
        desk.service.down();

        assertThat(here.accessToken(ANNA)).isEqualTo(first);
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("PROBLEM STORE_UNAVAILABLE");
        assertThat(outcome(() -> here.replace(ANNA, first))).isEqualTo("PROBLEM STORE_UNAVAILABLE");
        assertThat(desk.posts()).isZero();
    }

    @Test
    @Fault("F17")
    void aServiceThatHangsCostsItsTimeOutAndNoToken() {
        desk.connect(here);
        AccessToken first = here.accessToken(ANNA);
        desk.service.hang();

        assertThat(here.accessToken(ANNA)).isEqualTo(first);
        assertThat(outcome(() -> here.replace(ANNA, first))).isEqualTo("PROBLEM STORE_UNAVAILABLE");

        desk.service.answer();
        assertThat(outcome(() -> here.replace(ANNA, first))).isEqualTo("GENERATION 2");
        assertThat(desk.posts()).isEqualTo(1);
    }

    @Test
    @Fault({"A10", "F3"})
    void withoutTheRightToWriteNobodyIsAskedAndWhatDoesNotRotateGoesOn() {
        desk.connectExpired(here);
        here.connect(GINA, Desk.ended(desk.providers.google().consent("gina")));
        desk.service.deny("secretmanager.secrets.update");

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("PROBLEM STORE_REFUSED");
        assertThat(outcome(() -> here.accessToken(GINA))).isEqualTo("GENERATION 2");
        assertThat(desk.posts()).isZero();

        desk.service.allow();
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
    }

    // ---- the quota is used up

    @Test
    @Fault({"F8", "B4"})
    void anAnswerThatTheQuotaDoesNotLetThroughIsJournalledAndSavedWhenItIsThereAgain() throws IOException {
        desk.connectExpired(here);
        Hold answer = desk.acme().holdAnswer();
        CompletableFuture<String> first = Desk.async(() -> here.accessToken(ANNA));
        answer.awaitArrived();
        desk.service.quota(Quota.WRITE, 0);
        answer.release();

        assertThat(Desk.get(first)).as("served from memory").isEqualTo("GENERATION 2");
        Until.holds("the alarm was told", () -> desk.hasTold(TokenEvent.Kind.ROTATION_AT_RISK));
        assertThat(journalled()).as("on disk until it is saved").isNotEmpty();
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");

        desk.service.noQuota();
        Until.holds("it is saved", () -> {
            try {
                return journalled().isEmpty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Tokens there = desk.tokens();
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("GENERATION 2");
        assertThat(desk.posts()).isEqualTo(1);
    }

    @Test
    @Fault("F8")
    void anAnswerThatWasThrottledSurvivesARestart() {
        desk.connectExpired(here);
        Hold answer = desk.acme().holdAnswer();
        CompletableFuture<String> first = Desk.async(() -> here.accessToken(ANNA));
        answer.awaitArrived();
        desk.service.quota(Quota.WRITE, 0);
        answer.release();
        assertThat(Desk.get(first)).isEqualTo("GENERATION 2");
        here.close();
        desk.service.noQuota();

        Tokens next = desk.tokens();

        assertThat(outcome(() -> next.accessToken(ANNA))).isEqualTo("GENERATION 2");
        assertThat(desk.posts()).isEqualTo(1);
        assertThat(desk.acme().ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault({"A10", "F8"})
    void withoutQuotaForAClaimNobodyIsAskedAndOthersGoOn() {
        desk.connectExpired(here);
        here.connect(GINA, Desk.ended(desk.providers.google().consent("gina")));
        desk.service.quota(Quota.WRITE, 0);

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("PROBLEM STORE_QUOTA");
        assertThat(outcome(() -> here.accessToken(GINA))).isEqualTo("GENERATION 2");
        assertThat(desk.posts()).isZero();
    }

    @Test
    @Fault("B17")
    void withoutRoomForTheAnswerNothingIsClaimedAndNobodyIsAsked() throws IOException {
        desk.connectExpired(here);
        try (var files = Files.walk(desk.journal)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.writeString(desk.journal, "not a folder");
        desk.service.forgetCounts();

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("PROBLEM JOURNAL_UNAVAILABLE");

        assertThat(desk.posts()).isZero();
        assertThat(counts()).doesNotContainKey("UpdateSecret");
    }

    private List<Path> journalled() throws IOException {
        try (var files = Files.walk(desk.journal)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".entry"))
                    .toList();
        }
    }
}
