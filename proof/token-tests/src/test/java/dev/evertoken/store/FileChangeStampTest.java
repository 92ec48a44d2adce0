package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ChangeStampContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileChangeStampTest extends ChangeStampContract {

    @TempDir
    private Path folder;

    @Override
    protected TokenStore newStore() {
        return another();
    }

    @Override
    protected TokenStore another() {
        return FileTokenStore.open(folder, "contract");
    }

    @Test
    void eachNamespaceHasAStampOfItsOwn() {
        FileTokenStore other = FileTokenStore.open(folder, "another");

        assertThat(other.moveChangeStamp()).isPresent();

        assertThat(((FileTokenStore) store()).changeStamp()).hasValue("");
    }
}
