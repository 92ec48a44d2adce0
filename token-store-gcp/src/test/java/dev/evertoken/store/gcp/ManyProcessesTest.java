package dev.evertoken.store.gcp;

import dev.evertoken.store.gcp.fake.FakeSecretManager;
import dev.evertoken.testing.ManyProcessesContract;
import dev.evertoken.testing.StoreFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** Four processes with one client each, and one Secret Manager. */
class ManyProcessesTest extends ManyProcessesContract {

    private final FakeSecretManager service = FakeSecretManager.start();

    @AfterEach
    void stop() {
        service.close();
    }

    @Override
    protected Class<? extends StoreFixture> fixture() {
        return SecretStoreFixture.class;
    }

    @Override
    protected String location(Path temporary) {
        return service.endpoint();
    }

    /** A process loads the classes of Google's client, which takes about two seconds of CPU time. */
    @Override
    protected int preopenedProcesses() {
        return 2;
    }
}
