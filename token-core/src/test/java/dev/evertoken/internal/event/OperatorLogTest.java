package dev.evertoken.internal.event;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.simple.SimpleLoggerFactory;

/** The lines about accounts, as slf4j-simple writes them with all levels. */
class OperatorLogTest {

    private static final TokenKey BOB = TokenKey.of("google", "bob");
    private static final TokenKey PAGE = TokenKey.of("facebook", "page");

    private final Steps time = new Steps();
    private Optional<Problem> ofClient = Optional.empty();
    private final OperatorLog log = log(100);
    private final CapturedErrors captured = CapturedErrors.start();

    @AfterEach
    void stop() {
        captured.close();
    }

    private OperatorLog log(int most) {
        return new OperatorLog(
                key -> ofClient,
                key -> Optional.of(URI.create("https://app.example/" + key)),
                time,
                most,
                OperatorLogTest::atDebug);
    }

    /** Returns a new logger with all levels; those of the process keep the level that they have. */
    private static Logger atDebug(String name) {
        String level = "org.slf4j.simpleLogger.log." + name;
        System.setProperty(level, "debug");
        try {
            return new SimpleLoggerFactory().getLogger(name);
        } finally {
            System.clearProperty(level);
        }
    }

    @Test
    void eachRefreshIsAtDebug() {
        log.accept(new TokenEvent.Refreshed(
                ALICE, NOW, 7, true, Optional.of(NOW.plusSeconds(3600)), Duration.ofMillis(120)));
        log.accept(new TokenEvent.Refreshed(ALICE, NOW, 8, false, Optional.empty(), Duration.ofMillis(7)));
        log.accept(failed(Problem.NETWORK, "no route\nto host", ConnectionState.DEGRADED));

        assertThat(lines())
                .containsExactly(
                        "DEBUG dev.evertoken.refresh - google/alice: refreshed to generation 7 in 120 ms, with a new"
                                + " refresh token, valid until 2026-03-01T13:00:00Z",
                        "DEBUG dev.evertoken.refresh - google/alice: refreshed to generation 8 in 7 ms, with the same"
                                + " refresh token, without a known end",
                        "DEBUG dev.evertoken.refresh - google/alice: the refresh failed: NETWORK: no route to host; the"
                                + " account is DEGRADED");
    }

    @Test
    void aProblemIsOneLineWhicheverPathsReportIt() {
        for (int i = 0; i < 3; i++) {
            log.failed(ALICE, about(Problem.GRANT_DEAD, "token endpoint answered 400 invalid_grant"), false);
            log.accept(new TokenEvent.ReauthorizationRequired(ALICE, NOW, Problem.GRANT_DEAD, "the same"));
            log.failed(ALICE, about(Problem.GRANT_DEAD, "the same"), true);
        }

        assertThat(operatorLines())
                .containsExactly("WARN dev.evertoken.accounts - google/alice: GRANT_DEAD, remedy RECONNECT: token"
                        + " endpoint answered 400 invalid_grant; the user reconnects at"
                        + " https://app.example/google/alice");
    }

    @Test
    void aProblemThatManyThreadsReportAtTheSameTimeIsOneLine() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> done = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            done.add(threads.submit(() -> {
                for (int i = 0; i < 500; i++) {
                    log.failed(ALICE, about(Problem.GRANT_EXPIRED, "it is over"), false);
                }
            }));
        }
        for (Future<?> each : done) {
            each.get();
        }
        threads.shutdown();

        assertThat(operatorLines()).hasSize(1);
    }

    @Test
    void anAccountThatNeedsAPersonIsReportedAlthoughItsTokenIsValid() {
        log.accept(failed(Problem.REQUEST_REJECTED, "invalid_request", ConnectionState.DEGRADED));
        log.accept(failed(Problem.PROVIDER_UNAVAILABLE, "503", ConnectionState.DEGRADED));

        assertThat(operatorLines())
                .containsExactly("WARN dev.evertoken.accounts - google/alice: REQUEST_REJECTED, remedy"
                        + " FIX_CONFIGURATION: invalid_request; next attempt at 2026-03-01T12:05:00Z");
    }

    @Test
    void aStalledAccountHasOneLineForEachProblemAndOneWhenItWorksAgain() {
        for (int i = 0; i < 3; i++) {
            log.accept(failed(Problem.NETWORK, "connection refused", ConnectionState.STALLED));
            log.accept(failed(Problem.PROVIDER_UNAVAILABLE, "503", ConnectionState.STALLED));
            time.now = time.now.plus(Duration.ofMinutes(20));
            log.served(ALICE, token(NOW.minusSeconds(1)));
        }
        log.served(ALICE, token(time.now));
        log.accept(new TokenEvent.Recovered(ALICE, time.now, ConnectionState.STALLED, Duration.ofHours(1)));
        log.accept(failed(Problem.NETWORK, "connection refused", ConnectionState.STALLED));

        assertThat(operatorLines())
                .containsExactly(
                        "WARN dev.evertoken.accounts - google/alice: NETWORK, remedy RETRY: connection refused; next"
                                + " attempt at 2026-03-01T12:05:00Z",
                        "WARN dev.evertoken.accounts - google/alice: PROVIDER_UNAVAILABLE, remedy RETRY: 503; next"
                                + " attempt at 2026-03-01T12:05:00Z",
                        "INFO dev.evertoken.accounts - google/alice: works again; it had a problem for PT1H, first"
                                + " NETWORK",
                        "WARN dev.evertoken.accounts - google/alice: NETWORK, remedy RETRY: connection refused; next"
                                + " attempt at 2026-03-01T12:05:00Z");
    }

    @Test
    void aDisconnectedAccountHasNoLineAboutItsRecovery() {
        log.accept(failed(Problem.NETWORK, "connection refused", ConnectionState.STALLED));
        log.accept(new TokenEvent.Disconnected(ALICE, NOW, Optional.empty()));
        log.accept(new TokenEvent.Recovered(ALICE, NOW, ConnectionState.STALLED, Duration.ZERO));

        assertThat(operatorLines()).hasSize(1);
    }

    @Test
    void problemsOfACallOfTheStoreOfTheClientAndOfTheParentAreNotThoseOfTheAccount() {
        for (Problem problem : List.of(
                Problem.NOT_CONNECTED,
                Problem.WAIT_TIMEOUT,
                Problem.HELD_BY_PEER,
                Problem.NOT_YET,
                Problem.STORE_UNAVAILABLE,
                Problem.STORE_REFUSED,
                Problem.STORE_QUOTA,
                Problem.STORE_FAILED_OVER,
                Problem.JOURNAL_FULL)) {
            log.failed(ALICE, about(problem, "planned by a test"), false);
        }
        log.failed(ALICE, about(Problem.NETWORK, "the token may be valid"), true);
        log.failed(ALICE, about(Problem.NO_REFRESH_TOKEN, "the token may be valid"), true);
        log.failed(PAGE, ofParent(Problem.GRANT_DEAD), false);
        ofClient = Optional.of(Problem.CLIENT_REJECTED);
        log.failed(ALICE, about(Problem.CLIENT_REJECTED, "401"), false);

        assertThat(operatorLines()).isEmpty();
        assertThat(lines()).hasSize(13).allMatch(line -> line.startsWith("DEBUG dev.evertoken.refresh - "));
    }

    @Test
    void anAdviceThatIsASentenceIsContinued() {
        log.failed(ALICE, TokenException.about(Problem.RECORD_UNREADABLE).build(), false);

        assertThat(operatorLines())
                .containsExactly("WARN dev.evertoken.accounts - google/alice: RECORD_UNREADABLE, remedy"
                        + " FIX_CONFIGURATION: The stored record cannot be read or decrypted; restore the key or the"
                        + " record, or reconnect; calls fail until it is corrected");
    }

    @Test
    void aParentThatIsNotConnectedIsReportedWithTheAccountsThatNeedIt() {
        log.failed(PAGE, ofParent(Problem.PARENT_NOT_CONNECTED), false);

        assertThat(operatorLines())
                .containsExactly("WARN dev.evertoken.accounts - facebook/page: PARENT_NOT_CONNECTED, remedy RECONNECT:"
                        + " planned by a test; the user reconnects at https://app.example/parent");
    }

    @Test
    void aJournalThatCannotBeWrittenIsReportedOnceAMinute() {
        for (int second = 0; second < 90; second++) {
            log.failed(ALICE, about(Problem.JOURNAL_UNAVAILABLE, "read-only"), false);
            log.failed(BOB, about(Problem.OVERLOADED, "the executor rejected the refresh"), false);
            time.nanos += Duration.ofSeconds(1).toNanos();
        }

        assertThat(operatorLines())
                .containsExactly(
                        "WARN dev.evertoken.store - google/alice: read-only; 0 such failures were not logged since the"
                                + " last one",
                        "WARN dev.evertoken.refresh - google/bob: the executor rejected the refresh; 0 such failures"
                                + " were not logged since the last one",
                        "WARN dev.evertoken.store - google/alice: read-only; 59 such failures were not logged since the"
                                + " last one",
                        "WARN dev.evertoken.refresh - google/bob: the executor rejected the refresh; 59 such failures"
                                + " were not logged since the last one");
    }

    @Test
    void onlyAnUnexpectedErrorHasAStackTrace() {
        log.failed(ALICE, because(Problem.GRANT_DEAD), false);
        assertThat(captured.text()).doesNotContain("\tat ");

        log.failed(ALICE, because(Problem.INTERNAL), false);
        log.failed(ALICE, because(Problem.INTERNAL), false);
        assertThat(captured.text()).containsOnlyOnce("Caused by: java.lang.IllegalStateException: planned by a test");
        assertThat(operatorLines())
                .last()
                .isEqualTo("WARN dev.evertoken.accounts - google/alice: INTERNAL, remedy RETRY: planned by a test; the"
                        + " next call tries again");
    }

    @Test
    void theAccountThatWasNotReportedForTheLongestTimeIsForgotten() {
        OperatorLog two = log(2);
        for (TokenKey key : List.of(ALICE, BOB, ALICE, PAGE, ALICE, BOB)) {
            two.failed(key, about(Problem.GRANT_DEAD, "it is over"), false);
        }

        assertThat(operatorLines().stream().map(line -> line.split(" ", -1)[3]))
                .containsExactly("google/alice:", "google/bob:", "facebook/page:", "google/bob:");
    }

    @Test
    void theEndOfAConnectionAndLostScopesAreReported() {
        log.accept(new TokenEvent.ExpiresSoon(ALICE, NOW, NOW.plus(Duration.ofDays(7))));
        log.accept(new TokenEvent.ScopeReduced(ALICE, NOW, Set.of("calendar")));

        assertThat(lines())
                .containsExactly(
                        "INFO dev.evertoken.accounts - google/alice: the user has to reconnect by"
                                + " 2026-03-08T12:00:00Z",
                        "WARN dev.evertoken.accounts - google/alice: the provider no longer grants the scopes"
                                + " [calendar]");
    }

    private static TokenEvent failed(Problem problem, String detail, ConnectionState state) {
        return new TokenEvent.RefreshFailed(
                ALICE, NOW, problem, detail, state, Optional.of(NOW.plus(Duration.ofMinutes(5))));
    }

    private static TokenException about(Problem problem, String detail) {
        return TokenException.about(problem).detail(detail).build();
    }

    private static TokenException because(Problem problem) {
        return TokenException.about(problem)
                .detail("planned by a test")
                .cause(new IllegalStateException("planned by a test"))
                .build();
    }

    private static TokenException ofParent(Problem problem) {
        return TokenException.about(problem)
                .key(PAGE)
                .parent(ALICE)
                .detail("planned by a test")
                .reconnectUrl(URI.create("https://app.example/parent"))
                .build();
    }

    private static AccessToken token(Instant issuedAt) {
        return new AccessToken(Secret.of("at-1"), "Bearer", Optional.empty(), "grant-1", 1, issuedAt, Set.of());
    }

    private List<String> operatorLines() {
        return lines().stream().filter(line -> !line.startsWith("DEBUG")).toList();
    }

    private List<String> lines() {
        return captured.text()
                .lines()
                .filter(line -> line.contains("] "))
                .map(line -> line.substring(line.indexOf("] ") + 2))
                .filter(line -> line.matches("[A-Z]+ dev\\.evertoken\\..*"))
                .toList();
    }

    /** A time that stands still until a test moves it. Not thread-safe. */
    private static final class Steps implements Timekeeper {
        private Instant now = NOW;
        private long nanos = Duration.ofDays(1).toNanos();

        @Override
        public long millis() {
            return now.toEpochMilli();
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            throw new UnsupportedOperationException("no timers here");
        }

        @Override
        public boolean await(Future<?> event, Duration timeout) {
            throw new UnsupportedOperationException("no waiting here");
        }
    }
}
