package dev.evertoken;

import static dev.evertoken.Workbench.ANNA;
import static dev.evertoken.Workbench.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.Hold;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider that takes longer than a call may. */
class SlowProviderTest {

    @TempDir
    private Path folder;

    private final Workbench bench = new Workbench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    @Fault("A7")
    void aCallThatTakesTooLongEndsInsideItsClaimAndNoPeerDialsForTheSameToken() {
        Tokens first = impatient();
        Tokens second = impatient();
        bench.connectExpired(first, ANNA);
        Hold hold = new Hold();
        bench.providers.rotating().onToken(Answer.normal().heldOnArrival(hold));

        TokenException late = failure(() -> first.accessToken(ANNA));

        assertThat(late.problem()).isEqualTo(Problem.ANSWER_LOST);
        assertThat(hold.hasArrived()).isTrue();
        TokenException theirs = failure(() -> second.accessToken(ANNA));
        assertThat(theirs.problem()).isEqualTo(Problem.ANSWER_LOST);
        assertThat(theirs.retryAt()).isEqualTo(late.retryAt());
        assertThat(bench.providers.rotating().ledger().tokenRequests("anna")).isEqualTo(1);
        hold.release();
    }

    private Tokens impatient() {
        return bench.open(
                bench.builder().store("file:" + folder.resolve("tokens")).callDeadline(Duration.ofSeconds(1)));
    }
}
