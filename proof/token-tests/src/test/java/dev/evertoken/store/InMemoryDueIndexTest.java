package dev.evertoken.store;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.DueIndexContract;

class InMemoryDueIndexTest extends DueIndexContract {

    @Override
    protected TokenStore newStore() {
        return new InMemoryTokenStore();
    }
}
