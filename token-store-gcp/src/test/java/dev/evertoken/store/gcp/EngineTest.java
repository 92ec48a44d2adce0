package dev.evertoken.store.gcp;

import static dev.evertoken.testing.EngineCluster.ANNA;
import static dev.evertoken.testing.EngineCluster.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.EngineCluster;
import dev.evertoken.testing.FastForwardClock;
import dev.evertoken.testing.SecretCanary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The engine over the store: the calls of a refresh, several processes, and stored content. */
class EngineTest extends EngineClusterTestBase {

    private static final String SECRET = "evertoken__contract__acme__anna";

    // ---- the calls of a refresh

    @Test
    void aRefreshWithoutRotationWritesNothing() {
        connectExpiredGina();
        service.forgetCounts();

        assertThat(outcome(() -> here.accessToken(GINA))).isEqualTo("GENERATION 2");

        assertThat(counts()).containsOnlyKeys("GetSecret", "AccessSecretVersion");
        service.forgetCounts();
        here.accessToken(GINA);
        assertThat(counts()).as("a cached token").isEmpty();
    }

    @Test
    void aRotationWritesAClaimAVersionAndAPointer() {
        cluster.connectExpired(here);
        service.forgetCounts();

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");

        assertThat(counts()).containsEntry("UpdateSecret", 2).containsEntry("AddSecretVersion", 1);
        assertThat(counts()).containsEntry("GetSecret", 1).doesNotContainKeys("CreateSecret", "DestroySecretVersion");
        assertThat(service.liveVersions(SECRET)).containsExactly(1L, 2L);
    }

    // ---- several processes

    @Test
    @Fault("A2")
    void oneOfTwoProcessesRefreshesAnExpiredTokenAndTheOtherAdoptsIt() {
        cluster.connectExpired(here);
        Tokens there = tokens();
        Checkpoint response = cluster.acme().holdResponse();
        CompletableFuture<String> first = cluster.async(() -> here.accessToken(ANNA));
        response.awaitArrived();
        CompletableFuture<String> second = cluster.async(() -> there.accessToken(ANNA));
        response.release();

        assertThat(EngineCluster.get(first)).isEqualTo("GENERATION 2");
        assertThat(EngineCluster.get(second)).isEqualTo("GENERATION 2");
        assertThat(cluster.tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault("A2")
    void twoProcessesRefreshEachExpiredAccountOnce() {
        Tokens there = tokens();
        List<TokenKey> keys = IntStream.range(0, 10)
                .mapToObj(n -> TokenKey.of("acme", "account-" + n))
                .toList();
        keys.forEach(
                key -> here.connect(key, EngineCluster.expired(cluster.acme().consent(key.account()))));

        List<CompletableFuture<String>> pending = new ArrayList<>();
        for (TokenKey key : keys) {
            pending.add(cluster.async(() -> here.accessToken(key)));
            pending.add(cluster.async(() -> there.accessToken(key)));
        }

        pending.forEach(future -> assertThat(EngineCluster.get(future)).isEqualTo("GENERATION 2"));
        keys.forEach(key ->
                assertThat(cluster.acme().ledger().tokenRequests(key.account())).isEqualTo(1));
    }

    @Test
    @Fault({"A2", "F7"})
    void onlyOneOfTwoProcessesWithStaleReadsRefreshes() {
        cluster.connectExpired(here);
        Tokens there = tokens();
        service.freezeReads();

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
        assertThat(outcome(() -> there.accessToken(ANNA)))
                .as("its claim fails, so its read cannot be the newest state")
                .isEqualTo("PROBLEM STORE_UNAVAILABLE");

        assertThat(cluster.tokenRequests()).isEqualTo(1);
        service.thawReads();
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("GENERATION 2");
        assertThat(cluster.tokenRequests()).isEqualTo(1);
        assertThat(cluster.acme().ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault("A7")
    void aSlowRefreshHoldsUpNoCallerAndNoOtherProcessRefreshesMeanwhile() {
        Tokens shortDeadline = tokens(builder -> builder.callDeadline(Duration.ofSeconds(1)));
        cluster.connect(shortDeadline);
        AccessToken first = shortDeadline.accessToken(ANNA);
        Tokens there = tokens(builder -> builder.maxWait(Duration.ofMillis(300)));
        try (Checkpoint response = cluster.acme().holdResponse()) {
            CompletableFuture<String> refresh = cluster.async(() -> shortDeadline.replace(ANNA, first));
            response.awaitArrived();
            assertThat(outcome(() -> there.replace(ANNA, first))).isEqualTo("PROBLEM WAIT_TIMEOUT");
            assertThat(EngineCluster.get(refresh)).isEqualTo("PROBLEM OUTCOME_UNKNOWN");
            assertThat(shortDeadline.accessToken(ANNA)).as("still valid").isEqualTo(first);
        }

        assertThat(outcome(() -> tokens().replace(ANNA, first)))
                .as("the late tokens")
                .isEqualTo("GENERATION 2");
        assertThat(cluster.tokenRequests()).isEqualTo(1);
        assertThat(cluster.acme().ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault({"A9", "D4"})
    void aProcessPausedBeyondItsClaimSavesItsResponseEvenOverNeedsReauth() {
        Tokens paused =
                tokens(builder -> builder.callDeadline(Duration.ofSeconds(30)).claimDuration(Duration.ofSeconds(40)));
        cluster.connectExpired(paused);
        try (FastForwardClock later = FastForwardClock.ahead(Duration.ofHours(1))) {
            Tokens there = tokens(builder -> builder.timekeeper(later));
            Checkpoint response = cluster.acme().holdResponse();
            CompletableFuture<String> refresh = cluster.async(() -> paused.accessToken(ANNA));
            response.awaitArrived();
            assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("PROBLEM REFRESH_TOKEN_LOST");
            assertThat(there.status(ANNA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);

            response.release();

            assertThat(EngineCluster.get(refresh)).isEqualTo("GENERATION 2");
            assertThat(there.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        }
    }

    // ---- stored content

    @Test
    void aDestroyedVersionIsReportedAndReplacedByAReconnect() {
        cluster.connectExpired(here);
        service.destroy(SECRET, 1);
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("PROBLEM RECORD_UNREADABLE");
        assertThat(cluster.tokenRequests()).isZero();

        cluster.connect(here);

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 1");
        assertThat(here.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    @Fault("I6")
    void aRecordOfAnotherEnvironmentIsNotRefreshed() {
        cluster.connectExpired(here);
        Tokens staging = tokens(builder -> builder.environment("staging"));

        assertThat(outcome(() -> staging.accessToken(ANNA))).isEqualTo("PROBLEM ENVIRONMENT_MISMATCH");
        assertThat(cluster.tokenRequests()).isZero();
    }

    @Test
    @Fault("F9")
    void aRecordOfALostKeyIsReportedAsUnreadable() {
        cluster.connectExpired(here);
        KeyRing other = KeyRing.parse(EngineCluster.newKey("k2"));
        Tokens tokens = tokens(builder -> builder.encryption(other));

        assertThat(outcome(() -> tokens.accessToken(ANNA))).isEqualTo("PROBLEM RECORD_UNREADABLE");
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
    }

    @Test
    @Fault({"F18", "I2"})
    void noStoredContentOfTheServiceContainsAToken() {
        cluster.connectExpired(here);
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
        List<String> contents = service.contents();

        assertThat(contents).hasSizeGreaterThan(2);
        SecretCanary canary = SecretCanary.ofTestTokens().watching(cluster.keyRing());
        contents.forEach(text -> canary.assertNoneIn("the service", text));
    }
}
