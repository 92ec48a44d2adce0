package dev.evertoken.processes;

import static dev.evertoken.processes.SharedHost.ask;
import static dev.evertoken.processes.SharedHost.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TwoProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two running processes that use the same accounts. */
class SharedFolderTest {

    private static final int ROUNDS = 15;
    private static final TokenKey ANNA = TokenKey.of("acme", "anna");

    @TempDir
    private Path folder;

    private SharedHost host;
    private Tokens here;

    @BeforeEach
    void open() {
        host = new SharedHost(folder);
        here = host.here();
    }

    @AfterEach
    void close() throws Exception {
        host.close();
    }

    @Test
    @Fault("A2")
    void ofTwoProcessesThatSeeTheExpiryTogetherOneRefreshesAndTheOtherAdopts() {
        List<TokenKey> keys = IntStream.range(0, ROUNDS)
                .boxed()
                .flatMap(n -> Stream.of(TokenKey.of("acme", "anna-" + n), TokenKey.of("google", "ben-" + n)))
                .map(key -> host.connectExpired(here, key))
                .toList();
        String race = "race " + keys.stream().map(TokenKey::toString).collect(Collectors.joining(" "));
        try (TwoProcesses two = TwoProcesses.start(TokenProcess.class, host.setup.folder())) {
            for (ChildJvm child : two.both()) {
                child.send(host.setup.words().reveal());
                child.send(race);
            }
            two.go();
            for (ChildJvm child : two.both()) {
                for (TokenKey key : keys) {
                    assertThat(child.readLine()).isEqualTo("token " + key + " GENERATION 2");
                }
            }
        }
        assertThat(keys).allSatisfy(key -> assertThat(host.posts(key)).isEqualTo(1));
        assertThat(host.providers.rotating().ledger().familiesRevoked()).isEmpty();
    }

    @Test
    @Fault("A2")
    void aProcessWaitsForARefreshOfAnotherProcessAndAdoptsItsToken() {
        host.connectExpired(here, ANNA);
        ChildJvm first = host.process();
        Checkpoint checkpoint = host.providers.rotating().holdResponse();
        first.send("token acme/anna");
        checkpoint.awaitArrived();
        var second = host.async(() -> here.accessToken(ANNA));
        assertThat(here.status(ANNA).claimOwner()).isPresent();
        checkpoint.release();
        assertThat(SharedHost.get(second)).isEqualTo("GENERATION 2");
        assertThat(first.awaitLine("token")).isEqualTo("token acme/anna GENERATION 2");
        assertThat(host.posts(ANNA)).isEqualTo(1);
    }

    @Test
    @Fault("F6")
    void aTokenReplacedByAnotherProcessIsAdoptedFromTheStoreWithoutACall() {
        host.connect(here, ANNA);
        ChildJvm other = host.process();
        assertThat(ask(other, "token acme/anna")).isEqualTo("GENERATION 1");
        AccessToken old = here.accessToken(ANNA);
        assertThat(outcome(() -> here.replace(ANNA, old))).isEqualTo("GENERATION 2");
        assertThat(ask(other, "token acme/anna"))
                .as("the token cached before the rotation")
                .isEqualTo("GENERATION 1");

        assertThat(ask(other, "replace acme/anna")).isEqualTo("GENERATION 2");

        assertThat(host.posts(ANNA)).isEqualTo(1);
    }

    @Test
    @Fault("G9")
    void aNewConsentReachesAProcessThatStillCachesATokenOfTheOldOne() {
        host.connect(here, ANNA);
        ChildJvm other = host.process();
        assertThat(ask(other, "token acme/anna")).isEqualTo("GENERATION 1");
        AccessToken old = here.accessToken(ANNA);
        here.replace(ANNA, old);
        assertThat(ask(other, "replace acme/anna")).isEqualTo("GENERATION 2");
        host.connect(here, ANNA);

        assertThat(ask(other, "replace acme/anna"))
                .as("the first generation of the new grant")
                .isEqualTo("GENERATION 1");

        assertThat(host.posts(ANNA)).isEqualTo(1);
        assertThat(host.providers.rotating().ledger().isValid(host.firstRefreshToken(ANNA)))
                .isTrue();
    }

    @Test
    @Fault("O6")
    void aDisconnectInAnotherProcessEndsTheUseOfTheTokenHereAfterFiveSeconds() {
        try (ManualClock clock = ManualClock.at(Instant.now())) {
            Tokens watching = host.here(builder -> builder.timekeeper(clock));
            host.connect(here, ANNA);
            ChildJvm other = host.process();
            assertThat(outcome(() -> watching.accessToken(ANNA))).isEqualTo("GENERATION 1");
            passFiveSeconds(clock);
            assertThat(outcome(() -> watching.accessToken(ANNA))).isEqualTo("GENERATION 1");

            assertThat(ask(other, "disconnect acme/anna")).isEqualTo("true");
            passFiveSeconds(clock);

            assertThat(outcome(() -> watching.accessToken(ANNA))).isEqualTo("PROBLEM NOT_CONNECTED");
        }
    }

    /** Lets time pass, and waits until the engine has read the stamp of the store and set the timer again. */
    private static void passFiveSeconds(ManualClock clock) {
        clock.advance(Duration.ofSeconds(5));
        clock.awaitTimers(1);
    }
}
