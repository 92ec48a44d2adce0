package dev.evertoken.store.redis;

import org.junit.jupiter.api.Nested;

/** The contracts on a single server. */
class OneServerTest {

    @Nested
    class AsStore extends RedisStoreContract {
        @Override
        RedisInstance redis() {
            return SharedServer.redis();
        }
    }

    @Nested
    class AsIndex extends RedisIndexContract {
        @Override
        RedisInstance redis() {
            return SharedServer.redis();
        }
    }

    @Nested
    class AsStamp extends RedisStampContract {
        @Override
        RedisInstance redis() {
            return SharedServer.redis();
        }
    }
}
