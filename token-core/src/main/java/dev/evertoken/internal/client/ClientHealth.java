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
 * One breaker for all accounts of a registration: wrong credentials and rate limits are the client's, so one
 * refusal spares the other accounts theirs, and no account is marked for it.
 *
 * <p>Whose fault is it?
 *
 * <ul>
 *   <li>A rate limit is always the client's.
 *   <li>"Wrong client" is the client's if two accounts in a row hear it with no success between, or if no
 *       account has been accepted since the start.
 *   <li>It is the account's if only that one hears it, again and again or while others are accepted: some
 *       providers say it of a dead grant.
 * </ul>
 *
 * While shut nobody calls. After that one account at a time probes: its success opens the client to all, its
 * refusal shuts it for longer. Kept in memory: each process finds out for itself. Thread-safe, without locks.
 */
public final class ClientHealth {

    /** A probe that has told nothing for so long is given up, and another account may probe. */
    static final Duration PROBE_PATIENCE = Duration.ofMinutes(1);

    private final Backoff backoff;
    private final AtomicReference<ClientState> state = new AtomicReference<>(ClientState.UNTRIED);

    /**
     * Why no account of the client may call. Immutable.
     *
     * @param problem what the provider said of the client
     * @param detail the case in one sentence
     * @param until nobody calls before then
     */
    public record Shut(Problem problem, String detail, Instant until) {}

    /** Whose fault a refusal is. Immutable. */
    public enum Blame {
        /** The client's: this breaker deals with it, the account keeps its state and its failure memory. */
        CLIENT,
        /** The account's: its own failure memory deals with it. */
        ACCOUNT
    }

    public ClientHealth(Backoff backoff) {
        this.backoff = backoff;
    }

    /** Returns why the client is shut at {@code now}, empty if it is open or due for a probe. */
    public Optional<Shut> shut(Instant now) {
        return current().shut(now);
    }

    /** Tells whether anybody may call: a call that is allowed while it is not is the probe. */
    public boolean isOpen() {
        return current().isOpen();
    }

    /**
     * Returns true if the caller may call now. If the client was shut, the caller is the one that probes and tells
     * the outcome by {@link #succeeded}, {@link #rejected}, {@link #paused} or {@link #undecided}.
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
     * Notes what the provider refused, and says whose fault it is.
     *
     * <p>A refusal that comes after the client's credentials were accepted, as that of a dead grant, is good news
     * here.
     */
    public Blame rejected(TokenKey key, TokenVerdict verdict, Instant now) {
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

    /** Shuts the client until a told time, or leaves it shut for longer. The caller sees to it that the time is sane. */
    public void paused(Instant until, Problem problem, String detail) {
        change(before -> before.paused(new Shut(problem, detail, until)));
    }

    /** Notes that the provider accepted the client: opens it, but for a pause that is not over yet. */
    public void succeeded(TokenKey key) {
        change(before -> before.accepted(key));
    }

    /** Notes that a probe ended without a word about the client: the next account may probe. */
    public void undecided() {
        change(ClientState::undecided);
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
