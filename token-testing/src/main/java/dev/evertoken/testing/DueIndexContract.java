package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link DueIndex}; run it in addition to the contract of the store. Each test gets a new store. Not
 * thread-safe; JUnit creates an instance for each test.
 */
public abstract class DueIndexContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = NOON.plus(Duration.ofHours(1));
    private static final Instant FAR = NOON.plus(Duration.ofDays(365));
    private static final int MANY = 100;

    private Optional<TokenStore> opened = Optional.empty();

    /** For subclasses. */
    protected DueIndexContract() {}

    /**
     * Opens an empty store that is a {@link DueIndex}. Called before each test; the contract closes the store after it.
     */
    protected abstract TokenStore newStore() throws Exception;

    /** Returns the store of this test. */
    protected final TokenStore store() {
        return opened.orElseThrow();
    }

    @BeforeEach
    final void openTheStore() throws Exception {
        opened = Optional.of(newStore());
    }

    @AfterEach
    final void closeTheStore() {
        opened.ifPresent(TokenStore::close);
    }

    @Test
    void nothingIsDueInAnEmptyStore() {
        assertEquals(List.of(), due("google", FAR));
        assertEquals(Optional.empty(), index().oldestDue("google"));
    }

    @Test
    void dueAccountsComeSoonestFirst() {
        written("third", NOON.plusMillis(2));
        written("first", NOON);
        written("second", NOON.plusMillis(1));

        assertEquals(keys("first", "second", "third"), due("google", FAR));
        assertEquals(Optional.of(NOON), index().oldestDue("google"));
    }

    @Test
    void accountsDueAtTheGivenTimeOrLaterAreNotReturned() {
        written("before", NOON.minusMillis(1));
        written("at", NOON);
        written("after", NOON.plusMillis(1));

        assertEquals(keys("before"), due("google", NOON));
        assertEquals(keys("before", "at"), due("google", NOON.plusMillis(1)));
    }

    @Test
    void timesBeforeTheEpochAndFarInTheFutureAreOrdered() {
        written("far", Instant.parse("9999-01-01T00:00:00Z"));
        written("epoch", Instant.EPOCH);
        written("past", Instant.parse("1950-01-01T00:00:00Z"));

        assertEquals(keys("past", "epoch", "far"), due("google", Instant.parse("9999-01-01T00:00:00.001Z")));
        assertEquals(Optional.of(Instant.parse("1950-01-01T00:00:00Z")), index().oldestDue("google"));
    }

    @Test
    void eachRegistrationHasItsOwnIndex() {
        written(TokenKey.of("google", "alice"), LATER);
        written(TokenKey.of("Google", "alice"), NOON);
        written(TokenKey.of("google-eu", "alice"), NOON);

        assertEquals(keys("alice"), due("google", FAR));
        assertEquals(Optional.of(LATER), index().oldestDue("google"));
        assertEquals(Optional.empty(), index().oldestDue("goog"));
    }

    @Test
    void accountsThatAreNeverDueAreNotIndexed() {
        insert(SampleRecords.sparse(key("never")));

        assertEquals(List.of(), due("google", FAR));
        assertEquals(Optional.empty(), index().oldestDue("google"));
    }

    @Test
    void aWriteChangesThePositionOfTheAccount() {
        TokenRecord alice = written("alice", NOON);
        written("bob", NOON.plusMillis(1));

        replaced(alice, dueAt(alice, LATER));

        assertEquals(keys("bob", "alice"), due("google", FAR));
        assertEquals(keys("bob"), due("google", LATER));
        assertEquals(Optional.of(NOON.plusMillis(1)), index().oldestDue("google"));
    }

    @Test
    void aRejectedWriteDoesNotChangeTheIndex() {
        TokenRecord alice = written("alice", NOON);
        TokenRecord second = replaced(alice, dueAt(alice, NOON.plusMillis(5)));

        store().compareAndSet(alice.key(), alice.revision(), dueAt(alice, LATER));
        store().compareAndSet(alice.key(), TokenStore.ABSENT, dueAt(alice, LATER));
        store().remove(alice.key(), alice.revision());

        assertEquals(second.dueAt(), index().oldestDue("google"));
        assertEquals(keys("alice"), due("google", LATER));
    }

    @Test
    void anAccountWithARevokedGrantIsNotDueUntilItIsReconnected() {
        TokenRecord alice = written("alice", NOON);
        TokenRecord revoked = replaced(
                alice,
                write(alice.next()
                        .health(alice.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, NOON))));

        assertEquals(List.of(), due("google", FAR));
        assertEquals(Optional.empty(), index().oldestDue("google"));

        replaced(revoked, dueAt(SampleRecords.sparse(alice.key()), LATER));
        assertEquals(Optional.of(LATER), index().oldestDue("google"));
    }

    @Test
    void aRemovedAccountIsNotDue() {
        TokenRecord alice = written("alice", NOON);
        assertTrue(store().remove(alice.key(), alice.revision()), "removed");

        assertEquals(List.of(), due("google", FAR));
        assertEquals(Optional.empty(), index().oldestDue("google"));
    }

    @Test
    void aFailingAccountIsDueAtItsNextAttempt() {
        TokenRecord alice = written("alice", NOON);
        written("bob", NOON.plusMillis(1));

        replaced(alice, write(alice.next().failures(Failures.none().plus(Problem.NETWORK, LATER, "no route"))));

        assertEquals(keys("bob"), due("google", LATER));
        assertEquals(keys("bob", "alice"), due("google", FAR));
    }

    @Test
    void atMostTheLimitIsReturned() {
        written("alice", NOON);
        written("bob", NOON.plusMillis(1));

        assertEquals(keys("alice"), index().due("google", FAR, Optional.empty(), 1));
        assertEquals(keys("alice", "bob"), index().due("google", FAR, Optional.empty(), Integer.MAX_VALUE));
    }

    @Test
    void consecutivePagesReturnAllAccountsInOrder() {
        IntStream.range(0, 7).forEach(n -> written("account-" + n, NOON.plusMillis(n)));

        assertEquals(IntStream.range(0, 7).mapToObj(n -> key("account-" + n)).toList(), allPages(FAR, 3));
        assertEquals(List.of(), index().due("google", FAR, Optional.of(key("account-6")), 3));
    }

    @Test
    void accountsThatAreDueAtTheSameTimeAreReturnedOnceEach() {
        Set<TokenKey> written = new HashSet<>();
        IntStream.range(0, MANY)
                .forEach(n -> written.add(written("account-" + n, NOON).key()));

        List<TokenKey> paged = allPages(FAR, 7);

        assertEquals(MANY, paged.size());
        assertEquals(written, Set.copyOf(paged));
    }

    @Test
    void aPageStartsAfterAnAccountThatIsStillDueAndAtTheBeginningIfItIsNot() {
        TokenRecord alice = written("alice", NOON);
        TokenRecord bob = written("bob", NOON.plusMillis(1));
        written("carol", NOON.plusMillis(2));

        replaced(alice, dueAt(alice, FAR));
        assertEquals(keys("carol"), index().due("google", LATER, Optional.of(bob.key()), 5));

        replaced(bob, dueAt(bob, FAR));
        assertEquals(
                keys("carol"), index().due("google", LATER, Optional.of(bob.key()), 5), "the account is no longer due");
        assertEquals(
                keys("carol"),
                index().due("google", LATER, Optional.of(key("nobody")), 5),
                "the account does not exist");
    }

    @Test
    void unusualAccountIdsAreReturnedAndPaged() {
        Set<TokenKey> odd = new HashSet<>();
        UnusualKeys.all().stream()
                .filter(key -> key.registration().equals("google"))
                .forEach(key -> odd.add(written(key, NOON).key()));

        assertEquals(odd, Set.copyOf(allPages(FAR, 4)));
    }

    @Test
    void afterManyConcurrentWritesTheIndexMatchesTheRecords() {
        List<TokenRecord> records = IntStream.range(0, 4)
                .mapToObj(n -> written("account-" + n, NOON))
                .toList();

        ConcurrentRun.run(4, thread -> {
            for (int step = 0; step < 25; step++) {
                TokenKey key = records.get((thread + step) % records.size()).key();
                TokenRecord seen = store().load(key).orElseThrow();
                store().compareAndSet(key, seen.revision(), dueAt(seen, NOON.plusSeconds(31L * step + thread)));
            }
            return Stream.empty();
        });

        List<Instant> times = records.stream()
                .map(record -> store().load(record.key()).orElseThrow().dueAt().orElseThrow())
                .sorted()
                .toList();
        assertEquals(Optional.of(times.get(0)), index().oldestDue("google"));
        for (Instant time : times) {
            long expected = times.stream().filter(time::isAfter).count();
            assertEquals(expected, due("google", time).size(), "due before " + time);
        }
        assertEquals(records.size(), due("google", FAR).size());
    }

    private DueIndex index() {
        return assertInstanceOf(DueIndex.class, store());
    }

    private List<TokenKey> due(String registration, Instant before) {
        return index().due(registration, before, Optional.empty(), MANY);
    }

    private List<TokenKey> allPages(Instant before, int limit) {
        List<TokenKey> all = new ArrayList<>();
        Optional<TokenKey> after = Optional.empty();
        while (all.size() <= 2 * MANY) {
            List<TokenKey> page = index().due("google", before, after, limit);
            if (page.isEmpty()) {
                return all;
            }
            assertTrue(page.size() <= limit, "a page has " + page.size() + " entries, the limit was " + limit);
            all.addAll(page);
            after = Optional.of(page.get(page.size() - 1));
        }
        throw new AssertionError("the pages do not end");
    }

    private TokenRecord written(String account, Instant due) {
        return written(key(account), due);
    }

    private TokenRecord written(TokenKey key, Instant due) {
        return insert(dueAt(SampleRecords.sparse(key), due));
    }

    private TokenRecord insert(TokenRecord record) {
        assertTrue(store().compareAndSet(record.key(), TokenStore.ABSENT, record), "inserted");
        return record;
    }

    private TokenRecord replaced(TokenRecord current, TokenRecord next) {
        assertTrue(store().compareAndSet(current.key(), current.revision(), next), "replaced");
        return next;
    }

    private static TokenRecord dueAt(TokenRecord record, Instant due) {
        Lifetime times = record.lifetime();
        return write(record.next()
                .lifetime(new Lifetime(
                        times.issuedAt(),
                        Optional.of(due.plusSeconds(60)),
                        false,
                        times.refreshTokenExpiresAt(),
                        Optional.of(due),
                        times.notBefore())));
    }

    private static TokenRecord write(TokenRecord.Builder next) {
        return next.build(SampleRecords.revision(), NOON);
    }

    private static TokenKey key(String account) {
        return TokenKey.of("google", account);
    }

    private static List<TokenKey> keys(String... accounts) {
        return Stream.of(accounts).map(DueIndexContract::key).toList();
    }
}
