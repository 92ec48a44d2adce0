package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import dev.evertoken.testing.TokenStoreContract;
import org.junit.jupiter.api.Test;

class InMemoryTokenStoreTest extends TokenStoreContract {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");

    @Override
    protected TokenStore newStore() {
        return new InMemoryTokenStore();
    }

    @Test
    void theStoreGuaranteesItsWritesForOneProcessOnly() {
        assertThat(store().guarantee()).isEqualTo(TokenStore.Guarantee.PROCESS);
        assertThat(store().costlyWrites()).isFalse();
        assertThat(store().now()).isPresent();
    }

    @Test
    void aRecordIsNotWrittenUnderAnotherKey() {
        assertThatThrownBy(() -> store().compareAndSet(
                                TokenKey.of("google", "bob"), TokenStore.ABSENT, SampleRecords.sparse(ALICE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the record of google/alice cannot be written as google/bob");
    }

    @Test
    void closingRemovesEveryRecord() {
        written(SampleRecords.full(ALICE));

        store().close();

        assertThat(store().load(ALICE)).isEmpty();
    }
}
