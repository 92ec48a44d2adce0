package com.example.shop;

import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.store.StoreContext;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStoreFactory;
import dev.evertoken.store.InMemoryTokenStore;
import java.util.Optional;
import java.util.stream.Stream;

/** A provider, a store and its factory of the application's own. */
public final class OutsideParts implements Provider, TokenStoreFactory {
    @Override
    public String id() {
        return "house";
    }

    @Override
    public ProviderProfile profile() {
        return ProviderProfile.builder(RefreshModel.STATIC).apiHosts("api.house.example").build();
    }

    @Override
    public Refresher refresher() {
        return OutsideParts::refresh;
    }

    private static TokenOutcome refresh(RefreshRequest request) {
        return request.permit().maySend()
                ? new TokenOutcome.NotSent(Problem.NETWORK, "no connection")
                : new TokenOutcome.NotSent(Problem.NETWORK, "too late to send");
    }

    @Override
    public String scheme() {
        return "house";
    }

    @Override
    public TokenStore open(String location, StoreContext context) {
        return new Shelf(new InMemoryTokenStore(context.time()));
    }

    private record Shelf(TokenStore inner) implements TokenStore {
        @Override
        public Optional<TokenRecord> load(TokenKey key) {
            return inner.load(key);
        }

        @Override
        public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
            return inner.compareAndSet(key, expectedRevision, next);
        }

        @Override
        public boolean remove(TokenKey key, long expectedRevision) {
            return inner.remove(key, expectedRevision);
        }

        @Override
        public Stream<TokenKey> keys() {
            return inner.keys();
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.PROCESS;
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
