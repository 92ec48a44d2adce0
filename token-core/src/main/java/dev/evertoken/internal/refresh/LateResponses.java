package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.Settings;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.TokenOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls whose response has not arrived by the call deadline and is read on. The claim of such a call stays in the
 * record, so that no process sends the refresh token again.
 *
 * <p>The attempt goes on when the call has its final outcome, on a thread that saves responses and not on one that runs
 * cycles. A refresher that never ends a call does not hold it beyond the end of the claim. Thread-safe.
 */
public final class LateResponses {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);

    private final Executor saving;
    private final Timekeeper time;
    private final Settings settings;
    private final Consumer<TokenEvent> tell;
    private final ConcurrentMap<RefreshAttempt, CompletableFuture<@Nullable Void>> awaited = new ConcurrentHashMap<>();

    /** @param saving runs the rest of an attempt, which writes to the journal and the store */
    public LateResponses(Executor saving, Timekeeper time, Settings settings, Consumer<TokenEvent> tell) {
        this.saving = saving;
        this.time = time;
        this.settings = settings;
        this.tell = tell;
    }

    /**
     * Continues an attempt when its call has its final outcome; returns at once.
     *
     * @param continuation receives the attempt that goes on, and the outcome, which is not overdue
     */
    void await(
            RefreshAttempt attempt,
            TokenOutcome.Overdue overdue,
            BiConsumer<RefreshAttempt, TokenOutcome> continuation) {
        List<TokenEvent> events = new ArrayList<>();
        RefreshAttempt reader = attempt.continued(events::add);
        CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
        awaited.put(reader, ended);
        TokenOutcome none = new TokenOutcome.MaybeSent(overdue.verdict());
        CompletableFuture<TokenOutcome> outcome = new CompletableFuture<>();
        Timekeeper.Scheduled claimEnds = time.schedule(left(reader), () -> outcome.complete(none));
        CompletableFuture<?> unused = outcome.whenComplete((late, failure) -> {
            claimEnds.cancel();
            execute(() -> end(reader, events, ended, () -> continuation.accept(reader, late)));
        });
        overdue.late().whenComplete((late, failure) -> outcome.complete(isFinal(late) ? late : none));
    }

    private static boolean isFinal(@Nullable TokenOutcome late) {
        return late != null && !(late instanceof TokenOutcome.Overdue);
    }

    private Duration left(RefreshAttempt attempt) {
        return settings.claimDuration().minusNanos(time.nanos() - attempt.claimedNanos());
    }

    private void execute(Runnable task) {
        try {
            saving.execute(task);
        } catch (RuntimeException e) {
            log.warn("no thread is available to save a late response; it is saved on another one", e);
            task.run();
        }
    }

    private void end(
            RefreshAttempt attempt,
            List<TokenEvent> events,
            CompletableFuture<@Nullable Void> ended,
            Runnable continuation) {
        try (attempt) {
            continuation.run();
        } catch (TokenException e) {
            log.debug("{}: a late response brought no token", attempt.key(), e);
        } catch (RuntimeException e) {
            log.warn("{}: a late response could not be handled; its claim will lapse", attempt.key(), e);
        } finally {
            events.forEach(tell);
            awaited.remove(attempt);
            ended.complete(null);
        }
    }

    /** Returns a future that completes when every call that is now read on has ended and its outcome is recorded. */
    public CompletableFuture<Void> allEnded() {
        return CompletableFuture.allOf(awaited.values().toArray(CompletableFuture<?>[]::new));
    }
}
