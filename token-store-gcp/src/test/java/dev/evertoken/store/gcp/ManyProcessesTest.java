package dev.evertoken.store.gcp;

import dev.evertoken.store.gcp.fake.FakeSecretManager;
import dev.evertoken.testing.ManyProcessesContract;
import dev.evertoken.testing.Workplace;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** Four processes and one project. */
class ManyProcessesTest extends ManyProcessesContract {

    private final FakeSecretManager service = FakeSecretManager.start();

    @AfterEach
    void stop() {
        service.close();
    }

    @Override
    protected Class<? extends Workplace> workplace() {
        return GcpWorkplace.class;
    }

    @Override
    protected String location(Path temporary) {
        return service.endpoint();
    }
}
