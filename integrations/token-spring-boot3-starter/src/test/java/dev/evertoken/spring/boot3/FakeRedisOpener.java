package dev.evertoken.spring.boot3;

import dev.evertoken.spring.config.OpenedStore;
import dev.evertoken.spring.config.StoreOpener;
import dev.evertoken.spring.config.StoreSettings;
import dev.evertoken.spring.config.TokensSettings;
import java.util.Optional;

/** A client of Redis that the application has, without a server. */
final class FakeRedisOpener implements StoreOpener {

    @Override
    public String type() {
        return "redis";
    }

    @Override
    public Optional<String> property(StoreSettings store) {
        return Optional.empty();
    }

    @Override
    public Optional<String> bean() {
        return Optional.of("the client bean");
    }

    @Override
    public String requirement() {
        return "Set evertoken.store.redis.url.";
    }

    @Override
    public OpenedStore open(TokensSettings settings) {
        throw new IllegalStateException("there is no server");
    }
}
