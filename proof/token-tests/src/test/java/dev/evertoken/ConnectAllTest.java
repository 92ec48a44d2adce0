package dev.evertoken;

import static dev.evertoken.ConsentFixture.ANNA;
import static dev.evertoken.ConsentFixture.BEN;
import static dev.evertoken.ConsentFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectProgress;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.ConnectResult.Outcome;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.StoreOperation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Importing many accounts at once. */
class ConnectAllTest {

    private final ConsentFixture fixture = new ConsentFixture();
    private final Tokens tokens = fixture.process();
    private final MockProvider acme = fixture.providers.rotating();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void everyRowHasAResultAndABadRowStopsNoOther() {
        Map<TokenKey, TokenSet> rows = new LinkedHashMap<>();
        rows.put(ANNA, acme.consent("anna"));
        rows.put(
                TokenKey.of("acme", "placeholder"), TokenSet.builder("changeme").build());
        rows.put(TokenKey.of("nobody", "zoe"), acme.consent("zoe"));
        rows.put(
                TokenKey.of("acme", "mac"),
                TokenSet.builder("abc-def-ghi").tokenType("mac").build());
        rows.put(BEN, fixture.providers.google().consent("ben"));

        List<ConnectResult> results = tokens.connectAll(rows);

        assertThat(results).extracting(ConnectResult::key).containsExactlyElementsOf(rows.keySet());
        assertThat(results)
                .extracting(ConnectResult::outcome)
                .containsExactly(Outcome.CONNECTED, Outcome.FAILED, Outcome.FAILED, Outcome.FAILED, Outcome.CONNECTED);
        assertThat(results)
                .filteredOn(result -> result.problem().isPresent())
                .extracting(
                        result -> result.problem().map(TokenException::problem).orElseThrow())
                .containsExactly(
                        Problem.PLACEHOLDER_CREDENTIALS, Problem.UNKNOWN_REGISTRATION, Problem.UNSUPPORTED_TOKEN_TYPE);
        assertThat(results.get(0).status()).hasValue(tokens.status(ANNA));
    }

    @Test
    @Fault("P2")
    void aMapReportsItsProgressAfterEachRow() {
        Map<TokenKey, TokenSet> rows = new LinkedHashMap<>();
        rows.put(ANNA, acme.consent("anna"));
        rows.put(
                TokenKey.of("acme", "placeholder"), TokenSet.builder("changeme").build());
        rows.put(BEN, fixture.providers.google().consent("ben"));
        List<ConnectProgress> seen = new ArrayList<>();

        List<ConnectResult> results = tokens.connectAll(rows, seen::add);

        assertThat(seen)
                .containsExactly(
                        new ConnectProgress(1, 3, results.get(0)),
                        new ConnectProgress(2, 3, results.get(1)),
                        new ConnectProgress(3, 3, results.get(2)));
    }

    @Test
    @Fault("P2")
    void aNewAccountCostsOneCallOfTheStoreAndAnImportThatIsRepeatedWritesNothing() {
        Map<TokenKey, TokenSet> rows = new LinkedHashMap<>();
        IntStream.range(0, 20).forEach(n -> rows.put(TokenKey.of("acme", "user-" + n), acme.consent("user-" + n)));

        assertThat(tokens.connectAll(rows)).extracting(ConnectResult::outcome).containsOnly(Outcome.CONNECTED);
        int readsOfNew = fixture.store.calls(StoreOperation.LOAD);
        int writesOfNew = fixture.store.calls(StoreOperation.COMPARE_AND_SET);
        assertThat(tokens.connectAll(rows)).extracting(ConnectResult::outcome).containsOnly(Outcome.KEPT_NEWER);

        assertThat(readsOfNew).isZero();
        assertThat(writesOfNew).isEqualTo(20);
        assertThat(fixture.store.calls(StoreOperation.LOAD)).isEqualTo(20);
        assertThat(fixture.store.calls(StoreOperation.COMPARE_AND_SET))
                .as("the first row finds out that there are records")
                .isEqualTo(writesOfNew + 1);
    }

    @Test
    @Fault("P2")
    void anInsertWhoseResponseWasLostIsRecognized() {
        fixture.store.next(StoreOperation.COMPARE_AND_SET).failAfter();

        ConnectResult result =
                tokens.connectAll(Map.of(ANNA, acme.consent("anna"))).get(0);

        assertThat(result.outcome()).isEqualTo(Outcome.CONNECTED);
        assertThat(tokens.status(ANNA).generation()).isEqualTo(1);
        assertThat(fixture.store.calls(StoreOperation.COMPARE_AND_SET)).isEqualTo(1);
    }

    @Test
    @Fault("G8")
    void anOlderRowDoesNotReplaceTokensRefreshedSince() {
        TokenSet first = acme.consent("anna");
        tokens.connectAll(Map.of(ANNA, first));
        fixture.later(Duration.ofHours(3));
        AccessToken refreshed = tokens.accessToken(ANNA);

        ConnectResult again = tokens.connectAll(Map.of(ANNA, first)).get(0);

        assertThat(again.outcome()).isEqualTo(Outcome.KEPT_NEWER);
        assertThat(again.status().orElseThrow().generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ANNA)).isEqualTo(refreshed);
    }

    @Test
    @Fault("G8")
    void aRowRepeatedDuringARefreshDoesNotLoseTheNewTokens() throws Exception {
        TokenSet first = acme.consent("anna");
        TokenSet undated = TokenSet.builder(first.accessToken().orElseThrow().reveal())
                .refreshToken(first.refreshToken().orElseThrow())
                .build();
        tokens.connectAll(Map.of(ANNA, first));
        fixture.later(Duration.ofHours(3));
        Checkpoint checkpoint = acme.holdResponse();
        CompletableFuture<AccessToken> refreshing = tokens.accessTokenAsync(ANNA);
        checkpoint.awaitArrived();

        assertThat(tokens.connectAll(Map.of(ANNA, first)).get(0).outcome()).isEqualTo(Outcome.KEPT_NEWER);
        assertThat(tokens.connectAll(Map.of(ANNA, undated)).get(0).outcome()).isEqualTo(Outcome.KEPT_NEWER);

        checkpoint.release();
        AccessToken next = refreshing.get(20, TimeUnit.SECONDS);
        assertThat(next.generation()).isEqualTo(2);
        assertThat(tokens.status(ANNA).generation()).isEqualTo(2);
        assertThat(acme.ledger().isAccepted(next.value())).isTrue();
    }

    @Test
    void aNewerRowReplacesTheStoredTokens() {
        tokens.connectAll(Map.of(ANNA, acme.consent("anna")));
        fixture.later(Duration.ofMinutes(5));
        TokenSet newer = acme.consent("anna");

        assertThat(tokens.connectAll(Map.of(ANNA, newer)).get(0).outcome()).isEqualTo(Outcome.CONNECTED);
        assertThat(tokens.accessToken(ANNA).value())
                .isEqualTo(newer.accessToken().orElseThrow());
    }

    @Test
    @Fault("N3")
    void aSeedThatIsImportedAtEachStartNeverEndsTheGrant() {
        TokenSet seed = undated(acme.consent("anna"));
        assertThat(tokens.connectAll(Map.of(ANNA, seed)).get(0).outcome()).isEqualTo(Outcome.CONNECTED);
        for (int start = 0; start < 10; start++) {
            fixture.later(Duration.ofHours(3));
            assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(start + 2);

            Tokens next = fixture.process();
            assertThat(next.connectAll(Map.of(ANNA, seed)).get(0).outcome()).isEqualTo(Outcome.KEPT_NEWER);
            assertThat(next.connect(ANNA, seed).generation()).isEqualTo(start + 2);
            assertThat(next.connectIfAbsent(ANNA, seed).generation()).isEqualTo(start + 2);
        }
        acme.revoke("anna");
        fixture.later(Duration.ofHours(3));
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(ANNA));

        assertThat(tokens.connectAll(Map.of(ANNA, seed)).get(0).outcome())
                .as("a spent token does not help a grant that has ended")
                .isEqualTo(Outcome.KEPT_NEWER);
        TokenSet renewed = undated(acme.consent("anna"));
        assertThat(tokens.connectAll(Map.of(ANNA, renewed)).get(0).outcome()).isEqualTo(Outcome.CONNECTED);
    }

    @Test
    @Fault("N3")
    void anAccountIsConnectedOnlyIfItIsAbsent() {
        TokenSet first = acme.consent("anna");
        assertThat(tokens.connectIfAbsent(ANNA, first).generation()).isEqualTo(1);
        fixture.later(Duration.ofMinutes(5));

        tokens.connectIfAbsent(ANNA, acme.consent("anna"));

        assertThat(tokens.accessToken(ANNA).value())
                .isEqualTo(first.accessToken().orElseThrow());
    }

    @Test
    @Fault("N4")
    void laterTokensWithoutARefreshTokenDoNotDisplaceAGrantThatHasOne() {
        MockProvider google = fixture.providers.google();
        TokenSet first = google.consent("ben");
        tokens.connectAll(Map.of(BEN, first));
        fixture.later(Duration.ofMinutes(5));
        TokenSet second = google.withoutRefreshTokens().consent("ben");

        ConnectResult row = tokens.connectAll(Map.of(BEN, second)).get(0);
        assertThat(row.outcome()).isEqualTo(Outcome.KEPT_REFRESHABLE);
        assertThat(tokens.accessToken(BEN).value())
                .isEqualTo(first.accessToken().orElseThrow());

        tokens.connect(BEN, second);
        assertThat(tokens.accessToken(BEN).value())
                .isEqualTo(second.accessToken().orElseThrow());
        fixture.later(Duration.ofHours(2));
        assertThat(tokens.accessToken(BEN).generation())
                .as("refreshed with the kept token")
                .isEqualTo(2);
    }

    private static TokenSet undated(TokenSet tokens) {
        return tokens.toBuilder().issuedAt(Instant.EPOCH).build();
    }
}
