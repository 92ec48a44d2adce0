package dev.evertoken;

import dev.evertoken.internal.record.LogLine;
import dev.evertoken.internal.transfer.AccountReseal;
import dev.evertoken.internal.transfer.TransferContext;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.ResealReport;
import dev.evertoken.model.ResealReport.Outcome;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals the records of a store with the first key of the key ring, see {@link Tokens#reseal}.
 *
 * <p>Each record is replaced by one compare-and-set; its grant, generation, claim and times do not change. Applications
 * can run at the same time. A record that is being refreshed is tried again at the end. A run that stopped early can be
 * repeated: it does not write the records that already have the current key. The accounts are read one after the other
 * and are not kept in memory. If the store is unavailable, the run waits as long as a caller would wait for another
 * process.
 *
 * <p>Not thread-safe, and must not be reused after {@link #run}.
 */
public final class Reseal {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    /** The number of consecutive accounts for which the store fails before the run waits for it. */
    private static final int OUTAGE = 3;

    private static final int MOST_WAITING = 10_000;

    private final TransferContext context;
    private Predicate<TokenKey> wanted = key -> true;
    private Consumer<Progress> listener = progress -> {};

    /**
     * The progress of a run. Immutable.
     *
     * @param done the number of accounts that have been processed
     * @param row the most recently processed account
     */
    public record Progress(long done, ResealReport.Row row) {}

    Reseal(TransferContext context) {
        this.context = context;
    }

    /** Limits the run to some accounts. */
    public Reseal accounts(Predicate<TokenKey> which) {
        wanted = Objects.requireNonNull(which);
        return this;
    }

    /**
     * Sets a progress listener. It is called after each account, on the thread of the run; an exception of the listener
     * ends the run.
     */
    public Reseal onProgress(Consumer<Progress> consumer) {
        listener = Objects.requireNonNull(consumer);
        return this;
    }

    /**
     * Seals all records that are sealed with a key other than the first one or in an earlier format, and records in
     * clear text if they are accepted ({@link TokensBuilder#allowClearText}). Ends early if this thread is interrupted
     * or these tokens are closed; the interrupt status stays set.
     *
     * @throws IllegalStateException without a key ring
     */
    public ResealReport run() {
        AccountReseal step = context.reseal();
        Run run = new Run(step);
        run.readAll();
        run.readWaiting();
        ResealReport report = run.report();
        log.info("{} accounts are sealed again: {}", report.isComplete() ? "all" : "not all", report.counts());
        return report;
    }

    /** One run, with the time of its last progress. */
    private final class Run {
        private final AccountReseal step;
        private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
        private final List<ResealReport.Row> unsettled = new ArrayList<>();
        private final Map<TokenKey, ResealReport.Row> waiting = new LinkedHashMap<>();
        private Optional<TokenException> failure = Optional.empty();
        private long sinceNanos = context.time().nanos();
        private int failuresInARow;
        private int pauses;
        private long done;
        private boolean reachedAll;

        Run(AccountReseal step) {
            this.step = step;
        }

        void readAll() {
            try (Stream<TokenKey> keys = step.keys()) {
                Iterator<TokenKey> all = keys.filter(wanted).iterator();
                boolean readSoFar = true;
                while (readSoFar && all.hasNext()) {
                    readSoFar = !isCancelled() && read(all.next());
                }
                reachedAll = readSoFar;
            } catch (TokenStoreException e) {
                log.warn("the accounts cannot be listed, run it again to continue: {}", LogLine.reason(e));
                failure = Optional.of(e);
            }
        }

        /** Returns false if the store has been failing for too long. */
        private boolean read(TokenKey key) {
            attempt(key);
            return failuresInARow < OUTAGE || (hasTimeLeft() && pause());
        }

        /** Repeats the accounts that were being refreshed, and those for which the store failed. */
        void readWaiting() {
            while (reachedAll && !isCancelled() && !waiting.isEmpty() && hasTimeLeft() && pause()) {
                failuresInARow = 0;
                for (TokenKey key : List.copyOf(waiting.keySet())) {
                    if (failuresInARow < OUTAGE && !isCancelled()) {
                        waiting.remove(key);
                        attempt(key);
                    }
                }
            }
            waiting.values().forEach(this::settled);
        }

        private void attempt(TokenKey key) {
            ResealReport.Row row;
            boolean mayChange;
            try {
                row = step.reseal(key);
                mayChange = row.outcome() == Outcome.BUSY;
                failuresInARow = 0;
            } catch (TokenStoreException e) {
                log.warn("{}: the store failed: {}", key, LogLine.reason(e));
                row = new ResealReport.Row(key, Outcome.FAILED, Optional.of(e));
                failure = row.problem();
                mayChange = true;
                failuresInARow++;
            }
            if (mayChange && waiting.size() < MOST_WAITING) {
                waiting.put(key, row);
            } else {
                settled(row);
            }
        }

        private void settled(ResealReport.Row row) {
            counts.merge(row.outcome(), 1L, Long::sum);
            if (!row.outcome().isSettled() && unsettled.size() < ResealReport.MOST_ROWS) {
                unsettled.add(row);
            }
            done++;
            pauses = 0;
            sinceNanos = context.time().nanos();
            listener.accept(new Progress(done, row));
        }

        private boolean hasTimeLeft() {
            return Duration.ofNanos(context.time().nanos() - sinceNanos).compareTo(context.patience()) < 0;
        }

        private boolean isCancelled() {
            return context.closing().isDone() || Thread.currentThread().isInterrupted();
        }

        private boolean pause() {
            return context.pause(++pauses);
        }

        ResealReport report() {
            return new ResealReport(counts, unsettled, reachedAll, reachedAll ? Optional.empty() : failure);
        }
    }
}
