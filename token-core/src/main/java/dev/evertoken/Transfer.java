package dev.evertoken;

import dev.evertoken.internal.transfer.AccountTransfer;
import dev.evertoken.internal.transfer.TransferContext;
import dev.evertoken.internal.transfer.TransferDirection;
import dev.evertoken.model.KeyRing;
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
 * The accounts of one store on their way to another: see {@link Tokens#importFrom} and {@link Tokens#exportTo}.
 *
 * <p>Every account is a step of its own: it is either there or still where it was, whatever stops the transfer, and
 * running it again goes on with what is missing. Nothing older is ever written over something newer. A store that does
 * not answer is waited for, as long as a caller would wait for a peer.
 *
 * <p>Not thread-safe, and not to be used again after {@link #copy} or {@link #move}.
 */
public final class Transfer {

    private static final Logger log = LoggerFactory.getLogger(Transfer.class);

    private final TransferContext context;
    private final TransferDirection direction;
    private KeyRing otherKeys;
    private Predicate<TokenKey> wanted = key -> true;
    private Consumer<Progress> listener = progress -> {};

    /**
     * How far a transfer has come. Immutable.
     *
     * @param done accounts that were looked at to the end
     * @param total accounts of the source
     * @param row the last one of them
     */
    public record Progress(int done, int total, TransferReport.Row row) {}

    Transfer(TransferContext context, TransferDirection direction) {
        this.context = context;
        this.direction = direction;
        this.otherKeys = context.keys();
    }

    /** Sets the key ring of the other store, if it is not the one of these tokens. */
    public Transfer otherKeys(KeyRing keys) {
        otherKeys = Objects.requireNonNull(keys);
        return this;
    }

    /** Transfers these accounts only. */
    public Transfer accounts(Predicate<TokenKey> which) {
        wanted = Objects.requireNonNull(which);
        return this;
    }

    /** Tells how far it has come, after each account and on the thread of the transfer; what it throws ends that. */
    public Transfer onProgress(Consumer<Progress> told) {
        listener = Objects.requireNonNull(told);
        return this;
    }

    /**
     * Copies: both stores have the accounts then. For a backup, and for a store that takes over from one that nobody
     * uses any more. Two applications that use both would spend the same refresh tokens, and the first rotation on
     * either side is lost to the other.
     *
     * @throws IllegalStateException if the target would have the tokens in clear text
     * @throws TokenStoreException if the source cannot even be listed
     */
    public TransferReport copy() {
        return run(false);
    }

    /**
     * Moves while applications go on: each account is held in the source, so that nobody refreshes it there, written to
     * the target, and removed from the source. Whoever uses the source meanwhile is served its valid access tokens,
     * waits for what is held, and then finds the account not connected.
     *
     * <p>An account that a transfer was holding when it was cut off stays held for {@link AccountTransfer#HOLD a week}
     * unless the transfer is run again.
     *
     * @throws IllegalStateException if the target would have the tokens in clear text
     * @throws TokenStoreException if the source cannot even be listed
     */
    public TransferReport move() {
        return run(true);
    }

    private TransferReport run(boolean moving) {
        AccountTransfer step = context.step(direction, otherKeys, moving);
        Deque<TokenKey> waiting = new ArrayDeque<>(keys(step));
        Run run = new Run(waiting.size());
        log.info("{} accounts are to be {}", run.total, moving ? "moved" : "copied");
        while (!waiting.isEmpty()) {
            List<TokenKey> busy = round(step, waiting, run);
            boolean through = busy.isEmpty() && waiting.isEmpty();
            boolean goesOn = through || (run.isPatient() && run.pause());
            if (!goesOn) {
                busy.forEach(key -> run.settled(new TransferReport.Row(key, Outcome.BUSY, Optional.empty())));
                break;
            }
            waiting.addAll(busy);
        }
        TransferReport report = run.report();
        log.info("{} of {} accounts: {}", report.isComplete() ? "all" : "not all", run.total, report.counts());
        return report;
    }

    /** Takes what waits one after the other until the store is in trouble; returns what is busy. */
    private List<TokenKey> round(AccountTransfer step, Deque<TokenKey> waiting, Run run) {
        List<TokenKey> busy = new ArrayList<>();
        while (!waiting.isEmpty()) {
            TokenKey key = waiting.element();
            TransferReport.Row row;
            try {
                row = step.transfer(key);
            } catch (TokenStoreException e) {
                log.warn("{}: a store is in trouble, trying again", key, e);
                run.trouble = Optional.of(e);
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

    /** What has been done so far, and for how long nothing went on. */
    private final class Run {
        private final int total;
        private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        private final List<TransferReport.Row> open = new ArrayList<>();
        private Optional<TokenException> trouble = Optional.empty();
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
                trouble = Optional.empty();
            }
            listener.accept(new Progress(done, total, row));
        }

        boolean isPatient() {
            return Duration.ofNanos(context.time().nanos() - sinceNanos).compareTo(context.patience()) < 0;
        }

        /** Returns false if this thread is to stop. */
        boolean pause() {
            return context.pause(++pauses);
        }

        TransferReport report() {
            return new TransferReport(total, counts, open, trouble);
        }
    }
}
