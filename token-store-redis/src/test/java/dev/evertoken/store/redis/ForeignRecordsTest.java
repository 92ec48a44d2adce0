package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import dev.evertoken.testing.SampleRecords;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.UnifiedJedis;

/** Values that other writers leave under the keys of the store. */
class ForeignRecordsTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final TokenKey BEN = TokenKey.of("acme", "ben");

    private final String namespace = RedisInstance.newNamespace();
    private final KeyNames names = new KeyNames(namespace);
    private final UnifiedJedis admin = SharedServer.redis().admin();
    private RedisTokenStore store;
    private TokenRecord first;

    @BeforeEach
    void open() {
        store = SharedServer.redis().open(namespace);
        first = SampleRecords.full(ANNA);
        store.compareAndSet(ANNA, TokenStore.ABSENT, first);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private UnreadableRecordException unreadable(TokenKey key) {
        UnreadableRecordException e = catchThrowableOfType(UnreadableRecordException.class, () -> store.load(key));
        assertThat(e).isNotNull();
        assertThatThrownBy(() -> store.loadTimed(key)).hasMessage(e.getMessage());
        return e;
    }

    private void replaceAsUnreadable(TokenKey key) {
        TokenRecord next = SampleRecords.full(key);
        assertThat(store.compareAndSet(key, TokenStore.ABSENT, next)).isFalse();
        assertThat(store.compareAndSet(key, TokenStore.UNREADABLE, next)).isTrue();
        assertThat(store.load(key)).isEqualTo(Optional.of(next));
    }

    @Test
    void aKeyOfAnotherTypeIsUnreadableAndKeptAsideOnReplacement() {
        admin.set(names.record(BEN), "other content");

        assertThat(unreadable(BEN)).hasMessage(BEN + ": its key holds a value that is not a record");
        replaceAsUnreadable(BEN);

        assertThat(admin.keys(names.unreadable(BEN, "*")))
                .singleElement()
                .satisfies(key -> assertThat(admin.get(key)).isEqualTo("other content"));
    }

    @Test
    void aHashOfAnotherShapeIsUnreadable() {
        admin.hset(names.record(BEN), "name", "ben");

        assertThat(unreadable(BEN)).hasMessage(BEN + ": the record is incomplete");
        assertThat(unreadable(BEN).reason()).isEqualTo(Reason.CORRUPT);
        replaceAsUnreadable(BEN);
    }

    @Test
    void aForeignValueInABatchIsTheResultOfItsAccountAlone() {
        admin.set(names.record(BEN), "other content");

        List<LoadResult> results = store.loadAll(List.of(BEN, ANNA));

        assertThat(results.get(0).unreadable())
                .hasValueSatisfying(
                        why -> assertThat(why).hasMessage(BEN + ": its key holds a value that is not a record"));
        assertThat(results.get(1)).isEqualTo(LoadResult.of(first));
    }

    @Test
    @Fault("F16")
    void aRecordOfANewerFormatIsRefusedAndNotChanged() {
        String newer = admin.hget(names.record(ANNA), "record").replace("\"format\":2", "\"format\":3");
        admin.hset(names.record(ANNA), "record", newer);

        assertThat(unreadable(ANNA).reason()).isEqualTo(Reason.NEWER_FORMAT);

        assertThat(admin.hget(names.record(ANNA), "record")).isEqualTo(newer);
    }

    @Test
    @Fault("I4")
    void theRecordOfAnotherAccountIsRefused() {
        TokenRecord bensRecord = SampleRecords.full(BEN);
        store.compareAndSet(BEN, TokenStore.ABSENT, bensRecord);
        admin.hset(names.record(ANNA), admin.hgetAll(names.record(BEN)));

        assertThat(unreadable(ANNA)).hasMessage(ANNA + ": the record belongs to " + BEN);
    }

    @Test
    void aRecordWithADifferentRevisionIsRefused() {
        admin.hset(names.record(ANNA), "revision", "17");

        assertThat(unreadable(ANNA)).hasMessage(ANNA + ": the record does not match its revision");
    }

    @Test
    @Fault("F19")
    void accountsOfTwoNamespacesAreIsolated() {
        try (RedisTokenStore other = SharedServer.redis().open(namespace + "/2")) {
            assertThat(other.load(ANNA)).isEmpty();
            TokenRecord record = SampleRecords.full(ANNA);
            assertThat(other.compareAndSet(ANNA, TokenStore.ABSENT, record)).isTrue();
            assertThat(other.remove(ANNA, first.revision())).isFalse();
            TokenRecord bensRecord = SampleRecords.full(BEN);
            assertThat(other.compareAndSet(BEN, TokenStore.ABSENT, bensRecord)).isTrue();

            assertThat(store.load(ANNA)).isEqualTo(Optional.of(first));
            assertThat(keys(store)).containsExactly(ANNA);
            assertThat(keys(other)).containsExactlyInAnyOrder(ANNA, BEN);
            assertThat(store.due("acme", Instant.MAX, Optional.empty(), 10)).containsExactly(ANNA);
        }
    }

    private static Iterable<TokenKey> keys(TokenStore store) {
        try (Stream<TokenKey> keys = store.keys()) {
            return keys.toList();
        }
    }

    @Test
    void keysThatAreNotRecordKeysAreNotListed() {
        String similar = names.record(ANNA).replace("acme:anna", "acme:anna:more");
        admin.set(similar, "x");
        admin.set(names.record(ANNA).replace("anna", "%zzzz"), "x");

        assertThat(keys(store)).containsExactly(ANNA);
    }
}
