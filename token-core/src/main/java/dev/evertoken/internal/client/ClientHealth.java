package dev.evertoken.internal.client;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.TokenVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * The breaker for all accounts of a registration. Wrong credentials and rate limits concern the client, so one refusal
 * holds back the calls of the other accounts, and no account is marked for it.
 *
 * <p>A refusal is attributed as follows:
 *
 * <ul>
 *   <li>A rate limit always concerns the client.
 *   <li>A rejection of the client concerns the client if two accounts in a row receive it with no success in between,
 *       or if no account has been accepted since the start.
 *   <li>It concerns the account if only that account receives it, repeatedly or while others are accepted: some
 *       providers report an invalid grant that way.
 *   <li>A call that ends without a response after a long time is no refusal. If that happens to several accounts in a
 *       row with no response in between, the client is shut too, for a minute at most.
 * </ul>
 *
 * <p>While the client is shut, no calls are made. After that one account at a time probes it: a success opens the
 * client for all accounts, a refusal shuts it for longer. The state is kept in memory, separately in each process.
 * Thread-safe, without locks.
 */
public final class ClientHealth {

    /** The time after which a probe without a result is abandoned, so that another account may probe. */
    static final Duration PROBE_PATIENCE = Duration.ofMinutes(1);

    /** The longest time for which calls that time out shut the client: the provider may respond again at any time. */
    private static final Duration LONGEST_TIMEOUT_PAUSE = Duration.ofMinutes(1);

    private static final String NO_RESPONSE = "the provider did not respond to the calls of several accounts in a row";

    private final Backoff backoff;
    private final TimeoutStreak timeouts = new TimeoutStreak();
    private final AtomicReference<ClientState> state = new AtomicReference<>(ClientState.UNTRIED);

    /**
     * The reason why no account of the client may call. Immutable.
     *
     * @param problem the problem that the provider reported
     * @param detail the cause in one sentence
     * @param until no calls are made before this time
     */
    public record Shut(Problem problem, String detail, Instant until) {}

    /** Whether a refusal concerns the client or the account. Immutable. */
    public enum Blame {
        /** The client: this breaker handles it, and the account keeps its state and its failure memory. */
        CLIENT,
        /** The account: its own failure memory handles it. */
        ACCOUNT
    }

    public ClientHealth(Backoff backoff) {
        this.backoff = backoff;
    }

    /** Returns why the client is shut at {@code now}; empty if it is open or due for a probe. */
    public Optional<Shut> shut(Instant now) {
        return current().shut(now);
    }

    /** Returns whether the client is open. A call that is allowed while it is not open is the probe. */
    public boolean isOpen() {
        return current().isOpen();
    }

    /**
     * Returns whether the caller may call now. If the client was shut, the caller is the probe and reports the outcome
     * by {@link #succeeded}, {@link #rejected}, {@link #paused} or {@link #undecided}.
     */
    public boolean tryProbe(Instant now) {
        while (true) {
            ClientState before = current();
            if (before.isOpen()) {
                return true;
            }
            if (before.shut(now).isPresent()) {
                return false;
            }
            if (state.compareAndSet(before, before.probed(now.plus(PROBE_PATIENCE)))) {
                return true;
            }
        }
    }

    /**
     * Records a refusal, and returns whether it concerns the client or the account.
     *
     * <p>A refusal that proves that the client's credentials were accepted, such as that of an invalid grant, counts as
     * a success of the client.
     */
    public Blame rejected(TokenKey key, TokenVerdict verdict, Instant now) {
        timeouts.end();
        return switch (verdict.kind()) {
            case RATE_LIMITED -> limited(verdict, now);
            case CLIENT_INVALID, APP_BLOCKED -> refused(key, verdict, now);
            case GRANT_DEAD, ACCOUNT_UNUSABLE -> {
                succeeded(key);
                yield Blame.ACCOUNT;
            }
            case TRANSIENT, SCOPE_INVALID, NOT_YET, UNKNOWN -> {
                undecided();
                yield Blame.ACCOUNT;
            }
        };
    }

    /**
     * Shuts the client until the given time, or leaves it shut for longer. The caller makes sure that the time is
     * plausible.
     */
    public void paused(Instant until, Problem problem, String detail) {
        change(before -> before.paused(new Shut(problem, detail, until)));
    }

    /** Records that the provider accepted the client, and opens it unless a pause is not over yet. */
    public void succeeded(TokenKey key) {
        timeouts.end();
        change(before -> before.accepted(key));
    }

    /** Records that a probe was inconclusive about the client, so that the next account may probe. */
    public void undecided() {
        change(ClientState::undecided);
    }

    /**
     * Records that a call ended without a response after a long time. Shuts the client if that happened to several
     * accounts in a row, or to the probe of a client that was shut for that reason.
     *
     * @param probe whether the call was the probe
     */
    public void timedOut(TokenKey key, boolean probe, Instant now) {
        boolean several = timeouts.add(key);
        change(before -> {
            boolean again = probe && before.isShutBy(NO_RESPONSE);
            if (again || (several && before.isOpen())) {
                return withoutResponse(before.counted(now), now);
            }
            return probe ? before.undecided() : before;
        });
    }

    private ClientState withoutResponse(ClientState counted, Instant now) {
        Instant own = backoff.next(counted.inARow(), Optional.empty(), now);
        Instant latest = now.plus(LONGEST_TIMEOUT_PAUSE);
        return counted.refused(new Shut(Problem.NETWORK, NO_RESPONSE, own.isBefore(latest) ? own : latest));
    }

    private Blame limited(TokenVerdict verdict, Instant now) {
        change(before -> before.counted(now).paused(shut(before.counted(now), verdict, now)));
        return Blame.CLIENT;
    }

    private Blame refused(TokenKey key, TokenVerdict verdict, Instant now) {
        while (true) {
            ClientState before = current();
            Blame blame = before.blame(key);
            ClientState after;
            if (blame == Blame.ACCOUNT) {
                after = before.suspecting(key).undecided();
            } else {
                ClientState counted = before.counted(now);
                after = counted.suspecting(key).refused(shut(counted, verdict, now));
            }
            if (state.compareAndSet(before, after)) {
                return blame;
            }
        }
    }

    private Shut shut(ClientState counted, TokenVerdict verdict, Instant now) {
        return new Shut(verdict.problem(), verdict.detail(), backoff.next(counted.inARow(), verdict.until(), now));
    }

    private ClientState current() {
        return Objects.requireNonNull(state.get());
    }

    private void change(UnaryOperator<ClientState> step) {
        while (true) {
            ClientState before = current();
            ClientState after = step.apply(before);
            if (after.equals(before) || state.compareAndSet(before, after)) {
                return;
            }
        }
    }
}
