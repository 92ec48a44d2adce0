package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spi.TokenStore;
import dev.evertoken.testing.TokenStoreContract;
import org.junit.jupiter.api.Test;

/** A chain is a store like any other. */
class TieredTokenStoreTest extends TokenStoreContract {

    @Override
    protected TokenStore newStore() {
        return TieredTokenStore.of("authority", new InMemoryTokenStore())
                .fallback("copy", new InMemoryTokenStore())
                .open();
    }

    @Test
    void itIsNamedAfterItsTiers() {
        assertThat(store()).hasToString("TieredTokenStore[authority authority, fallback copy]");
    }
}
