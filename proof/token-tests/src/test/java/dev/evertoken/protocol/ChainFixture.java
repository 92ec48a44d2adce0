package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.store.tiered.TieredTokenStoreBuilder;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTimekeeper;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.StoreOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A chain of an authority and two fallbacks, each of which a test can break. The test closes it. */
final class ChainFixture implements AutoCloseable {

    /** The condition of a tier. */
    enum Condition {
        UP,
        DOWN,
        HANGING
    }

    static final Duration DEADLINE = Duration.ofSeconds(30);

    /** No tier hangs: a call that takes long in test time only waits for a processor of this machine. */
    private static final Duration WITHOUT_HANGING = Duration.ofHours(1);

    private static final long PAUSE_NANOS = 1_000_000;
    private static final int MOST_CALLS = 200;

    final ManualClock clock;
    final TokenStore authorityItself;
    final TokenStore nearItself;
    final TokenStore farItself;
    final FaultyStore authority;
    final FaultyStore near;
    final FaultyStore far;
    final TieredTokenStore store;
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private volatile boolean hangs;

    /** A chain whose tiers are in memory. */
    ChainFixture(ManualClock clock) {
        this(clock, new InMemoryTokenStore(clock), TieredTokenStoreBuilder::withoutInitialReconcile);
    }

    ChainFixture(ManualClock clock, TokenStore authority, UnaryOperator<TieredTokenStoreBuilder> more) {
        this(clock, authority, new InMemoryTokenStore(clock), new InMemoryTokenStore(clock), more);
    }

    ChainFixture(
            ManualClock clock,
            TokenStore authority,
            TokenStore near,
            TokenStore far,
            UnaryOperator<TieredTokenStoreBuilder> more) {
        this.clock = clock;
        this.authorityItself = authority;
        this.nearItself = near;
        this.farItself = far;
        this.authority = FaultyStore.over(authority);
        this.near = FaultyStore.over(near);
        this.far = FaultyStore.over(far);
        this.store = more.apply(TieredTokenStore.of("authority", this.authority)
                        .fallback("near", this.near)
                        .fallback("far", this.far)
                        .deadline(DEADLINE)
                        .timekeeper(new TierTime()))
                .open();
    }

    /** Breaks a tier until {@link #repair}. */
    void put(FaultyStore tier, Condition condition) {
        if (condition == Condition.DOWN) {
            tier.down();
        }
        if (condition == Condition.HANGING) {
            hangs = true;
            for (StoreOperation operation : StoreOperation.values()) {
                checkpoints.add(tier.next(operation).times(MOST_CALLS).holdBefore());
            }
        }
    }

    /** Releases a checkpoint at the next repair. */
    Checkpoint untilRepaired(Checkpoint checkpoint) {
        hangs = true;
        checkpoints.add(checkpoint);
        return checkpoint;
    }

    void repair() {
        List.of(authority, near, far).forEach(FaultyStore::up);
        checkpoints.forEach(Checkpoint::release);
        hangs = false;
    }

    Optional<TokenRecord> in(TokenStore tier) {
        return tier.load(ANNA);
    }

    /** Returns whether both copies of Anna's record have the same tokens as the authority. */
    boolean copiesMatch() {
        return Objects.equals(tokens(authorityItself), tokens(nearItself))
                && Objects.equals(tokens(authorityItself), tokens(farItself));
    }

    private Optional<Object> tokens(TokenStore tier) {
        return in(tier).map(record -> List.of(record.grant(), record.generation(), record.secrets()));
    }

    /** Connects Anna, waits until the copies are up to date, and lets her access token expire. */
    void connectExpired(ProtocolFixture fixture, Tokens tokens) {
        tokens.connect(ANNA, fixture.server.consent("anna"));
        untilCopiesMatch();
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
    }

    /** Waits until both copies are up to date and no thread is waiting. */
    void untilCopiesMatch() {
        until(() -> copiesMatch() && clock.waits() == 0);
    }

    /** Advances time one second at a time, with a short real pause between, until a condition holds. */
    void until(BooleanSupplier condition) {
        ProtocolFixture.until(() -> {
            if (condition.getAsBoolean()) {
                return true;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            if (clock.waits() + clock.timers() > 0) {
                clock.advance(Duration.ofSeconds(1));
            }
            return false;
        });
    }

    /** Repeats a call until it succeeds. */
    <T> T eventually(ProtocolFixture fixture, Callable<T> call) {
        while (true) {
            CompletableFuture<T> attempt = fixture.async(call);
            until(attempt::isDone);
            try {
                return attempt.join();
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof TokenException)) {
                    throw e;
                }
                clock.advance(Duration.ofSeconds(1));
            }
        }
    }

    @Override
    public void close() {
        repair();
        store.close();
    }

    /** The clock of the chain: the deadline of a call applies only if a test makes a call hang. */
    private final class TierTime extends ForwardingTimekeeper {

        private TierTime() {
            super(clock);
        }

        @Override
        public boolean await(Future<?> event, Duration timeout) throws InterruptedException {
            return super.await(event, hangs ? timeout : WITHOUT_HANGING);
        }
    }
}
