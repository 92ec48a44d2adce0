package dev.evertoken;

import dev.evertoken.TokenCache.Cell;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.store.Journal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;

/**
 * The engine of one process for one account, without its threads: everything happens on the thread that asks, in a
 * moment that never ends, and nobody waits for a peer. Not thread-safe.
 */
final class OneProcess {

    private final Cell cell;
    private final Registered client;
    private final RefreshCycle cycle;
    private final Connections connections;

    OneProcess(TokenKey key, Provider provider, TokenStore shared) {
        Timekeeper time = new OneMoment();
        Duration second = Duration.ofSeconds(1);
        Settings settings = new Settings(
                second.multipliedBy(20), second.multipliedBy(30), second.multipliedBy(5), second, second, second);
        Workshop workshop =
                Workshops.of(shared, time, settings, Journal.none(), RefreshPolicy.early(second), event -> {});
        this.cell = new Cell(key);
        this.client = new Registered(
                new Client(
                        key.registration(),
                        provider.id(),
                        ClientRegistration.ofPublic("explored-client"),
                        provider.profile()),
                provider,
                provider.refresher(),
                Optional.empty(),
                Set.of(),
                new ClientHealth(Backoff.betweenAttempts()));
        this.cycle = new RefreshCycle(workshop);
        this.connections = new Connections(workshop, Workshops.statuses(workshop), event -> {});
    }

    /**
     * Brings a new generation and returns its number.
     *
     * @throws dev.evertoken.model.TokenException if there is nothing to refresh
     * @throws CancellationException if a peer is at it
     */
    long refresh() {
        try {
            return cycle.run(cell, client, Ask.usable(), new ParentToken(), event -> {})
                    .generation();
        } catch (ParentAwaited stop) {
            throw new AssertionError("this account lives off no other one", stop);
        }
    }

    void connect(TokenSet consent) {
        connections.connect(cell, client, consent, Consent.Over.ANYTHING);
    }

    void disconnect() {
        connections.disconnect(cell);
    }

    /** Time that stands still: no claim lapses, and nobody waits for a peer's to end. Immutable. */
    static final class OneMoment implements Timekeeper {
        @Override
        public long millis() {
            return OneStrictProvider.NOW.toEpochMilli();
        }

        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            return () -> {};
        }

        @Override
        public boolean await(Future<?> event, Duration timeout) {
            throw new CancellationException("nobody waits here");
        }
    }
}
