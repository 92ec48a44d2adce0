package dev.evertoken.internal.client;

import dev.evertoken.internal.client.ClientHealth.Blame;
import dev.evertoken.internal.client.ClientHealth.Shut;
import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The state of {@link ClientHealth} at one moment; every change creates a new instance. Immutable.
 *
 * @param stage open, shut, paused or being probed
 * @param why the reason and the end of the shut period; empty if and only if the client is open
 * @param inARow how often it was shut without a success in between
 * @param suspects accounts that were refused since the last success
 * @param singled accounts that were refused while others were accepted
 * @param proven whether the provider has ever accepted the client
 */
record ClientState(
        Stage stage, Optional<Shut> why, int inARow, Set<TokenKey> suspects, Set<TokenKey> singled, boolean proven) {

    /** The stages of the breaker. */
    enum Stage {
        OPEN,
        /** Refused; a success opens it. */
        REFUSED,
        /** Paused at the provider's request; the success of a call in flight does not open it. */
        PAUSED,
        /** One account is probing the client. */
        PROBED
    }

    /** Enough to distinguish one account from many; the sets do not grow with the number of accounts. */
    private static final int MOST_ACCOUNTS = 64;

    static final ClientState UNTRIED = new ClientState(Stage.OPEN, Optional.empty(), 0, Set.of(), Set.of(), false);

    boolean isOpen() {
        return stage == Stage.OPEN;
    }

    boolean isShutBy(String detail) {
        return why.filter(shut -> shut.detail().equals(detail)).isPresent();
    }

    Optional<Shut> shut(Instant now) {
        return why.filter(shut -> now.isBefore(shut.until()));
    }

    /** Returns whether a rejection of the client that this account received concerns the client or the account. */
    Blame blame(TokenKey key) {
        if (singled.contains(key)) {
            return Blame.ACCOUNT;
        }
        if (suspects.isEmpty()) {
            return proven ? Blame.ACCOUNT : Blame.CLIENT;
        }
        boolean onlyThisOne = suspects.size() == 1 && suspects.contains(key);
        return onlyThisOne ? Blame.ACCOUNT : Blame.CLIENT;
    }

    /** Counts one more shut period; responses that arrive while the client is shut belong to the same period. */
    ClientState counted(Instant now) {
        boolean again = stage == Stage.PROBED || shut(now).isEmpty();
        return again ? new ClientState(stage, why, Math.max(1, inARow + 1), suspects, singled, proven) : this;
    }

    /** Records a refused account, except for one with a problem of its own, which says nothing about the client. */
    ClientState suspecting(TokenKey key) {
        if (singled.contains(key)) {
            return this;
        }
        return new ClientState(stage, why, inARow, plus(suspects, Set.of(key)), singled, proven);
    }

    ClientState refused(Shut shut) {
        return shutFor(Stage.REFUSED, shut);
    }

    ClientState paused(Shut shut) {
        return shutFor(Stage.PAUSED, shut);
    }

    private ClientState shutFor(Stage next, Shut shut) {
        boolean longerAlready = (stage == Stage.REFUSED || stage == Stage.PAUSED)
                && why.filter(old -> old.until().isAfter(shut.until())).isPresent();
        return longerAlready ? this : new ClientState(next, Optional.of(shut), inARow, suspects, singled, proven);
    }

    ClientState probed(Instant abandonedAt) {
        return ending(Stage.PROBED, abandonedAt);
    }

    /** Returns the state after an inconclusive probe: the next one may start at once. */
    ClientState undecided() {
        return stage == Stage.PROBED ? ending(Stage.REFUSED, Instant.EPOCH) : this;
    }

    private ClientState ending(Stage next, Instant until) {
        return new ClientState(
                next,
                why.map(shut -> new Shut(shut.problem(), shut.detail(), until)),
                inARow,
                suspects,
                singled,
                proven);
    }

    /**
     * Returns the state after the provider accepted the client: accounts refused since the last success have a problem
     * of their own.
     */
    ClientState accepted(TokenKey key) {
        if (stage == Stage.OPEN && proven && suspects.isEmpty() && !singled.contains(key)) {
            return this;
        }
        Set<TokenKey> refusedAlone = minus(plus(singled, suspects), key);
        return stage == Stage.PAUSED
                ? new ClientState(stage, why, inARow, Set.of(), refusedAlone, true)
                : new ClientState(Stage.OPEN, Optional.empty(), 0, Set.of(), refusedAlone, true);
    }

    private static Set<TokenKey> plus(Set<TokenKey> some, Set<TokenKey> more) {
        Set<TokenKey> all = new LinkedHashSet<>(some);
        more.stream().limit(MOST_ACCOUNTS - Math.min(MOST_ACCOUNTS, all.size())).forEach(all::add);
        return Collections.unmodifiableSet(all);
    }

    private static Set<TokenKey> minus(Set<TokenKey> some, TokenKey key) {
        Set<TokenKey> rest = new LinkedHashSet<>(some);
        rest.remove(key);
        return Collections.unmodifiableSet(rest);
    }
}
