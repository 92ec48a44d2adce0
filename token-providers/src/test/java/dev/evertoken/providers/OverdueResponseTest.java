package dev.evertoken.providers;

import static dev.evertoken.providers.LoopbackServer.json;
import static dev.evertoken.providers.RefreshCaller.acme;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenOutcome.Issued;
import dev.evertoken.spi.provider.TokenOutcome.MaybeSent;
import dev.evertoken.spi.provider.TokenOutcome.NotSent;
import dev.evertoken.spi.provider.TokenOutcome.Overdue;
import dev.evertoken.spi.provider.TokenOutcome.Refused;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Responses that arrive after the call deadline, to a request that allows reading on. */
class OverdueResponseTest {

    private static final Duration DEADLINE = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final String GOOD =
            "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":3600,\"token_type\":\"bearer\"}";

    private final Provider acme = acme().build();
    private final CountDownLatch arrival = new CountDownLatch(1);

    @Test
    @Fault("M4")
    void theCallerReturnsAtTheDeadlineAndTheLateTokensFollow() throws IOException {
        try (LoopbackServer server = respondingLate(json(200, GOOD))) {
            long began = System.nanoTime();

            Overdue outcome = (Overdue) refresh(server);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
            assertThat(outcome.verdict().problem()).isEqualTo(Problem.NETWORK);
            assertThat(outcome.verdict().detail()).isEqualTo("no complete response from 127.0.0.1 within 200 ms");
            CompletableFuture<TokenOutcome> late = outcome.late().toCompletableFuture();
            assertThat(late).isNotDone();
            arrival.countDown();
            Issued issued = (Issued) late.orTimeout(10, TimeUnit.SECONDS).join();
            assertThat(issued.response().accessToken()).contains(Secret.of("at-2"));
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    @Fault("M4")
    void aLateRefusalIsJudgedLikeAnyOther() throws IOException {
        try (LoopbackServer server = respondingLate(json(400, "{\"error\":\"invalid_grant\"}"))) {
            Overdue outcome = (Overdue) refresh(server);
            arrival.countDown();

            assertThat(end(outcome)).isInstanceOf(Refused.class);
        }
    }

    @Test
    @Fault("M4")
    void theReadingEndsAtTheLimit() throws IOException {
        try (LoopbackServer server = respondingLate("")) {
            Overdue outcome = (Overdue) RefreshCaller.at(acme, server)
                    .within(DEADLINE)
                    .readingUntil(Duration.ofMillis(500))
                    .refresh();

            MaybeSent last = (MaybeSent) end(outcome);
            assertThat(last.verdict().detail()).isEqualTo("no complete response from 127.0.0.1 within 500 ms");
        }
    }

    @Test
    @Fault("M4")
    void aResponseInTimeIsNotOverdue() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            assertThat(RefreshCaller.at(acme, server)
                            .readingUntil(Duration.ofSeconds(30))
                            .refresh())
                    .isInstanceOf(Issued.class);
        }
    }

    @Test
    @Fault("M4")
    void aRequestThatIsNotSentByTheDeadlineIsNotSentLater() throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(json(200, GOOD))) {
            TokenOutcome outcome = RefreshCaller.at(acme, server)
                    .within(DEADLINE)
                    .readingUntil(LIMIT)
                    .permittedBy(() -> isReleasedLate(server))
                    .refresh();

            assertThat(outcome).isInstanceOf(NotSent.class);
            assertThat(server.requests()).isEmpty();
        }
    }

    /** Denies the permit long after the deadline. */
    private boolean isReleasedLate(LoopbackServer server) {
        try {
            assertThat(server.isClosedWithin(DEADLINE.toMillis() * 3)).isFalse();
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Fault("M4")
    void aProviderThatNeverRespondsOccupiesALimitedNumberOfThreads() throws IOException, InterruptedException {
        ManualClock clock = ManualClock.start();
        CountDownLatch requests = new CountDownLatch(70);
        List<CompletableFuture<TokenOutcome>> calls = new ArrayList<>();
        try (LoopbackServer server = new LoopbackServer((it, socket, out) -> {
            requests.countDown();
            it.isClosedWithin(20_000);
        })) {
            for (int i = 0; i < 70; i++) {
                CompletableFuture<TokenOutcome> call = new CompletableFuture<>();
                calls.add(call);
                RefreshCaller caller = RefreshCaller.at(acme, server)
                        .readingUntil(Duration.ofSeconds(25))
                        .by(clock);
                Thread thread = new Thread(() -> call.complete(caller.refresh()), "caller-" + i);
                thread.setDaemon(true);
                thread.start();
            }
            assertThat(requests.await(20, TimeUnit.SECONDS)).isTrue();

            clock.advance(Duration.ofSeconds(20));

            List<TokenOutcome> outcomes = calls.stream()
                    .map(call -> call.orTimeout(20, TimeUnit.SECONDS).join())
                    .toList();
            assertThat(outcomes).filteredOn(Overdue.class::isInstance).hasSize(64);
            assertThat(outcomes).filteredOn(MaybeSent.class::isInstance).hasSize(6);
        }
    }

    private TokenOutcome refresh(LoopbackServer server) {
        return RefreshCaller.at(acme, server)
                .within(DEADLINE)
                .readingUntil(LIMIT)
                .refresh();
    }

    private static TokenOutcome end(Overdue outcome) {
        return outcome.late()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private LoopbackServer respondingLate(String response) throws IOException {
        return new LoopbackServer((server, socket, out) -> {
            boolean isOpen = true;
            while (isOpen && arrival.getCount() > 0) {
                isOpen = !server.isClosedWithin(10);
            }
            out.write(response.getBytes(UTF_8));
        });
    }
}
