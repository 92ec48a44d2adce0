package dev.evertoken.store;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ChangeStampContract;

class InMemoryChangeStampTest extends ChangeStampContract {

    @Override
    protected TokenStore newStore() {
        return new InMemoryTokenStore();
    }

    @Override
    protected TokenStore another() {
        return store();
    }
}
