package dev.evertoken.store.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.TokenStoreContract;
import org.junit.jupiter.api.Test;

/** A chain keeps the store contract. */
class TieredTokenStoreTest extends TokenStoreContract {

    @Override
    protected TokenStore newStore() {
        return TieredTokenStore.of("authority", new InMemoryTokenStore())
                .fallback("copy", new InMemoryTokenStore())
                .open();
    }

    @Test
    void aChainIsNamedAfterItsTiers() {
        assertThat(store()).hasToString("TieredTokenStore[authority authority, fallback copy]");
    }
}
