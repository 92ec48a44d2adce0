package dev.evertoken.store;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.DueSweepContract;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** The cost of a sweep over files. */
class FileSweepCostTest extends DueSweepContract {

    private final AtomicInteger namespaces = new AtomicInteger();

    @TempDir
    private Path folder;

    @Override
    protected TokenStore newStore() {
        return FileTokenStore.open(folder, "contract-" + namespaces.incrementAndGet());
    }

    /** Each write is forced to disk. */
    @Override
    protected int everydayAccounts() {
        return 500;
    }

    @Override
    protected int longAccounts() {
        return 100_000;
    }
}
