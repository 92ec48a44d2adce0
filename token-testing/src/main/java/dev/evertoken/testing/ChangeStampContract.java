package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.ChangeStamp.Move;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link ChangeStamp}; run it in addition to the contract of the store. Each test gets a new store. Not
 * thread-safe; JUnit creates an instance for each test.
 */
public abstract class ChangeStampContract {

    private static final TokenKey KEY = TokenKey.of("google", "alice");
    private static final int MOVES = 10;

    private Optional<TokenStore> opened = Optional.empty();

    /** For subclasses. */
    protected ChangeStampContract() {}

    /**
     * Opens an empty store that is a {@link ChangeStamp}. Called before each test; the contract closes the store after
     * it.
     */
    protected abstract TokenStore newStore() throws Exception;

    /** Opens the store of this test again, as another process does. A store of one process returns the same store. */
    protected abstract TokenStore another() throws Exception;

    @BeforeEach
    final void openTheStore() throws Exception {
        opened = Optional.of(newStore());
    }

    @AfterEach
    final void closeTheStore() {
        opened.ifPresent(TokenStore::close);
    }

    @Test
    @Tag("fault:O6")
    void theStampStaysTheSameWithoutAMove() {
        String first = stamp(store());

        assertEquals(first, stamp(store()));
    }

    @Test
    @Tag("fault:O6")
    void aMoveReturnsTheStampsBeforeAndAfterIt() {
        String before = stamp(store());

        Move move = move(store());

        assertEquals(before, move.before());
        assertEquals(stamp(store()), move.after());
        assertNotEquals(before, move.after());
    }

    @Test
    @Tag("fault:O6")
    void noStampComesBack() {
        Set<String> stamps = new HashSet<>(Set.of(stamp(store())));

        IntStream.range(0, MOVES)
                .forEach(n -> assertTrue(stamps.add(move(store()).after()), "a new stamp"));
    }

    @Test
    @Tag("fault:O6")
    void anotherHandleSeesAMove() throws Exception {
        try (TokenStore other = another()) {
            Move here = move(store());
            assertEquals(here.after(), stamp(other));

            Move there = move(other);
            assertEquals(here.after(), there.before());
            assertEquals(there.after(), stamp(store()));
        }
    }

    @Test
    @Tag("fault:O6")
    void concurrentMovesFollowEachOther() throws Exception {
        String first = stamp(store());
        try (TokenStore other = another()) {
            List<TokenStore> handles = List.of(store(), other, store(), other);
            List<Move> moves = ConcurrentRun.run(
                    handles.size(), thread -> IntStream.range(0, MOVES).mapToObj(n -> move(handles.get(thread))));

            Map<String, String> next = new HashMap<>();
            moves.forEach(move -> next.put(move.before(), move.after()));
            String last = first;
            for (int n = 0; n < moves.size(); n++) {
                last = next.getOrDefault(last, "no move follows " + last);
            }
            assertEquals(stamp(store()), last);
        }
    }

    @Test
    void aStampIsNoAccount() {
        Move unused = move(store());

        try (Stream<TokenKey> keys = store().keys()) {
            assertEquals(List.of(), keys.toList());
        }
        assertEquals(Optional.empty(), store().load(KEY));
    }

    @Test
    void recordsAreWrittenAndRemovedWithoutAMove() {
        String before = move(store()).after();
        TokenRecord record = SampleRecords.full(KEY);

        assertTrue(store().compareAndSet(KEY, TokenStore.ABSENT, record));
        assertTrue(store().remove(KEY, record.revision()));

        assertEquals(before, stamp(store()));
    }

    /** Returns the store of this test. */
    protected final TokenStore store() {
        return opened.orElseThrow();
    }

    private static String stamp(TokenStore store) {
        return assertInstanceOf(ChangeStamp.class, store).changeStamp().orElseThrow();
    }

    private static Move move(TokenStore store) {
        return assertInstanceOf(ChangeStamp.class, store).moveChangeStamp().orElseThrow();
    }
}
