package dev.evertoken.store.gcp;

import static dev.evertoken.store.gcp.Desk.ANNA;
import static dev.evertoken.store.gcp.Desk.GINA;
import static dev.evertoken.store.gcp.Desk.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.Hold;
import dev.evertoken.testing.LeapingTime;
import dev.evertoken.testing.SecretCanary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the engine makes of the store: what a refresh costs, several processes, and what stands there. */
class EngineTest extends AtADesk {

    private static final String SECRET = "evertoken__desk__acme__anna";

    // ---- what a refresh costs

    @Test
    void aRefreshAtAProviderThatDoesNotRotateWritesNothing() {
        here.connect(GINA, Desk.ended(desk.providers.google().consent("gina")));
        desk.service.forgetCounts();

        assertThat(outcome(() -> here.accessToken(GINA))).isEqualTo("GENERATION 2");

        assertThat(counts()).containsOnlyKeys("GetSecret", "AccessSecretVersion");
        desk.service.forgetCounts();
        here.accessToken(GINA);
        assertThat(counts()).as("a token at hand").isEmpty();
    }

    @Test
    void aRotationIsAClaimAVersionAndAPointer() {
        desk.connectExpired(here);
        desk.service.forgetCounts();

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");

        assertThat(counts()).containsEntry("UpdateSecret", 2).containsEntry("AddSecretVersion", 1);
        assertThat(counts()).containsEntry("GetSecret", 1).doesNotContainKeys("CreateSecret", "DestroySecretVersion");
        assertThat(desk.service.liveVersions(SECRET)).containsExactly(1L, 2L);
    }

    // ---- several processes

    @Test
    @Fault("A2")
    void ofTwoProcessesThatSeeTheExpiryOneAsksAndTheOtherAdopts() {
        desk.connectExpired(here);
        Tokens there = desk.tokens();
        Hold answer = desk.acme().holdAnswer();
        CompletableFuture<String> first = Desk.async(() -> here.accessToken(ANNA));
        answer.awaitArrived();
        CompletableFuture<String> second = Desk.async(() -> there.accessToken(ANNA));
        answer.release();

        assertThat(Desk.get(first)).isEqualTo("GENERATION 2");
        assertThat(Desk.get(second)).isEqualTo("GENERATION 2");
        assertThat(desk.posts()).isEqualTo(1);
    }

    @Test
    @Fault("A2")
    void ofManyAccountsEachIsAskedForOnceWhoeverSeesItsExpiry() {
        Tokens there = desk.tokens();
        List<TokenKey> keys = IntStream.range(0, 10)
                .mapToObj(n -> TokenKey.of("acme", "account-" + n))
                .toList();
        keys.forEach(key -> here.connect(key, Desk.ended(desk.acme().consent(key.account()))));

        List<CompletableFuture<String>> asked = new ArrayList<>();
        for (TokenKey key : keys) {
            asked.add(Desk.async(() -> here.accessToken(key)));
            asked.add(Desk.async(() -> there.accessToken(key)));
        }

        asked.forEach(one -> assertThat(Desk.get(one)).isEqualTo("GENERATION 2"));
        keys.forEach(key ->
                assertThat(desk.acme().ledger().tokenRequests(key.account())).isEqualTo(1));
    }

    @Test
    @Fault({"A2", "F7"})
    void ofTwoProcessesThatAreShownAnOldStateOneAsks() {
        desk.connectExpired(here);
        Tokens there = desk.tokens();
        desk.service.freezeReads();

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
        assertThat(outcome(() -> there.accessToken(ANNA)))
                .as("its claim fails, and what it is shown cannot be the newest state")
                .isEqualTo("PROBLEM STORE_UNAVAILABLE");

        assertThat(desk.posts()).isEqualTo(1);
        desk.service.thawReads();
        assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("GENERATION 2");
        assertThat(desk.posts()).isEqualTo(1);
        assertThat(desk.acme().ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault("A7")
    void aProviderThatIsTooSlowIsCutOffAndNobodyElseAsksMeanwhile() {
        Tokens hasty = desk.tokens(builder -> builder.callDeadline(Duration.ofSeconds(1)));
        desk.connect(hasty);
        AccessToken first = hasty.accessToken(ANNA);
        Tokens there = desk.tokens(builder -> builder.maxWait(Duration.ofMillis(300)));
        try (Hold answer = desk.acme().holdAnswer()) {
            CompletableFuture<String> mine = Desk.async(() -> hasty.replace(ANNA, first));
            answer.awaitArrived();
            assertThat(outcome(() -> there.replace(ANNA, first))).isEqualTo("PROBLEM WAIT_TIMEOUT");
            assertThat(Desk.get(mine)).isEqualTo("PROBLEM ANSWER_LOST");
        }

        assertThat(desk.posts()).isEqualTo(1);
        assertThat(hasty.accessToken(ANNA)).as("still valid").isEqualTo(first);
        assertThat(desk.acme().ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault({"A9", "D4"})
    void whoSleptBeyondHisClaimSavesHisAnswerEvenOverNeedsReauth() {
        Tokens sleepy = desk.tokens(
                builder -> builder.callDeadline(Duration.ofSeconds(30)).claimDuration(Duration.ofSeconds(40)));
        desk.connectExpired(sleepy);
        try (LeapingTime later = LeapingTime.ahead(Duration.ofHours(1))) {
            Tokens there = desk.tokens(builder -> builder.timekeeper(later));
            Hold answer = desk.acme().holdAnswer();
            CompletableFuture<String> mine = Desk.async(() -> sleepy.accessToken(ANNA));
            answer.awaitArrived();
            assertThat(outcome(() -> there.accessToken(ANNA))).isEqualTo("PROBLEM LOST_ANSWER");
            assertThat(there.status(ANNA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);

            answer.release();

            assertThat(Desk.get(mine)).isEqualTo("GENERATION 2");
            assertThat(there.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        }
    }

    // ---- what stands there

    @Test
    void aPoisonedVersionIsNamedAndAReconnectClearsIt() {
        desk.connectExpired(here);
        desk.service.destroy(SECRET, 1);
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("PROBLEM RECORD_UNREADABLE");
        assertThat(desk.posts()).isZero();

        desk.connect(here);

        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 1");
        assertThat(here.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    @Fault("I6")
    void aCopyUnderAnotherStageIsNotRefreshed() {
        desk.connectExpired(here);
        Tokens staging = desk.tokens(builder -> builder.environment("staging"));

        assertThat(outcome(() -> staging.accessToken(ANNA))).isEqualTo("PROBLEM ENVIRONMENT_MISMATCH");
        assertThat(desk.posts()).isZero();
    }

    @Test
    @Fault("F9")
    void aRecordOfALostKeyIsNeitherMissingNorDead() {
        desk.connectExpired(here);
        KeyRing other = KeyRing.parse(Secret.of(Desk.newKey("k2")));
        Tokens tokens = desk.tokens(builder -> builder.encryption(other));

        assertThat(outcome(() -> tokens.accessToken(ANNA))).isEqualTo("PROBLEM RECORD_UNREADABLE");
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
    }

    @Test
    @Fault({"F18", "I2"})
    void nothingThatTheServiceKeepsShowsAToken() {
        desk.connectExpired(here);
        assertThat(outcome(() -> here.accessToken(ANNA))).isEqualTo("GENERATION 2");
        List<String> kept = desk.service.contents();

        assertThat(kept).hasSizeGreaterThan(2);
        SecretCanary canary = SecretCanary.ofTestTokens().watching(Secret.of(desk.ring));
        kept.forEach(text -> canary.assertNoneIn("the service", text));
    }
}
