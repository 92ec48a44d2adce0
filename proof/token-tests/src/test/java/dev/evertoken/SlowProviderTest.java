package dev.evertoken;

import static dev.evertoken.ProvidersFixture.ANNA;
import static dev.evertoken.ProvidersFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.MockResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider that takes longer than the call deadline. */
class SlowProviderTest {

    @TempDir
    private Path folder;

    private final ProvidersFixture providers = new ProvidersFixture();

    @AfterEach
    void close() {
        providers.close();
    }

    @Test
    @Fault({"A7", "M4"})
    void aCallThatTakesTooLongHoldsUpNoCallerAndItsLateTokensAreSavedInsideTheClaim() {
        Tokens first = withShortDeadline();
        Tokens second = withShortDeadline();
        TokenSet consent = providers.connectExpired(first, ANNA);
        Checkpoint checkpoint = new Checkpoint();
        providers.providers.rotating().onToken(MockResponse.normal().heldBeforeSending(checkpoint));

        TokenException late = failure(() -> first.accessToken(ANNA));

        assertThat(late.problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
        assertThat(late.detail())
                .startsWith("no complete response from 127.0.0.1 within 1000 ms; the outcome of a refresh by this"
                        + " application is unknown since ");
        assertThat(checkpoint.hasArrived()).isTrue();
        assertThat(failure(() -> first.accessToken(ANNA)).retryAt()).isEqualTo(late.retryAt());
        CompletableFuture<AccessToken> peer = CompletableFuture.supplyAsync(() -> second.accessToken(ANNA));
        checkpoint.release();
        assertThat(peer.orTimeout(20, TimeUnit.SECONDS).join().generation()).isEqualTo(2);
        assertThat(first.accessToken(ANNA)).isEqualTo(peer.join());
        assertThat(providers.providers.rotating().ledger().tokenRequests("anna"))
                .isEqualTo(1);
        assertThat(providers
                        .providers
                        .rotating()
                        .ledger()
                        .isValid(consent.refreshToken().orElseThrow()))
                .as("it has been rotated")
                .isFalse();
    }

    @Test
    @Fault("M4")
    void closingWaitsForTheLateTokensOfASlowProvider() {
        Tokens tokens = withShortDeadline();
        providers.connectExpired(tokens, ANNA);
        Checkpoint checkpoint = new Checkpoint();
        providers.providers.rotating().onToken(MockResponse.normal().heldBeforeSending(checkpoint));
        failure(() -> tokens.accessToken(ANNA));

        CompletableFuture<Void> closed = CompletableFuture.runAsync(tokens::close);
        checkpoint.release();
        closed.orTimeout(20, TimeUnit.SECONDS).join();

        assertThat(withShortDeadline().accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(providers.providers.rotating().ledger().tokenRequests("anna"))
                .isEqualTo(1);
    }

    private Tokens withShortDeadline() {
        return providers.open(
                providers.builder().store("file:" + folder.resolve("tokens")).callDeadline(Duration.ofSeconds(1)));
    }
}
