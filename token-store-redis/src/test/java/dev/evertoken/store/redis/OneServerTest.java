package dev.evertoken.store.redis;

import org.junit.jupiter.api.Nested;

/** One server, nothing else. */
class OneServerTest {

    @Nested
    class AsStore extends RedisStoreContract {
        @Override
        Site site() {
            return OneServer.site();
        }
    }

    @Nested
    class AsIndex extends RedisIndexContract {
        @Override
        Site site() {
            return OneServer.site();
        }
    }
}
