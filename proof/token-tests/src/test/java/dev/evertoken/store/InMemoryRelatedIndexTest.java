package dev.evertoken.store;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.RelatedIndexContract;

class InMemoryRelatedIndexTest extends RelatedIndexContract {

    @Override
    protected TokenStore newStore() {
        return new InMemoryTokenStore();
    }
}
