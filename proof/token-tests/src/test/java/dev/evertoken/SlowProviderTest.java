package dev.evertoken;

import static dev.evertoken.ProvidersFixture.ANNA;
import static dev.evertoken.ProvidersFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.MockResponse;
import java.nio.file.Path;
import java.time.Duration;
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
    @Fault("A7")
    void aCallThatTakesTooLongEndsWithinItsClaimAndNoPeerSendsTheSameToken() {
        Tokens first = withShortDeadline();
        Tokens second = withShortDeadline();
        providers.connectExpired(first, ANNA);
        Checkpoint checkpoint = new Checkpoint();
        providers.providers.rotating().onToken(MockResponse.normal().heldOnArrival(checkpoint));

        TokenException late = failure(() -> first.accessToken(ANNA));

        assertThat(late.problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
        assertThat(checkpoint.hasArrived()).isTrue();
        TokenException peerFailure = failure(() -> second.accessToken(ANNA));
        assertThat(peerFailure.problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
        assertThat(peerFailure.retryAt()).isEqualTo(late.retryAt());
        assertThat(providers.providers.rotating().ledger().tokenRequests("anna"))
                .isEqualTo(1);
        checkpoint.release();
    }

    private Tokens withShortDeadline() {
        return providers.open(
                providers.builder().store("file:" + folder.resolve("tokens")).callDeadline(Duration.ofSeconds(1)));
    }
}
