package dev.evertoken.store;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.testing.OutageContract;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Outages with the stores of the core. */
class OutageTest {

    abstract static class OverAcme extends OutageContract {
        @Override
        protected Provider acme(URI tokenEndpoint) {
            return OAuth2Provider.builder("acme")
                    .tokenEndpoint(tokenEndpoint)
                    .refreshModel(RefreshModel.ROTATING)
                    .build();
        }

        @Override
        protected TokenStore chain(TokenStore authority, TokenStore copy) {
            return TieredTokenStore.of("store", authority)
                    .fallback("copy", copy)
                    .withoutInitialReconcile()
                    .open();
        }
    }

    @Nested
    class OverMemory extends OverAcme {
        private final InMemoryTokenStore store = new InMemoryTokenStore();

        @Override
        protected TokenStore open() {
            return store;
        }
    }

    @Nested
    class OverFiles extends OverAcme {
        @TempDir
        private Path files;

        @Override
        protected TokenStore open() {
            return FileTokenStore.open(files, "outage");
        }
    }

    /** Each process has its own copies of the records that it has seen, beside the shared store. */
    @Nested
    class OverAChain extends OverAcme {
        @TempDir
        private Path files;

        @Override
        protected TokenStore open() {
            return TieredTokenStore.of(FileTokenStore.open(files, "outage"))
                    .fallback(new InMemoryTokenStore())
                    .withoutInitialReconcile()
                    .open();
        }
    }
}
