package dev.evertoken;

import static dev.evertoken.HangingProviderFixture.BEN;
import static dev.evertoken.HangingProviderFixture.failure;
import static dev.evertoken.HangingProviderFixture.get;
import static dev.evertoken.HangingProviderFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.testing.Checkpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A provider that does not respond to several accounts in a row: its client is paused, and one account probes it. */
class UnresponsiveProviderTest {

    private static final Duration CALL_DEADLINE = Duration.ofSeconds(20);

    private final HangingProviderFixture fixture = new HangingProviderFixture();
    private final Tokens tokens = fixture.open(fixture.builder());
    private final List<TokenKey> keys = fixture.connectExpired(tokens, 8);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("L1")
    void theClientIsPausedAndOneAccountAtATimeProbesIt() {
        TokenException paused = pause();
        assertThat(paused.problem()).isEqualTo(Problem.NETWORK);
        assertThat(paused)
                .hasMessage("acme/account-3: the provider did not respond to the calls of several accounts in a row");
        Instant retryAt = paused.retryAt().orElseThrow();
        assertThat(Duration.between(fixture.clock.now(), retryAt)).isBetween(Duration.ZERO, Duration.ofSeconds(2));

        fixture.clock.advanceTo(retryAt);
        Checkpoint probe = fixture.hang(1).get(0);
        CompletableFuture<AccessToken> probing = tokens.accessTokenAsync(keys.get(4));
        probe.awaitArrived();
        assertThat(failure(tokens.accessTokenAsync(keys.get(5))).problem()).isEqualTo(Problem.NETWORK);

        probe.release();
        assertThat(get(probing).generation()).isEqualTo(2);
        assertThat(get(tokens.accessTokenAsync(keys.get(5))).generation()).isEqualTo(2);
        assertThat(fixture.providers.rotating().ledger().tokenRequests()).isEqualTo(3 + 1 + 1);
    }

    @Test
    @Fault("L1")
    void aProbeThatTimesOutPausesTheClientForLonger() {
        fixture.clock.advanceTo(pause().retryAt().orElseThrow());

        timeOut(keys.subList(4, 5));

        Instant again = failure(tokens.accessTokenAsync(keys.get(5))).retryAt().orElseThrow();
        assertThat(Duration.between(fixture.clock.now(), again))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
        assertThat(fixture.providers.rotating().ledger().tokenRequests()).isEqualTo(3 + 1);
    }

    @Test
    @Fault("L1")
    void anotherClientIsNotPaused() {
        pause();

        assertThat(fixture.refreshOfBen(tokens)).isEqualTo(2);
        assertThat(tokens.operations().clients())
                .filteredOn(client -> !client.isOpen())
                .extracting(ClientStatus::registration)
                .containsExactly("acme");
        assertThat(tokens.status(BEN).generation()).isEqualTo(2);
    }

    @Test
    @Fault("L1")
    void aResponseInBetweenKeepsTheClientOpen() {
        timeOut(keys.subList(0, 2));
        assertThat(get(tokens.accessTokenAsync(keys.get(2))).generation()).isEqualTo(2);
        timeOut(keys.subList(3, 5));

        assertThat(get(tokens.accessTokenAsync(keys.get(5))).generation()).isEqualTo(2);
    }

    /** Lets the calls of three accounts time out, and returns the exception of the next account. */
    private TokenException pause() {
        timeOut(keys.subList(0, 3));
        return failure(tokens.accessTokenAsync(keys.get(3)));
    }

    private void timeOut(List<TokenKey> accounts) {
        List<Checkpoint> held = fixture.hang(accounts.size());
        List<CompletableFuture<AccessToken>> calls = request(tokens, accounts);
        held.forEach(Checkpoint::awaitArrived);
        fixture.clock.advance(CALL_DEADLINE);
        assertThat(calls).allSatisfy(call -> assertThat(failure(call).problem()).isEqualTo(Problem.OUTCOME_UNKNOWN));
    }
}
