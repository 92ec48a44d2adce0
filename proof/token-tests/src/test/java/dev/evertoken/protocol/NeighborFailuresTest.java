package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The store fails for one account: the claims of crashed processes on other accounts lapse nevertheless. */
class NeighborFailuresTest {

    private static final TokenKey BEN = TokenKey.of("acme", "ben");

    private final ManualClock clock = ManualClock.start();
    private final TokenStore store = new InMemoryTokenStore(clock);
    private final ProtocolFixture fixture =
            new ProtocolFixture(clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.SOFT, clock), store);

    @AfterEach
    void close() {
        fixture.close();
    }

    /** What goes wrong for Ben. */
    enum Damage {
        UNAVAILABLE {
            @Override
            RuntimeException failure() {
                return TokenStoreException.unavailable("his row is damaged", new IOException("planned by a test"));
            }
        },
        REFUSED {
            @Override
            RuntimeException failure() {
                return TokenStoreException.refused("his row is locked", new IOException("planned by a test"));
            }
        },
        INVALID_ID {
            @Override
            RuntimeException failure() {
                return new IllegalArgumentException("his id has an unpaired surrogate");
            }
        };

        abstract RuntimeException failure();
    }

    @ParameterizedTest
    @EnumSource
    @Fault("L2")
    void aClaimLapsesWhileTheStoreFailsForAnotherAccount(Damage damage) {
        Tokens crashed = fixture.process();
        Tokens second = fixture.processOver(withDamaged(damage::failure), TokensBuilder::withoutJournal);
        fixture.connectExpired(crashed);
        Gate gate = stall(crashed);

        CompletableFuture<AccessToken> taking = fixture.async(() -> second.accessToken(ANNA));
        until(() -> {
            if (!taking.isDone() && clock.waits() >= 3) {
                assertThat(failure(() -> second.accessToken(BEN))).isInstanceOf(TokenStoreException.class);
                clock.advance(Duration.ofSeconds(1));
            }
            return taking.isDone();
        });

        assertThat(get(taking).generation()).isEqualTo(2);
        gate.open();
    }

    @Test
    @Fault({"A20", "L2"})
    void aClaimIsLeftToItsOwnerAfterAnOutageThatWasSeenWithAnotherAccountOnly() {
        AtomicBoolean down = new AtomicBoolean();
        AtomicInteger failed = new AtomicInteger();
        TokenStore seen = new ForwardingTokenStore(store) {
            @Override
            public Optional<TokenRecord> load(TokenKey key) {
                if (down.get()) {
                    failed.incrementAndGet();
                    throw TokenStoreException.unavailable("the store is down", new IOException("planned by a test"));
                }
                return super.load(key);
            }
        };
        Tokens owner = fixture.process();
        Tokens second =
                fixture.processOver(seen, builder -> builder.withoutJournal().maxWait(Duration.ofSeconds(1)));
        fixture.connectExpired(owner);
        Gate gate = stall(owner);
        CompletableFuture<AccessToken> early = fixture.async(() -> second.accessToken(ANNA));
        assertThat(failure(() -> fixture.drive(early, 3)).problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        down.set(true);
        clock.advance(Duration.ofSeconds(1)); // the waiting run of Anna ends
        until(() -> failed.get() > 0 && clock.waits() == 1);
        clock.advance(Duration.ofMinutes(10));
        assertThat(failure(() -> second.accessToken(BEN)).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        clock.advance(Duration.ofMinutes(1));
        down.set(false);

        CompletableFuture<AccessToken> late = fixture.async(() -> second.accessToken(ANNA));
        assertThat(failure(() -> fixture.drive(late, 2)).problem()).isEqualTo(Problem.WAIT_TIMEOUT);

        assertThat(fixture.server.requests())
                .as("the owner may be about to save a response")
                .isZero();
        gate.open();
    }

    /** Starts a refresh whose process stops after its claim, and returns the gate that holds it. */
    private Gate stall(Tokens process) {
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<AccessToken> unused = fixture.async(() -> process.accessToken(ANNA));
        gate.awaitArrival();
        return gate;
    }

    private TokenStore withDamaged(Supplier<RuntimeException> failure) {
        return new ForwardingTokenStore(store) {
            @Override
            public Optional<TokenRecord> load(TokenKey key) {
                if (key.equals(BEN)) {
                    throw failure.get();
                }
                return super.load(key);
            }
        };
    }
}
