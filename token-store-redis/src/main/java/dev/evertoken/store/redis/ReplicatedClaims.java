package dev.evertoken.store.redis;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.ReplicatedStore.ClaimResult;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes claims that survive a failover: the script and the command WAIT run over one connection, on the node of the
 * account.
 *
 * <p>The connection serves no other command while it waits. At most half of the connections wait at the same time, so
 * that the others always have some; further claims are written without a confirmation. Thread-safe.
 */
final class ReplicatedClaims {

    private static final Logger log = LoggerFactory.getLogger(ReplicatedClaims.class);
    private static final String NOT_WRITTEN = "the claim cannot be written";
    private static final int ONE = 1;

    private final KeyNames names;
    private final RedisCalls calls;
    private final ReplicationHistory history;
    private final Duration wait;
    private final boolean required;
    private final Semaphore waiting;

    ReplicatedClaims(
            RedisCommands commands,
            KeyNames names,
            RedisCalls calls,
            ReplicationHistory history,
            RedisOptions options) {
        this.names = names;
        this.calls = calls;
        this.history = history;
        this.wait = options.effectiveReplicaWait();
        this.required = options.replicasRequired();
        this.waiting = new Semaphore(Math.max(1, commands.connections() / 2));
    }

    /** The number that the script has returned, and whether a replica has confirmed the write. */
    private record Written(long result, boolean confirmed) {}

    /** Implements {@link dev.evertoken.spi.store.ReplicatedStore#claim} for a readable record. */
    ClaimResult write(TokenKey key, long expectedRevision, TokenRecord claimed, long known) {
        Optional<String> ids = history.ids(known);
        if (ids.isEmpty()) {
            return ClaimResult.POSSIBLE_LOSS;
        }
        Change change = Change.claim(names, key, expectedRevision, claimed, ids.get(), required);
        try {
            return result(key, calls.repeatable(NOT_WRITTEN, key, client -> written(client, key, change)));
        } catch (TokenException e) {
            if (required) {
                withdraw(key, claimed);
            }
            throw e;
        }
    }

    /** @throws TokenException if a confirmation is required and there is none */
    private ClaimResult result(TokenKey key, Written written) {
        if (written.result() == Change.NO_REPLICA) {
            throw unconfirmed(key, "has no connected replica, and the options of the store require one");
        }
        if (written.result() == Change.OTHER_HISTORY) {
            return ClaimResult.POSSIBLE_LOSS;
        }
        if (written.result() == Change.CONFLICT) {
            return ClaimResult.CONFLICT;
        }
        int replicas = Math.toIntExact(written.result() - Change.DONE);
        history.seen(replicas);
        if (written.confirmed() || (replicas == 0 && !required)) {
            return ClaimResult.SAVED;
        }
        if (required) {
            throw unconfirmed(
                    key, "did not get the claim to a replica within " + wait.toMillis() + " ms, which is required");
        }
        return ClaimResult.UNCONFIRMED;
    }

    private Written written(RedisCommands client, TokenKey key, Change change) {
        boolean waits = !wait.isZero() && history.hasReplicas();
        if (waits && !mayWait()) {
            return new Written(change.run(client), false);
        }
        try {
            return client.overOneConnection(names.record(key), own -> writtenOver(own, change))
                    .orElseGet(() -> new Written(change.run(client), false));
        } finally {
            if (waits) {
                waiting.release();
            }
        }
    }

    /** Waits for a permit no longer than for a replica. */
    private boolean mayWait() {
        try {
            return waiting.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Written writtenOver(RedisSession own, Change change) {
        long result = change.run(own);
        boolean waits = result > Change.DONE && !wait.isZero();
        return new Written(result, waits && confirmations(own) >= ONE);
    }

    private long confirmations(RedisSession own) {
        try {
            return own.awaitReplicas(ONE, wait);
        } catch (RedisCommandException e) {
            if (!RedisErrors.code(e).equals("NOPERM")) {
                throw e;
            }
            log.debug("this user may not run WAIT", e);
            return 0;
        }
    }

    /**
     * Removes a claim that was not confirmed, if it was written, so that this process does not take it for a confirmed
     * one when it reads the record again.
     */
    private void withdraw(TokenKey key, TokenRecord claimed) {
        long revision = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        TokenRecord unclaimed = claimed.next().noClaim().build(revision, claimed.updatedAt());
        Change withdrawal = Change.write(names, key, claimed.revision(), unclaimed, new byte[0]);
        try {
            long unused = calls.repeatable("the claim cannot be withdrawn", key, withdrawal::run);
        } catch (TokenException e) {
            log.warn("{}: a claim that no replica has confirmed could not be withdrawn: {}", key, e.detail());
        }
    }

    private TokenException unconfirmed(TokenKey key, String reason) {
        return TokenException.about(Problem.STORE_UNAVAILABLE)
                .key(key)
                .detail(NOT_WRITTEN + ": " + calls.server() + " " + reason)
                .build();
    }

    /** Returns the number of changes of the history, after reading it again. */
    OptionalLong history() {
        return calls.repeatable("the replication id cannot be read", client -> history.read(client, names));
    }
}
