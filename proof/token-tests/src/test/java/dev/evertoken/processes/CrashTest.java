package dev.evertoken.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.CrashPoints;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process crashes during a refresh, and another process of the same host requests a token of the same account.
 *
 * <p>All crashes run at the same time, each with its own account, because most of the time is spent waiting until
 * the claims of the crashed processes lapse.
 */
@TestInstance(Lifecycle.PER_CLASS)
class CrashTest {

    private static final TokenKey CLAIMED = TokenKey.of("acme", "after-claim");
    private static final TokenKey CONNECTED = TokenKey.of("acme", "before-send");
    private static final TokenKey WITH_RESPONSE = TokenKey.of("acme", "after-response");
    private static final TokenKey WITH_RESPONSE_WITHOUT_JOURNAL = TokenKey.of("acme", "after-response-without-journal");
    private static final TokenKey JOURNALED = TokenKey.of("acme", "before-save");
    private static final TokenKey ONLY_IN_MEMORY = TokenKey.of("acme", "before-save-without-journal");
    private static final TokenKey SAVED = TokenKey.of("acme", "after-save");
    private static final TokenKey STILL_VALID = TokenKey.of("acme", "after-claim-still-valid");
    private static final TokenKey STATIC_CLAIMED = TokenKey.of("google", "after-claim");
    private static final TokenKey STATIC_CONNECTED = TokenKey.of("google", "before-send");
    private static final TokenKey STATIC_WITH_RESPONSE = TokenKey.of("google", "after-response");

    private final Map<TokenKey, ChildJvm> crashing = new LinkedHashMap<>();
    private final Map<TokenKey, CompletableFuture<String>> survivors = new LinkedHashMap<>();
    private SharedHost host;
    private Tokens here;

    @BeforeAll
    void crashEverywhere(@TempDir Path folder) {
        host = new SharedHost(folder);
        here = host.here();
        crash(CLAIMED, "HALT AFTER_CLAIM");
        crash(CONNECTED, "HALT BEFORE_SEND");
        crash(WITH_RESPONSE, "HALT AFTER_RESPONSE");
        crash(JOURNALED, "HALT BEFORE_SAVE");
        crash(WITH_RESPONSE_WITHOUT_JOURNAL, start -> withoutJournal(start).crash("HALT AFTER_RESPONSE"));
        crash(ONLY_IN_MEMORY, start -> withoutJournal(start).crash("HALT BEFORE_SAVE"));
        crash(SAVED, "HALT AFTER_SAVE");
        crash(STATIC_CLAIMED, "HALT AFTER_CLAIM");
        crash(STATIC_CONNECTED, "HALT BEFORE_SEND");
        crash(STATIC_WITH_RESPONSE, "HALT AFTER_RESPONSE");
        crashWhileValid();
        crashing.forEach((key, child) ->
                assertThat(child.awaitEnd()).as("%s: %s", key, child.errors()).isEqualTo(CrashPoints.HALTED));
        crashing.keySet().forEach(key -> survivors.put(key, host.async(() -> here.accessToken(key))));
    }

    private static ChildJvm.Start withoutJournal(ChildJvm.Start start) {
        return start.property(TokenProcess.WITHOUT_JOURNAL, "true");
    }

    private void crash(TokenKey key, String point) {
        crash(key, start -> start.crash(point));
    }

    private void crash(TokenKey key, UnaryOperator<ChildJvm.Start> options) {
        host.connectExpired(here, key);
        ChildJvm child = host.start(options);
        child.send("token " + key);
        crashing.put(key, child);
    }

    private void crashWhileValid() {
        host.connect(here, STILL_VALID);
        ChildJvm child = host.start(start -> start.crash("HALT AFTER_CLAIM"));
        child.send("token " + STILL_VALID);
        child.awaitLine("token " + STILL_VALID);
        child.send("replace " + STILL_VALID);
        crashing.put(STILL_VALID, child);
    }

    @AfterAll
    void close() throws Exception {
        host.close();
    }

    private String survivor(TokenKey key) {
        return SharedHost.get(survivors.get(key));
    }

    private void assertValidAfter(TokenKey key, int posts) {
        assertThat(survivor(key)).isEqualTo("GENERATION 2");
        assertThat(host.posts(key)).as("requests").isEqualTo(posts);
        assertThat(host.familyIsRevoked(key)).isFalse();
        assertThat(here.status(key).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    private void assertLostAfterTheReplay(TokenKey key) {
        assertThat(survivor(key)).isEqualTo("PROBLEM REFRESH_TOKEN_LOST");
        assertThat(host.posts(key)).as("requests").isEqualTo(2);
        assertThat(host.familyIsRevoked(key)).isTrue();
        assertThat(here.status(key).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    @Test
    @Fault({"A12", "B1"})
    void theClaimOfACrashedProcessIsTakenOverAndNoTokenIsSentTwice() {
        assertValidAfter(CLAIMED, 1);
    }

    @Test
    @Fault({"A12", "B1"})
    void aProcessThatCrashesBeforeSendingOnlyDelaysTheRefresh() {
        assertValidAfter(CONNECTED, 1);
    }

    @Test
    @Fault("A12")
    void anUnreadResponseOfACrashedProcessIsReplayedOnceAndReportedAsLost() {
        assertLostAfterTheReplay(WITH_RESPONSE);
        assertLostAfterTheReplay(WITH_RESPONSE_WITHOUT_JOURNAL);
    }

    @Test
    @Fault({"A12", "B2"})
    void aJournaledResponseIsSavedByTheOtherProcessWithoutASecondRequest() {
        assertValidAfter(JOURNALED, 1);
        assertThat(here.status(JOURNALED).unsaved()).isFalse();
    }

    @Test
    @Fault("B2")
    void anUnsavedResponseIsLostWithoutAJournal() {
        assertLostAfterTheReplay(ONLY_IN_MEMORY);
    }

    @Test
    void aSavedResponseIsAdoptedAndItsJournalEntryIsRemoved() {
        assertValidAfter(SAVED, 1);
        assertThat(here.status(SAVED).unsaved()).isFalse();
    }

    @Test
    @Fault("A13")
    void aStaticGrantWhoseOwnerCrashedBeforeSendingIsRefreshedAsUsual() {
        assertValidAfter(STATIC_CLAIMED, 1);
        assertValidAfter(STATIC_CONNECTED, 1);
    }

    @Test
    void aStaticGrantWithALostResponseIsRefreshedAgain() {
        assertValidAfter(STATIC_WITH_RESPONSE, 2);
    }

    @Test
    @Fault("A12")
    void aClaimThatMayHaveBeenSentIsNotReplayedWhileTheTokenIsValid() throws Exception {
        assertThat(survivor(STILL_VALID)).as("the valid token").isEqualTo("GENERATION 1");
        String refused = SharedHost.get(host.async(() -> here.replace(STILL_VALID, here.accessToken(STILL_VALID))));
        assertThat(refused).isEqualTo("PROBLEM OUTCOME_UNKNOWN");
        assertThat(host.posts(STILL_VALID)).isZero();

        Tokens afterExpiry = host.later(Duration.ofHours(3));

        assertThat(SharedHost.get(host.async(() -> afterExpiry.accessToken(STILL_VALID))))
                .isEqualTo("GENERATION 2");
        assertThat(host.posts(STILL_VALID)).isEqualTo(1);
        assertThat(host.familyIsRevoked(STILL_VALID)).isFalse();
    }
}
