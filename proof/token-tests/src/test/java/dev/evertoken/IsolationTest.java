package dev.evertoken;

import static dev.evertoken.HangingProviderFixture.LIMIT;
import static dev.evertoken.HangingProviderFixture.failure;
import static dev.evertoken.HangingProviderFixture.get;
import static dev.evertoken.HangingProviderFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.Checkpoint;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client whose calls hang or whose accounts wait does not delay the accounts of another client. */
class IsolationTest {

    private static final Duration MAX_WAIT = Duration.ofSeconds(3);

    private final HangingProviderFixture fixture = new HangingProviderFixture();
    private final Tokens tokens = fixture.open(fixture.builder().maxWait(MAX_WAIT));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("L1")
    void accountsAtAProviderThatHangsDelayNoAccountOfAnotherClient() {
        fillTheLimit(LIMIT + 10);

        assertThat(fixture.refreshOfBen(tokens)).isEqualTo(2);
        assertThat(fixture.arrived()).isEqualTo(LIMIT);
    }

    @Test
    @Fault("L1")
    void accountsThatWaitForTheClaimsOfAPeerDelayNoOtherAccount() {
        Tokens peer = fixture.open(fixture.builder());
        List<TokenKey> keys = fixture.connectExpired(peer, 40);
        List<Checkpoint> held = fixture.hang(keys.size());
        request(peer, keys);
        held.forEach(Checkpoint::awaitArrived);

        request(tokens, keys);
        fixture.clock.awaitWaits(keys.size());

        assertThat(fixture.refreshOfBen(tokens)).isEqualTo(2);
        TokenKey neighbor = fixture.connectExpired(tokens, TokenKey.of("acme", "neighbor"));
        assertThat(get(tokens.accessTokenAsync(neighbor)).generation()).isEqualTo(2);
    }

    @Test
    @Fault("L1")
    void accountsWithOneRefreshTokenDelayNoOtherAccount() {
        TokenSet shared = fixture.expiredConsent(TokenKey.of("acme", "shared"));
        List<TokenKey> keys = IntStream.range(0, 60)
                .mapToObj(number -> TokenKey.of("acme", "copy-" + number))
                .toList();
        keys.forEach(key -> tokens.connect(key, shared));
        Checkpoint held = fixture.hang(1).get(0);

        request(tokens, keys);
        held.awaitArrived();
        fixture.clock.awaitWaits(keys.size() - 1);

        assertThat(fixture.refreshOfBen(tokens)).isEqualTo(2);
        TokenKey neighbor = fixture.connectExpired(tokens, TokenKey.of("acme", "neighbor"));
        assertThat(get(tokens.accessTokenAsync(neighbor)).generation()).isEqualTo(2);
    }

    @Test
    @Fault("L6")
    void anAsynchronousCallerTimesOutInTimeWhileAllThreadsOfItsClientAreTaken() {
        List<CompletableFuture<AccessToken>> calls = fillTheLimit(LIMIT + 2);
        fixture.clock.advance(MAX_WAIT);

        TokenException running = failure(calls.get(0));
        TokenException queued = failure(calls.get(LIMIT + 1));
        assertThat(running.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(running)
                .hasMessage("acme/account-0: a refresh has been in progress since 2026-01-01T00:00:00Z and did not end"
                        + " within 3000 ms");
        assertThat(queued.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(queued)
                .hasMessage("acme/account-65: a refresh has been queued behind 65 refreshes of the client since"
                        + " 2026-01-01T00:00:00Z and did not end within 3000 ms");
        assertThat(fixture.arrived()).isEqualTo(LIMIT);
    }

    @Test
    @Fault("L1")
    void queuedAccountsAreRefreshedInTheOrderOfTheirRequests() {
        Tokens single = fixture.open(fixture.builder());
        List<TokenKey> keys = fixture.connectExpired(single, LIMIT + 5);
        List<Checkpoint> held = fixture.hang(LIMIT);
        List<CompletableFuture<AccessToken>> calls = request(single, keys);
        held.forEach(Checkpoint::awaitArrived);

        fixture.release();

        assertThat(calls).allSatisfy(call -> assertThat(get(call).generation()).isEqualTo(2));
    }

    @Test
    @Fault("L6")
    void waitingAsynchronousCallersHoldNoThread() {
        fillTheLimit(LIMIT);
        long before = threads();

        List<CompletableFuture<AccessToken>> waiting =
                request(tokens, fixture.connectExpired(tokens, LIMIT + 500).subList(LIMIT, LIMIT + 500));

        assertThat(threads()).isLessThanOrEqualTo(before);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
    }

    /** Returns the number of threads of this process. */
    private static long threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    @Test
    @Fault("L6")
    void aTokenOfTheApplicationNeedsNoSlotAndItsCallersTimeOutInTime() {
        fillTheLimit(LIMIT + 1);
        Checkpoint held = fixture.hang(1).get(0);
        CompletableFuture<AccessToken> call =
                CompletableFuture.supplyAsync(() -> tokens.clientCredentialsToken("acme"));
        held.awaitArrived();
        fixture.clock.awaitWaits(1);

        fixture.clock.advance(MAX_WAIT);

        TokenException overdue = failure(call);
        assertThat(overdue.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(overdue).hasMessage("a client credentials request of acme did not finish in time");
    }

    @Test
    @Fault("L1")
    void theLimitOfAClientCanBeSet() {
        Tokens narrow = fixture.open(fixture.builder().maxWait(MAX_WAIT).refreshesPerClient(2));
        List<TokenKey> keys = fixture.connectExpired(narrow, 3);
        List<Checkpoint> held = fixture.hang(2);
        List<CompletableFuture<AccessToken>> calls = request(narrow, keys);
        held.forEach(Checkpoint::awaitArrived);
        fixture.clock.advance(MAX_WAIT);

        assertThat(failure(calls.get(2))).hasMessageContaining("queued behind 2 refreshes of the client");
        assertThat(fixture.providers.rotating().ledger().tokenRequests()).isEqualTo(2);
    }

    /** Requests tokens of accounts at the provider that hangs, and waits until the limit of their client is reached. */
    private List<CompletableFuture<AccessToken>> fillTheLimit(int accounts) {
        List<TokenKey> keys = fixture.connectExpired(tokens, accounts);
        List<Checkpoint> held = fixture.hang(LIMIT);
        List<CompletableFuture<AccessToken>> calls = request(tokens, keys);
        held.forEach(Checkpoint::awaitArrived);
        return calls;
    }
}
