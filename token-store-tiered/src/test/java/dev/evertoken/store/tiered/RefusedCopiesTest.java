package dev.evertoken.store.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SampleRecords;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A copy refuses some accounts for good, such as records that are too large. The other accounts do not notice. */
class RefusedCopiesTest {

    private static final int OTHERS = 300;
    private static final Set<TokenKey> REFUSED = Set.of(key("large-1"), key("large-2"), key("large-3"));

    private final ManualClock clock = ManualClock.start();
    private final InMemoryTokenStore authority = new InMemoryTokenStore(clock);
    private final Refusing copy = new Refusing(new InMemoryTokenStore(clock));
    private final InMemoryTokenStore second = new InMemoryTokenStore(clock);
    private final TieredTokenStore store = TieredTokenStore.of("authority", authority)
            .fallback("copy", copy)
            .fallback("second", second)
            .timekeeper(clock)
            .withoutInitialReconcile()
            .open();

    /** A store that rejects the accounts of {@link #REFUSED}, and counts its calls for them. */
    private static final class Refusing extends ForwardingTokenStore {
        final Map<TokenKey, Integer> refusals = new ConcurrentHashMap<>();
        volatile boolean accepts;
        volatile boolean cannotName;

        Refusing(TokenStore store) {
            super(store);
        }

        @Override
        public Optional<TokenRecord> load(TokenKey key) {
            if (cannotName && REFUSED.contains(key)) {
                throw new IllegalArgumentException("the key has no name in this store");
            }
            return super.load(key);
        }

        @Override
        public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
            if (!accepts && REFUSED.contains(key)) {
                refusals.merge(key, 1, Integer::sum);
                throw TokenException.about(Problem.STORE_REFUSED)
                        .detail("the record is too large")
                        .build();
            }
            return super.compareAndSet(key, expectedRevision, next);
        }
    }

    private static TokenKey key(String account) {
        return TokenKey.of("google", account);
    }

    private static List<TokenKey> others() {
        return IntStream.range(0, OTHERS).mapToObj(n -> key("user-" + n)).toList();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void insert(TokenStore into, TokenKey key) {
        assertThat(into.compareAndSet(key, TokenStore.ABSENT, SampleRecords.sparse(key)))
                .isTrue();
    }

    private void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            if (clock.timers() > 0 && clock.waits() == 0) {
                clock.advance(Duration.ofSeconds(1));
            }
            Thread.onSpinWait();
        }
    }

    private static boolean has(TokenStore tier, TokenKey key) {
        return tier.load(key).isPresent();
    }

    private boolean haveAllOthers() {
        return others().stream().allMatch(key -> has(copy, key) && has(second, key));
    }

    @Test
    @Fault("L5")
    void threeAccountsThatACopyRefusesDelayNoneOfTheOthers() {
        REFUSED.forEach(key -> insert(store, key));
        others().forEach(key -> insert(store, key));

        until(this::haveAllOthers);
        until(() -> store.tiers().get(1).behind() == REFUSED.size());
        assertThat(REFUSED).allMatch(key -> has(second, key));
    }

    @Test
    @Fault("L5")
    void aRefusedCopyIsTriedAgainLessAndLessAndWrittenOnceItIsAccepted() {
        REFUSED.forEach(key -> insert(store, key));
        until(() -> copy.refusals.size() == REFUSED.size());
        var start = clock.now();
        until(() -> clock.now().isAfter(start.plus(Duration.ofHours(1))));

        assertThat(copy.refusals.values()).allMatch(times -> times <= 20, "tried at most 20 times in an hour");
        copy.accepts = true;
        until(() -> store.tiers().get(1).behind() == 0);
        assertThat(REFUSED).allMatch(key -> has(copy, key));
    }

    @Test
    @Fault("L5")
    void aComparisonReachesAllAccountsAlthoughACopyRefusesThree() {
        REFUSED.forEach(key -> insert(authority, key));
        others().forEach(key -> insert(authority, key));

        ReconcileResult result = store.reconcile();

        assertThat(result.accounts()).isEqualTo(OTHERS + REFUSED.size());
        assertThat(result.complete()).isFalse();
        assertThat(haveAllOthers()).isTrue();
        assertThat(REFUSED).allMatch(key -> has(second, key));
        copy.accepts = true;
        until(() -> REFUSED.stream().allMatch(key -> has(copy, key)));
    }

    @Test
    @Fault("L5")
    void aCopyThatCannotNameAnAccountKeepsNoOtherCopyFromIt() {
        copy.cannotName = true;
        TokenKey key = key("large-1");
        TokenRecord first = SampleRecords.sparse(key);
        assertThat(store.compareAndSet(key, TokenStore.ABSENT, first)).isTrue();
        until(() -> has(second, key));

        assertThat(store.newestKnown(key)).contains(first);
        TokenRecord unsaved = SampleRecords.next(first);
        assertThat(store.keepAside(unsaved)).isTrue();
        assertThat(second.load(key)).contains(unsaved);
        until(() -> authority.load(key).equals(Optional.of(unsaved)));
        assertThat(store.reconcile()).isEqualTo(new ReconcileResult(1, 0, 0, 0, 0, true));
    }

    @Test
    @Fault("L5")
    void accountsThatAlwaysFailMakeRoomForNewOnes() {
        WaitingAccounts<Boolean> waiting = new WaitingAccounts<>(2, Duration.ofSeconds(1), clock);
        assertThat(Stream.of("one", "two").allMatch(one -> waiting.add(key(one), true, Boolean::logicalOr)))
                .isTrue();
        assertThat(waiting.add(key("three"), true, Boolean::logicalOr)).isFalse();
        for (int i = 0; i < WaitingAccounts.FAILS_ALWAYS; i++) {
            waiting.failed(of(waiting, "one"), Duration.ofMinutes(1));
        }

        assertThat(waiting.add(key("three"), true, Boolean::logicalOr)).isTrue();

        assertThat(waiting.all()).extracting(one -> one.key().account()).containsExactlyInAnyOrder("two", "three");
    }

    @Test
    @Fault("L5")
    void theAccountsWithTheFewestFailuresComeFirst() {
        WaitingAccounts<Boolean> waiting = new WaitingAccounts<>(10, Duration.ofSeconds(1), clock);
        Stream.of("bad", "good")
                .forEach(one -> assertThat(waiting.add(key(one), true, Boolean::logicalOr))
                        .isTrue());
        assertThat(waiting.failed(of(waiting, "bad"), Duration.ofMinutes(1))).isEqualTo(1);

        assertThat(waiting.due()).extracting(one -> one.key().account()).containsExactly("good");
        assertThat(waiting.untilDue()).contains(Duration.ZERO);
        waiting.done(of(waiting, "good"));
        assertThat(waiting.untilDue()).contains(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(waiting.add(key("good"), true, Boolean::logicalOr)).isTrue();
        assertThat(waiting.due()).extracting(one -> one.key().account()).containsExactly("good", "bad");
    }

    private static WaitingAccounts.Waiting<Boolean> of(WaitingAccounts<Boolean> waiting, String account) {
        return waiting.all().stream()
                .filter(one -> one.key().equals(key(account)))
                .findFirst()
                .orElseThrow();
    }
}
