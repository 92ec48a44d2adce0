package dev.evertoken.store;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SharedTokenStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileTokenStoreTest extends SharedTokenStoreContract {

    @TempDir
    private Path folder;

    @Override
    protected TokenStore newStore() {
        return open();
    }

    @Override
    protected TokenStore another() {
        return open();
    }

    private FileTokenStore open() {
        return FileTokenStore.open(folder.resolve("tokens"), "contract");
    }

    @Override
    protected void damage(TokenKey key) throws IOException {
        Path file = StoredFiles.record(open(), key);
        byte[] half = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(half, half.length / 2));
    }
}
