package dev.evertoken.store.redis;

import dev.evertoken.store.redis.server.RedisProcess;
import dev.evertoken.testing.BackgroundRefreshContract;
import dev.evertoken.testing.StoreFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** Four processes with background refresh that share one Redis. */
class ManyBackgroundsTest extends BackgroundRefreshContract {

    private final RedisProcess server = RedisProcess.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected Class<? extends StoreFixture> fixture() {
        return RedisStoreFixture.class;
    }

    @Override
    protected String location(Path temporary) {
        return server.location();
    }
}
