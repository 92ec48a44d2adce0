package dev.evertoken.background;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** One call of {@code runOnce}. The tally is used on the thread of the {@link Loop} only; the future is thread-safe. */
record Round(Instant deadline, Tally tally, CompletableFuture<SweepReport> report) {

    static Round until(Instant deadline) {
        return new Round(deadline, new Tally(), new CompletableFuture<>());
    }

    void end(SweepReport result) {
        report.complete(result);
    }
}
