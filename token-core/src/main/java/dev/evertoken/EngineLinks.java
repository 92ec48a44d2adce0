package dev.evertoken;

import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.event.EngineObservers;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.StoreCall;
import dev.evertoken.spi.store.TokenStore;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The links between parts of the engine that do not know each other. They have names because every start creates them,
 * and a class is created faster than a lambda.
 */
final class EngineLinks {

    private EngineLinks() {}

    /** Returns why the client of an account is not open. Thread-safe. */
    record ClientProblem(ClientRegistry registry) implements Function<TokenKey, Optional<Problem>> {
        @Override
        public Optional<Problem> apply(TokenKey key) {
            Optional<RegisteredClient> client = registry.find(key);
            return client.isEmpty()
                    ? Optional.empty()
                    : client.get().health().refusal().map(ClientHealth.Suspension::problem);
        }
    }

    /** Returns the address at which the user of an account reconnects it. Thread-safe. */
    record ReconnectUrl(TokenExceptions exceptions) implements Function<TokenKey, Optional<URI>> {
        @Override
        public Optional<URI> apply(TokenKey key) {
            return exceptions.reconnectUrl(key);
        }
    }

    /** Returns whether the requests of a registration are signed. Thread-safe. */
    record Signing(ClientRegistry registry) implements Predicate<String> {
        @Override
        public boolean test(String registration) {
            return registry.signs(registration);
        }
    }

    /** Returns whether the store keeps the secrets of an account in clear text. Thread-safe. */
    record KeptClear(TokenStore store) implements Predicate<TokenKey> {
        @Override
        public boolean test(TokenKey key) {
            return store.keepsClearText(key);
        }
    }

    /** Passes the calls of the store to the observers. Thread-safe. */
    record ObservedCalls(EngineObservers observers) implements Consumer<StoreCall> {
        @Override
        public void accept(StoreCall call) {
            observers.storeCalled(call);
        }
    }

    /** Ends the remembered refusals of an account that has changed. Thread-safe. */
    record Changes(TokenCache cache) implements Consumer<TokenKey> {
        @Override
        public void accept(TokenKey key) {
            cache.changed(key);
        }
    }

    /** Ends threads with the engine. Thread-safe. */
    record EndOfThreads(ExecutorService threads) implements AutoCloseable {
        @Override
        public void close() {
            threads.shutdown();
        }
    }
}
