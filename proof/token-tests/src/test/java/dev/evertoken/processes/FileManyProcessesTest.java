package dev.evertoken.processes;

import dev.evertoken.testing.ManyProcessesContract;
import dev.evertoken.testing.StoreFixture;
import java.nio.file.Path;

/** Four processes that share one folder. */
class FileManyProcessesTest extends ManyProcessesContract {

    @Override
    protected Class<? extends StoreFixture> fixture() {
        return FileStoreFixture.class;
    }

    @Override
    protected String location(Path temporary) {
        return "file:" + temporary.resolve("tokens");
    }
}
