package dev.evertoken.store;

import dev.evertoken.spi.TokenStore;
import dev.evertoken.testing.DueIndexContract;

class InMemoryDueIndexTest extends DueIndexContract {

    @Override
    protected TokenStore newStore() {
        return new InMemoryTokenStore();
    }
}
