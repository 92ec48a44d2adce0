package dev.evertoken.store.gcp;

import dev.evertoken.store.gcp.fake.FakeSecretManager;
import dev.evertoken.testing.ManyProcessesContract;
import dev.evertoken.testing.StoreFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** Four processes and one Secret Manager, each with a client of its own. */
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

    /** A process has the classes of Google's client to load, about two seconds of a processor's time. */
    @Override
    protected int preopenedProcesses() {
        return 2;
    }
}
