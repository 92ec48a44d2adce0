package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.RelatedIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link RelatedIndex}; run it in addition to the contract of the store. Each test gets a new store.
 * Not thread-safe; JUnit creates an instance for each test.
 */
public abstract class RelatedIndexContract {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");

    private Optional<TokenStore> opened = Optional.empty();

    /** For subclasses. */
    protected RelatedIndexContract() {}

    /**
     * Opens an empty store that is a {@link RelatedIndex}. Called before each test; the contract closes the store after
     * it.
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
    void nothingIsRelatedInAnEmptyStore() {
        assertEquals(Set.of(), related("google", record("alice", "user-1", "token-1")));
    }

    @Test
    void anAccountOfTheSameUserIsRelated() {
        TokenRecord alices = written(record("alice", "user-1", "token-1"));
        written(record("bob", "user-1", "token-2"));
        written(record("carol", "user-2", "token-3"));

        assertEquals(Set.of("bob"), related("google", alices));
    }

    @Test
    void anAccountWithTheSameRefreshTokenIsRelated() {
        TokenRecord alices = written(record("alice", "user-1", "token-1"));
        written(record("bob", "user-2", "token-1"));

        assertEquals(Set.of("bob"), related("google", alices));
    }

    @Test
    void anAccountDerivedFromTheAccountIsRelated() {
        TokenRecord alices = written(record("alice", "user-1", "token-1"));
        written(SampleRecords.builder(TokenKey.of("google", "page"))
                .parent(Optional.of(ALICE))
                .build());

        assertEquals(Set.of("page"), related("google", alices));
    }

    @Test
    void accountsWithoutAUserOrARefreshTokenHaveNoneInCommon() {
        TokenRecord alices = written(record("alice", "", ""));
        written(record("bob", "", ""));

        assertEquals(Set.of(), related("google", alices));
    }

    @Test
    void eachRegistrationIsAskedByItself() {
        TokenRecord alices = written(record("alice", "user-1", "token-1"));
        TokenKey tube = TokenKey.of("tube", "alice");
        written(record(tube, "user-1", "token-2"));

        assertEquals(Set.of(), related("google", alices));
        assertEquals(Set.of("alice"), related("tube", alices));
    }

    @Test
    void aWriteChangesTheRelations() {
        TokenRecord alices = written(record("alice", "user-1", "token-1"));
        TokenRecord bobs = written(record("bob", "user-2", "token-2"));
        TokenRecord joined = record("bob", "user-1", "token-2");

        assertTrue(store().compareAndSet(bobs.key(), bobs.revision(), joined));
        assertEquals(Set.of("bob"), related("google", alices));

        assertTrue(store().remove(joined.key(), joined.revision()));
        assertEquals(Set.of(), related("google", alices));
    }

    /** Returns the related accounts among those that the index returns. */
    private Set<String> related(String registration, TokenRecord record) {
        List<TokenKey> candidates =
                RelatedIndex.of(store()).related(registration, record).orElseThrow();
        return candidates.stream()
                .filter(key -> key.registration().equals(registration) && !key.equals(record.key()))
                .flatMap(key -> store().load(key).stream())
                .filter(other -> RelatedIndex.areRelated(record, other))
                .map(other -> other.key().account())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private TokenRecord written(TokenRecord record) {
        assertTrue(store().compareAndSet(record.key(), TokenStore.ABSENT, record), "inserted");
        return record;
    }

    private static TokenRecord record(String account, String user, String refreshToken) {
        return record(TokenKey.of("google", account), user, refreshToken);
    }

    /** Returns a new record; an empty user or refresh token is none. */
    private static TokenRecord record(TokenKey key, String user, String refreshToken) {
        return SampleRecords.builder(key)
                .subject(Optional.of(user).filter(text -> !text.isEmpty()))
                .refreshModel(refreshToken.isEmpty() ? RefreshModel.NON_EXPIRING : RefreshModel.ROTATING)
                .refreshTokenFingerprint(Optional.of(refreshToken).filter(text -> !text.isEmpty()))
                .build();
    }
}
