package dev.evertoken;

import dev.evertoken.internal.record.LogLine;
import dev.evertoken.internal.transfer.AccountTransfer;
import dev.evertoken.internal.transfer.TransferContext;
import dev.evertoken.internal.transfer.TransferDirection;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.model.TransferReport;
import dev.evertoken.model.TransferReport.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
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
 * Copies or moves the accounts of one store to another: see {@link Tokens#importFrom} and {@link Tokens#exportTo}.
 *
 * <p>Every account is transferred separately: whatever stops the transfer, an account is either in the target or still
 * in the source, and running the transfer again continues with the remaining ones. Newer data is never overwritten with
 * older data. If a store is unavailable, the transfer waits as long as a caller would wait for another process.
 *
 * <p>Not thread-safe, and must not be reused after {@link #copy} or {@link #move}.
 */
public final class Transfer {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    private final TransferContext context;
    private final TransferDirection direction;
    private KeyRing otherKeys;
    private Predicate<TokenKey> wanted = key -> true;
    private Consumer<Progress> listener = progress -> {};

    /**
     * The progress of a transfer. Immutable.
     *
     * @param done the number of accounts that have been processed
     * @param total the number of accounts in the source
     * @param row the most recently processed account
     */
    public record Progress(int done, int total, TransferReport.Row row) {}

    Transfer(TransferContext context, TransferDirection direction) {
        this.context = context;
        this.direction = direction;
        this.otherKeys = context.keys();
    }

    /** Sets the key ring of the other store if it differs from that of this {@link Tokens}. */
    public Transfer otherKeys(KeyRing keys) {
        otherKeys = Objects.requireNonNull(keys);
        return this;
    }

    /** Limits the transfer to some accounts. */
    public Transfer accounts(Predicate<TokenKey> which) {
        wanted = Objects.requireNonNull(which);
        return this;
    }

    /**
     * Sets a progress listener. It is called after each account, on the thread of the transfer; an exception of the
     * listener ends the transfer.
     */
    public Transfer onProgress(Consumer<Progress> consumer) {
        listener = Objects.requireNonNull(consumer);
        return this;
    }

    /**
     * Copies the accounts, so that both stores have them. Intended for a backup, or for a store that replaces one that
     * is no longer in use. If two applications used both stores, they would use the same refresh tokens, and the first
     * rotation on one side would be lost to the other.
     *
     * @throws IllegalStateException if the target would contain the tokens in clear text
     * @throws TokenStoreException if the accounts of the source cannot be listed
     */
    public TransferReport copy() {
        return run(false);
    }

    /**
     * Moves the accounts while applications keep running. Each account is claimed in the source so that no process
     * refreshes it there, written to the target, and removed from the source. During the transfer, applications that
     * use the source get its valid access tokens, wait for claimed accounts, and then find the account not connected.
     *
     * <p>If a transfer is interrupted, the account that it has claimed stays claimed for a week unless the transfer is
     * run again.
     *
     * @throws IllegalStateException if the target would contain the tokens in clear text
     * @throws TokenStoreException if the accounts of the source cannot be listed
     */
    public TransferReport move() {
        return run(true);
    }

    private TransferReport run(boolean moving) {
        AccountTransfer step = context.step(direction, otherKeys, moving);
        Deque<TokenKey> waiting = new ArrayDeque<>(keys(step));
        Run run = new Run(waiting.size());
        log.info("{} accounts will be {}", run.total, moving ? "moved" : "copied");
        while (!waiting.isEmpty()) {
            List<TokenKey> busy = round(step, waiting, run);
            boolean isDone = busy.isEmpty() && waiting.isEmpty();
            if (!isDone && !(run.hasTimeLeft() && run.pause())) {
                busy.forEach(key -> run.settled(new TransferReport.Row(key, Outcome.BUSY, Optional.empty())));
                break;
            }
            waiting.addAll(busy);
        }
        TransferReport report = run.report();
        log.info("{} of {} accounts: {}", report.isComplete() ? "all" : "not all", run.total, report.counts());
        return report;
    }

    /** Transfers the waiting accounts one after the other until a store fails; returns the accounts that are busy. */
    private List<TokenKey> round(AccountTransfer step, Deque<TokenKey> waiting, Run run) {
        List<TokenKey> busy = new ArrayList<>();
        while (!waiting.isEmpty()) {
            TokenKey key = waiting.element();
            TransferReport.Row row;
            try {
                row = step.transfer(key);
            } catch (TokenStoreException e) {
                log.warn("{}: a store failed, trying again: {}", key, LogLine.reason(e));
                run.failure = Optional.of(e);
                return busy;
            }
            waiting.remove();
            if (row.outcome() == Outcome.BUSY) {
                busy.add(key);
            } else {
                run.settled(row);
            }
        }
        return busy;
    }

    private List<TokenKey> keys(AccountTransfer step) {
        try (Stream<TokenKey> keys = step.keys()) {
            return keys.filter(wanted).toList();
        }
    }

    /** The progress of one run, and since when there has been none. */
    private final class Run {
        private final int total;
        private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        private final List<TransferReport.Row> open = new ArrayList<>();
        private Optional<TokenException> failure = Optional.empty();
        private long sinceNanos = context.time().nanos();
        private int pauses;
        private int done;

        Run(int total) {
            this.total = total;
        }

        void settled(TransferReport.Row row) {
            counts.merge(row.outcome(), 1, Integer::sum);
            if (!row.outcome().isSettled()) {
                open.add(row);
            }
            done++;
            pauses = 0;
            sinceNanos = context.time().nanos();
            if (row.outcome() != Outcome.BUSY) {
                failure = Optional.empty();
            }
            listener.accept(new Progress(done, total, row));
        }

        boolean hasTimeLeft() {
            return Duration.ofNanos(context.time().nanos() - sinceNanos).compareTo(context.patience()) < 0;
        }

        /** Returns false if this thread should stop. */
        boolean pause() {
            return context.pause(++pauses);
        }

        TransferReport report() {
            return new TransferReport(total, counts, open, failure);
        }
    }
}
