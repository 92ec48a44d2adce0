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
 *   <li>A rate limit concerns the client, unless only that account receives it, repeatedly or while others are accepted.
 *       If the provider asks for a pause of more than five minutes, that pause is the account's, and the client pauses
 *       for five minutes.
 *   <li>A rejection of the client concerns the client if two accounts in a row receive it with no success in between,
 *       or if no account has been accepted since the start.
 *   <li>It concerns the account if only that account receives it, repeatedly or while others are accepted: some
 *       providers report an invalid grant that way.
 *   <li>A call that ends without a response after a long time is no refusal. If that happens to several accounts in a
 *       row with no response in between, the client is suspended too, for a minute at most.
 * </ul>
 *
 * <p>While the client is suspended, no calls are made. After that one account at a time probes it: a success opens the
 * client for all accounts, a refusal suspends it for longer. One refusal suspends the client for at most five minutes,
 * and there is a probe at least every fifteen minutes, whatever time the provider asks for. So a provider that limits
 * one account holds back the others for a few minutes, and one that limits the client is called four times in an hour.
 * An account that was asked to pause for longer keeps to that time by its own failure memory and does not probe, even
 * if it is the only account of the client. The state is kept in memory, separately in each process.
 * Thread-safe, without locks.
 */
public final class ClientHealth {

    /** The longest suspension after calls that time out: the provider may respond again at any time. */
    private static final Duration LONGEST_TIMEOUT_PAUSE = Duration.ofMinutes(1);

    private static final String NO_RESPONSE = "the provider did not respond to the calls of several accounts in a row";

    private final Backoff backoff;
    private final ClientLog log;
    private final TimeoutStreak timeouts = new TimeoutStreak();
    private final AtomicReference<ClientState> state = new AtomicReference<>(ClientState.UNTRIED);

    /**
     * The reason why no account of the client may call. Immutable.
     *
     * @param problem the problem that the provider reported
     * @param detail the cause in one sentence
     * @param since the time of the first refusal since the last success
     * @param until no calls are made before this time
     */
    public record Suspension(Problem problem, String detail, Instant since, Instant until) {

        Suspension notAfter(Instant latest) {
            return until.isAfter(latest) ? until(latest) : this;
        }

        Suspension notBefore(Instant earliest) {
            return until.isBefore(earliest) ? until(earliest) : this;
        }

        Suspension until(Instant moment) {
            return new Suspension(problem, detail, since, moment);
        }

        Suspension since(Instant moment) {
            return new Suspension(problem, detail, moment, until);
        }
    }

    /** Whether a refusal concerns the client or the account. Immutable. */
    public enum Blame {
        /** The client: this breaker handles it, and the account keeps its state and its failure memory. */
        CLIENT,
        /** The account: its own failure memory handles it. */
        ACCOUNT,
        /** The client for a few minutes, and the account, whose failure memory keeps the time that it was asked for. */
        BOTH
    }

    /** Creates the health of a client whose changes are not logged. */
    public ClientHealth(Backoff backoff) {
        this(backoff, ClientLog.none());
    }

    public ClientHealth(Backoff backoff, ClientLog log) {
        this.backoff = backoff;
        this.log = log;
    }

    /** Returns why the client is suspended at {@code now}; empty if it is open or due for a probe. */
    public Optional<Suspension> suspension(Instant now) {
        return current().suspension(now);
    }

    /**
     * Returns why the client is not open, even if it is due for a probe: until a call succeeds, the last refusal
     * applies. Empty if the client is open.
     */
    public Optional<Suspension> refusal() {
        return current().why();
    }

    /** Returns whether the client is open. A call that is allowed while it is not open is the probe. */
    public boolean isOpen() {
        return current().isOpen();
    }

    /**
     * Returns whether the account may call now. If the client was suspended, the account is the probe and reports the
     * outcome by {@link #succeeded}, {@link #rejected}, {@link #paused} or {@link #undecided}.
     */
    public boolean tryProbe(TokenKey key, Instant now) {
        while (true) {
            ClientState before = current();
            if (before.isOpen()) {
                return true;
            }
            if (before.suspension(now).isPresent()) {
                return false;
            }
            if (state.compareAndSet(before, before.probed(key, now))) {
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
            case RATE_LIMITED -> limited(key, verdict, now);
            case CLIENT_INVALID, APP_BLOCKED -> refused(key, verdict, now);
            case GRANT_DEAD, ACCOUNT_UNUSABLE -> {
                succeeded(key);
                yield Blame.ACCOUNT;
            }
            case TRANSIENT, SCOPE_INVALID, NOT_YET, UNKNOWN -> {
                undecided(key);
                yield Blame.ACCOUNT;
            }
        };
    }

    /**
     * Suspends the client until the given time, or leaves it suspended for longer. The caller makes sure that the time
     * is plausible.
     */
    public void paused(Instant until, Problem problem, String detail, Instant now) {
        change(before -> before.paused(new Suspension(problem, detail, now, until)));
    }

    /** Records that the provider accepted the client, and opens it unless a pause is not over yet. */
    public void succeeded(TokenKey key) {
        timeouts.end();
        ClientState before = current();
        while (!moved(before, before.accepted(key))) {
            before = current();
        }
    }

    /**
     * Records that a call of this account was inconclusive about the client. If it was the probe, the next account may
     * probe.
     */
    public void undecided(TokenKey key) {
        change(before -> before.undecided(key));
    }

    /**
     * Records that a call ended without a response after a long time. Shuts the client if that happened to several
     * accounts in a row, or to the probe of a client that was suspended for that reason.
     *
     * @param probe whether the call was the probe
     */
    public void timedOut(TokenKey key, boolean probe, Instant now) {
        boolean several = timeouts.add(key);
        change(before -> {
            boolean again = probe && before.isShutBy(NO_RESPONSE);
            if (again || (several && before.isOpen())) {
                return withoutResponse(before.counted(key, now), now);
            }
            return probe ? before.undecided(key) : before;
        });
    }

    private ClientState withoutResponse(ClientState counted, Instant now) {
        Instant own = backoff.next(counted.inARow(), Optional.empty(), now);
        Instant latest = now.plus(LONGEST_TIMEOUT_PAUSE);
        Instant until = own.isBefore(latest) ? own : latest;
        return counted.refused(new Suspension(Problem.NETWORK, NO_RESPONSE, now, until), now);
    }

    private Blame limited(TokenKey key, TokenVerdict verdict, Instant now) {
        boolean isLong = verdict.until()
                .filter(now.plus(ClientState.LONGEST_PAUSE)::isBefore)
                .isPresent();
        while (true) {
            ClientState before = current();
            ClientState counted = before.counted(key, now);
            Suspension suspension = suspension(counted, verdict, now);
            Blame blame = before.blameForLimit(key, isLong);
            ClientState after = blame == Blame.ACCOUNT
                    ? before.limiting(key, suspension.until()).undecided(key)
                    : counted.limiting(key, suspension.until()).limited(key, suspension, now);
            if (moved(before, after)) {
                return blame;
            }
        }
    }

    private Blame refused(TokenKey key, TokenVerdict verdict, Instant now) {
        while (true) {
            ClientState before = current();
            Blame blame = before.blame(key);
            ClientState after;
            if (blame == Blame.ACCOUNT) {
                after = before.suspecting(key).undecided(key);
            } else {
                ClientState counted = before.counted(key, now);
                after = counted.suspecting(key).refused(suspension(counted, verdict, now), now);
            }
            if (moved(before, after)) {
                return blame;
            }
        }
    }

    private Suspension suspension(ClientState counted, TokenVerdict verdict, Instant now) {
        Instant until = backoff.next(counted.inARow(), verdict.until(), now);
        return new Suspension(verdict.problem(), verdict.detail(), now, until);
    }

    private ClientState current() {
        return Objects.requireNonNull(state.get());
    }

    private void change(UnaryOperator<ClientState> step) {
        while (true) {
            ClientState before = current();
            if (moved(before, step.apply(before))) {
                return;
            }
        }
    }

    private boolean moved(ClientState before, ClientState after) {
        boolean moved = state.compareAndSet(before, after);
        if (moved) {
            log.changed(before.why(), after.why());
        }
        return moved;
    }
}
